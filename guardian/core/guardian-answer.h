/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/protocol/cardea-message.h"
#include "guardian/core/guardian-question.h"

#include <glib.h>

/* A person's answer as it arrives, and whether it may count. Pure: whoever calls says what is known
 * of the peer. */

#define GUARDIAN_ANSWER_ARM_MS 800             /* tiers up to 2 */
#define GUARDIAN_ANSWER_ARM_DELIBERATE_MS 1500 /* tier 3 */

typedef enum {
  GUARDIAN_ANSWERER_COMMAND,  /* a front end without a terminal or window of ours */
  GUARDIAN_ANSWERER_TERMINAL, /* owns the session and handed over its controlling terminal */
  GUARDIAN_ANSWERER_WINDOW,   /* cardea-consent, started by us */
} GuardianAnswerer;

typedef struct {
  GuardianAnswerer kind;
  gboolean drew_it;    /* the question was sent to this peer to be drawn */
  gint64 drawn_for_ms; /* since then */
} GuardianAnswerPeer;

/* Strings are borrowed from the message. */
typedef struct {
  gboolean allow;
  gboolean stop;   /* deny, and the agent is to end */
  gboolean spoken; /* by a person, not by what happened to the question */
  gboolean folder;
  gboolean host; /* with every port and method */
  gboolean task;
  gint64 seconds; /* > 0: remembered that long */
  gboolean renewing;
  GuardianTreatment treatment; /* of what was found in what would be sent */
  const char *how;
  const char *code;   /* of a refusal to the agent */
  const char *reason; /* what a refusal is recorded and said as; ours */
  const char *note;
  gint64 shown_ms; /* -1: not said */
} GuardianAnswer;

/* message: a consent.answer, already checked against its row. NULL: it counts, and ret_answer is
 * filled. Else a refusal's code, and ret_reason a sentence. */
const char *guardian_answer_check (const GuardianQuestion *question, const CardeaMessage *message,
                                   const GuardianAnswerPeer *peer, GuardianAnswer *ret_answer,
                                   const char **ret_reason) G_GNUC_WARN_UNUSED_RESULT;

/* {by, answer, scope, duration, shown_ms} for the record; the caller owns it. */
CardeaJson *guardian_answer_describe (const GuardianAnswer *answer);
