/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/consent/ui-consent-answer.h"

/* A question in the user's language, field by field as consent.md lists them, for both faces.
 * Everything that came from elsewhere is escaped: each string is one line of valid UTF-8 without
 * control, bidirectional or invisible characters. Nothing is shortened but the agent's own reason
 * and the person's own message. */
typedef struct {
  char *who;              /* "Cardea’s own agent, in “Summarise …”" */
  char *sentence;         /* "Read 1 file in Documents" */
  char *verb_object;      /* "Read file" */
  char *target_stem;      /* "~/Documents/" */
  char *target_last;      /* "bank.csv": stressed */
  char *target_tail;      /* "/path?query" of a URL; mostly "" */
  char *confirm;          /* what a person has to do at tier 3, in a sentence */
  char *target_name;      /* what tier 3 wants selected or typed: target_last, or the whole host */
  gboolean target_marked; /* it holds characters that had to be escaped */
  char *via;              /* "Reached through the link ~/x"; or NULL */
  char *facts;            /* "1.2 kB · yours · no labels" */
  char *why;              /* "The agent says: “…”"; or NULL when it said nothing */
  char *why_mark;         /* "not verified" */
  GStrv because;          /* sentences */
  char *effect;           /* sentences; what exactly is changed is in UiConsentPreview */
  GStrv warnings;         /* sentences that must not be missed; may be empty */
  GStrv items;            /* what a paused agent asked for last; may be empty */
  GStrv sensitive;        /* "1 × card-number, line 12: “…”"; may be empty */
  GStrv details;          /* "Name: value" */
  char *queue;            /* "1 of 3"; or NULL for a single one */
} UiConsentWording;

/* home: the folder shown as "~", or NULL. own_uid: whose files are "yours". */
UiConsentWording *ui_consent_wording_new (const UiConsentQuestion *question, const char *home,
                                          guint own_uid);
void ui_consent_wording_free (UiConsentWording *wording);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (UiConsentWording, ui_consent_wording_free)

/* The rule that an Allow with this choice stores, in words. The caller owns the results. */
char *ui_consent_wording_rule (const UiConsentQuestion *question, const UiConsentChoice *choice,
                               const char *home);
char *ui_consent_wording_duration (const UiConsentChoice *choice);
char *ui_consent_wording_scope (const UiConsentQuestion *question, UiConsentScope scope,
                                const char *home);

/* What becomes of what was found, as a choice; and what a press on Allow does with it. */
char *ui_consent_wording_treatment (UiConsentTreatment treatment);
char *ui_consent_wording_verb (const UiConsentQuestion *question, const UiConsentWording *wording,
                               const UiConsentChoice *choice);

/* A path (bytes) on one line: escaped, "~" for home. The caller owns it. */
char *ui_consent_wording_path (const char *path, const char *home);
