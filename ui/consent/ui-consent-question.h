/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/protocol/cardea-message.h"
#include "ui/consent/ui-consent-change.h"
#include "ui/consent/ui-consent-finding.h"
#include "ui/consent/ui-consent-host.h"
#include "ui/consent/ui-consent-program.h"

#include <glib.h>

/* One question of the guardian, read out of consent.question into types. The request inside it is
 * described in common/protocol/objects.md. Strings are what was sent: nothing is fit to be shown
 * before UiConsentWording escaped it. */

typedef enum {
  UI_CONSENT_QUESTION_ERROR_DIGEST,  /* the digest is not that of the request */
  UI_CONSENT_QUESTION_ERROR_REQUEST, /* a member is missing, of another type or contradictory */
  UI_CONSENT_QUESTION_ERROR_UNKNOWN, /* asks for something this program has no words for */
} UiConsentQuestionError;

#define UI_CONSENT_QUESTION_ERROR (ui_consent_question_error_quark ())
GQuark ui_consent_question_error_quark (void);

typedef enum {
  UI_CONSENT_ACTION_READ,
  UI_CONSENT_ACTION_LIST,
  UI_CONSENT_ACTION_CHANGE,  /* file.write, .append, … : what they are is in changes */
  UI_CONSENT_ACTION_CONNECT, /* a tunnel to a host */
  UI_CONSENT_ACTION_REQUEST, /* one HTTP request */
  UI_CONSENT_ACTION_PASTE,   /* the text in the clipboard goes to the agent */
  UI_CONSENT_ACTION_COPY,    /* a text of the agent goes into the clipboard */
  UI_CONSENT_ACTION_PERMIT,  /* a foreign agent wants to go on by itself */
  UI_CONSENT_ACTION_RUN,     /* an agent wants to run a program; path is where that lies */
  UI_CONSENT_ACTION_RESUME,  /* the agent asked too often; may it go on */
} UiConsentAction;

typedef enum {
  UI_CONSENT_AGENT_BUILT_IN,
  UI_CONSENT_AGENT_THIRD_PARTY,
  UI_CONSENT_AGENT_SIGNED,
} UiConsentAgentKind;

typedef enum {
  UI_CONSENT_DURATION_ONCE,
  UI_CONSENT_DURATION_TASK,
  UI_CONSENT_DURATION_TIME,
} UiConsentDuration;

typedef enum {
  UI_CONSENT_SCOPE_EXACT,
  UI_CONSENT_SCOPE_FOLDER,
  UI_CONSENT_SCOPE_HOST,
} UiConsentScope;

#define UI_CONSENT_EXACT_LIMIT 32u /* objects that can be remembered one by one (objects.md) */
#define UI_CONSENT_ITEMS_LIMIT 64u

/* One of the last questions of a paused agent. */
typedef struct {
  char *action;
  char *path; /* bytes; NULL: none */
  char *host; /* host:port; NULL: none */
} UiConsentItem;

/* Read-only after it was made. */
typedef struct {
  /* The message around the request. */
  char *id;
  char *digest;
  char *nonce;
  int tier;
  int seconds; /* until it lapses, counted from its arrival */
  int position;
  int waiting;
  gboolean answerable;
  CardeaJson *request; /* R itself */

  /* Who. */
  char *session;
  char *trace;
  char *request_id;
  char *agent_name;
  char *agent_sha256;
  UiConsentAgentKind agent_kind;
  char *signer;
  char *plugin;
  char *title;

  /* What, on what. */
  UiConsentAction action;
  gboolean folder; /* the target is a folder */
  gboolean exists; /* FALSE: it would be made */
  char *path;      /* bytes, absolute; NULL: of RESUME, CONNECT and REQUEST */
  char *via;       /* bytes; NULL: reached directly */
  char *owner;
  char *pattern;
  char *text; /* that is looked for; of COPY: that is copied */
  GStrv labels;
  gint64 size; /* -1: not known */
  gint64 uid;  /* -1: not known */
  int count;   /* of files; 0: not said */

  /* Of CHANGE: UiConsentChange, at least one; NULL otherwise. */
  GPtrArray *changes;

  /* Of CONNECT and REQUEST; NULL otherwise. */
  UiConsentHost *host;

  /* Of RUN; NULL otherwise. */
  UiConsentProgram *program;

  /* Of RESUME. */
  int asked;
  int refused;
  /* Of PERMIT. */
  char *step;       /* one of ACP's kinds */
  GPtrArray *items; /* UiConsentItem, newest last; may be empty */

  /* Why, because. */
  char *why;
  char *last_message;
  GStrv labels_read;
  int files_read;
  int pages_read;
  gboolean untrusted_input;
  GArray *findings; /* UiConsentFinding */

  /* What policy said, and what it lets be remembered. */
  char *policy;
  char *reason;
  char *capability;
  char *record;
  char *mode;
  guint durations;  /* 1 << UiConsentDuration */
  guint scopes;     /* 1 << UiConsentScope */
  guint treatments; /* 1 << UiConsentTreatment: of findings */
  int max_seconds;

  GPtrArray *others; /* char *: "resource.colour: \"red\"", members that have no place above */
} UiConsentQuestion;

/* Recomputes the digest first. On any error the only answer is to deny. */
UiConsentQuestion *ui_consent_question_new (const CardeaMessage *message,
                                            GError **error) G_GNUC_WARN_UNUSED_RESULT;
void ui_consent_question_free (UiConsentQuestion *question);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (UiConsentQuestion, ui_consent_question_free)

/* It is about the clipboard, which has no path. */
gboolean ui_consent_question_is_clipboard (const UiConsentQuestion *question);
/* The target's last path element as bytes, or the host: what tier 3 wants typed. The caller owns
 * it. */
char *ui_consent_question_last_element (const UiConsentQuestion *question);

/* The folder that a folder scope covers, as bytes. The caller owns it. */
char *ui_consent_question_scope_folder (const UiConsentQuestion *question);

/* It is asked because of what would be sent: an answer for the task is about exactly what was
 * found. */
gboolean ui_consent_question_is_about_content (const UiConsentQuestion *question);

/* It is about so many objects that only their folder can be remembered. */
gboolean ui_consent_question_folder_only (const UiConsentQuestion *question);
