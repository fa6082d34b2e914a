/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/consent/ui-consent-question.h"

/* The person's decision. What is stored is what was shown: the same UiConsentChoice gives the rule
 * in words (ui_consent_wording_rule) and the members of consent.answer. */

typedef enum {
  UI_CONSENT_ANSWER_ERROR_CHOICE,  /* not among what the question offers */
  UI_CONSENT_ANSWER_ERROR_CONFIRM, /* the object was not acted on */
} UiConsentAnswerError;

#define UI_CONSENT_ANSWER_ERROR (ui_consent_answer_error_quark ())
GQuark ui_consent_answer_error_quark (void);

typedef enum {
  UI_CONSENT_DECISION_DENY,
  UI_CONSENT_DECISION_STOP, /* deny and stop the agent */
  UI_CONSENT_DECISION_ALLOW,
} UiConsentDecision;

/* How the answer came about. */
typedef enum {
  UI_CONSENT_HOW_WINDOW,
  UI_CONSENT_HOW_TERMINAL,
  UI_CONSENT_HOW_COMMAND,
  UI_CONSENT_HOW_CLOSED,
  UI_CONSENT_HOW_LAPSED,
  UI_CONSENT_HOW_LOCKED,
} UiConsentHow;

/* Zero is the narrowest: this once, exactly this. */
typedef struct {
  UiConsentDuration duration;
  UiConsentScope scope;
  int seconds;                  /* with DURATION_TIME: 1 to 30 days */
  gboolean renewing;            /* "always": 30 days, renewed by use */
  UiConsentTreatment treatment; /* of what was found in what would be sent */
} UiConsentChoice;

typedef struct {
  UiConsentDecision decision;
  UiConsentChoice choice; /* of an ALLOW */
  const char *confirm;    /* tier 3: what was typed or selected; else NULL */
  const char *note;       /* with a refusal: goes back to the agent; else NULL */
  UiConsentHow how;
  int shown_ms;
  int armed_ms; /* -1: never armed */
} UiConsentAnswer;

/* Whether the question offers this choice. */
gboolean ui_consent_choice_offered (const UiConsentQuestion *question,
                                    const UiConsentChoice *choice);

/* Whether text names the question's object as tier 3 wants it: the last path element, or that
 * element as it is shown (escaped). */
gboolean ui_consent_answer_confirms (const UiConsentQuestion *question, const char *text);

/* consent.answer with the question's id, digest and nonce. Refuses an ALLOW that the question does
 * not offer, or whose object was not acted on at tier 3. */
CardeaMessage *ui_consent_answer_new_message (const UiConsentQuestion *question,
                                              const UiConsentAnswer *answer,
                                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A refusal of a question that could not even be read. */
CardeaMessage *ui_consent_answer_new_refusal (const CardeaMessage *question, UiConsentHow how);
