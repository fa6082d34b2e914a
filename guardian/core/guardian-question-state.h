/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* The life of a question. */

typedef enum {
  GUARDIAN_QUESTION_WAITING, /* somebody may answer it */
  GUARDIAN_QUESTION_ALLOWED,
  GUARDIAN_QUESTION_DENIED,
  GUARDIAN_QUESTION_LAPSED,    /* nobody did in time, or whoever drew it went away */
  GUARDIAN_QUESTION_CANCELLED, /* nobody asks any more */
  GUARDIAN_QUESTION_STATES
} GuardianQuestionState;

typedef enum {
  GUARDIAN_QUESTION_ALLOW,
  GUARDIAN_QUESTION_DENY,
  GUARDIAN_QUESTION_LAPSE,
  GUARDIAN_QUESTION_CANCEL,
  GUARDIAN_QUESTION_EVENTS
} GuardianQuestionEvent;

gboolean guardian_question_state_next (GuardianQuestionState state, GuardianQuestionEvent event,
                                       GuardianQuestionState *ret_state) G_GNUC_WARN_UNUSED_RESULT;

/* As consent.closed names outcomes: "allow", "deny", "lapsed", "cancelled"; NULL while it waits. */
const char *guardian_question_state_outcome (GuardianQuestionState state);
