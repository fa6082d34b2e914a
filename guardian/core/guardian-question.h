/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/json/cardea-json.h"
#include "guardian/core/guardian-destination.h"
#include "guardian/core/guardian-label-set.h"
#include "guardian/core/guardian-object.h"
#include "guardian/core/guardian-outgoing-memory.h"
#include "guardian/core/guardian-payload.h"
#include "guardian/core/guardian-plan.h"
#include "guardian/core/guardian-question-state.h"
#include "guardian/policy/guardian-decision.h"

#include <glib.h>

/* One question to a person: the canonical request R (common/protocol/objects.md), composed from
 * typed values, its digest, and where it stands. What was approved is what runs: the guardian acts
 * on what it composed, never on what comes back. */

typedef enum {
  GUARDIAN_QUESTION_ERROR_SIZE,  /* too much to be shown at once */
  GUARDIAN_QUESTION_ERROR_WRITE, /* R cannot be written canonically */
} GuardianQuestionError;

#define GUARDIAN_QUESTION_ERROR (guardian_question_error_quark ())
GQuark guardian_question_error_quark (void);

#define GUARDIAN_QUESTION_SIZE_LIMIT 786432u /* bytes of R; the field's limit on the wire */
#define GUARDIAN_QUESTION_EXACT_LIMIT 32u    /* objects that can be remembered one by one */
#define GUARDIAN_QUESTION_WHY_LIMIT 200u     /* characters of the agent's words */
#define GUARDIAN_QUESTION_REQUEST_LIMIT 500u /* characters of the person's last message */
/* The longest that whoever draws a question can keep its time from running, altogether. */
#define GUARDIAN_QUESTION_PAUSE_US (600 * G_USEC_PER_SEC)

/* Borrowed; NULL members are left out. */
typedef struct {
  const char *request;
  const char *session;
  const char *trace;
  const char *agent;
  const char *agent_sha256;
  const char *foreign; /* the foreign agent that it speaks for; NULL: it speaks for itself */
  const char *title;
  const char *action;
  const GuardianObject *object; /* NULL with summary and with destination */
  const GuardianDestination *destination;
  const GuardianPayload *payload;   /* what would be sent there */
  const GuardianOutgoing *outgoing; /* what was found in it */
  const char *credential;           /* that would be added */
  gboolean to_model;
  const CardeaJson *deed;    /* a foreign agent's step, or a program; without an object */
  const GuardianPlan *plan;  /* of a change: object is its resource */
  CardeaJson *changes;       /* without a plan: of a program that changes object; or NULL */
  const CardeaJson *summary; /* of a paused agent */
  const char *owner;         /* a name, where it is known */
  guint depth;               /* 0: not said */
  const char *pattern;
  const char *text;
  const char *why;
  const char *user_request;
  guint files_read;
  guint pages_read;
  gboolean untrusted;
  const GuardianLabelSet *labels_read;
  const GuardianLabelSet *labels; /* of object */
  const char *home;               /* no offer to remember a folder as wide as this */
  const GuardianDecision *decision;
} GuardianQuestionTerms;

typedef struct {
  char *id;
  char *nonce;
  char *digest; /* SHA-256 of the canonical text of body, hex */
  CardeaJson *body;
  char *session;
  char *key; /* questions with the same key are one */
  guint tier;
  gboolean folder_offered;
  gboolean host_offered;  /* a host with all its ports and methods */
  gboolean exact_offered; /* to be remembered, too */
  gboolean task_offered;
  gboolean content_offered;   /* what was found in it may be remembered for the task */
  gboolean treatment_offered; /* it can be taken out */
  gint64 max_seconds;         /* that an answer may be remembered */
  char *last_element;         /* what a deliberate answer repeats */
  gint64 asked_us;            /* monotonic */
  gint64 expires_us;          /* monotonic; later by paused_us than it was at first */
  gint64 focused_us;          /* monotonic: its window has the focus since then; 0: it has not */
  gint64 paused_us;           /* of GUARDIAN_QUESTION_PAUSE_US, before focused_us */
  gint64 record;              /* sequence number of the question */
  GuardianQuestionState state;
} GuardianQuestion;

/* seconds: until it lapses. */
GuardianQuestion *guardian_question_new (const GuardianQuestionTerms *terms, guint seconds,
                                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
void guardian_question_free (GuardianQuestion *question);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GuardianQuestion, guardian_question_free)

/* The caller owns it: the key under which identical questions are found. */
char *guardian_question_key (const GuardianQuestionTerms *terms);
/* R for the record: without differences, and with as many changes as fit into bytes. The caller
 * owns it. */
CardeaJson *guardian_question_abridge (const GuardianQuestion *question, gsize bytes);
/* The time stands still while the window has the focus, GUARDIAN_QUESTION_PAUSE_US at most.
 * now_us: monotonic. */
void guardian_question_set_focused (GuardianQuestion *question, gboolean focused, gint64 now_us);
/* Monotonic: when it lapses if the focus stays where it is. */
gint64 guardian_question_lapses_us (const GuardianQuestion *question);
/* Whole seconds left, at least 1. */
guint guardian_question_seconds (const GuardianQuestion *question, gint64 now_us);
