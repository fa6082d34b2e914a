/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/core/guardian-question-state.h"

/* The first answer ends a question: there is no edge out of an end. */
static const struct {
  GuardianQuestionState from;
  GuardianQuestionEvent event;
  GuardianQuestionState to;
} edges[] = {
  { GUARDIAN_QUESTION_WAITING, GUARDIAN_QUESTION_ALLOW, GUARDIAN_QUESTION_ALLOWED },
  { GUARDIAN_QUESTION_WAITING, GUARDIAN_QUESTION_DENY, GUARDIAN_QUESTION_DENIED },
  { GUARDIAN_QUESTION_WAITING, GUARDIAN_QUESTION_LAPSE, GUARDIAN_QUESTION_LAPSED },
  { GUARDIAN_QUESTION_WAITING, GUARDIAN_QUESTION_CANCEL, GUARDIAN_QUESTION_CANCELLED },
};

static const char *const outcomes[GUARDIAN_QUESTION_STATES] = {
  [GUARDIAN_QUESTION_ALLOWED] = "allow",
  [GUARDIAN_QUESTION_DENIED] = "deny",
  [GUARDIAN_QUESTION_LAPSED] = "lapsed",
  [GUARDIAN_QUESTION_CANCELLED] = "cancelled",
};

gboolean
guardian_question_state_next (GuardianQuestionState state, GuardianQuestionEvent event,
                              GuardianQuestionState *ret_state)
{
  for (gsize i = 0; i < G_N_ELEMENTS (edges); i++)
    if (edges[i].from == state && edges[i].event == event)
      {
        *ret_state = edges[i].to;
        return TRUE;
      }
  return FALSE;
}

const char *
guardian_question_state_outcome (GuardianQuestionState state)
{
  return state < GUARDIAN_QUESTION_STATES ? outcomes[state] : NULL;
}
