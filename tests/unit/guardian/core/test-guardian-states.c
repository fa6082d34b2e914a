/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/core/guardian-question-state.h"
#include "guardian/core/guardian-request-state.h"
#include "guardian/core/guardian-session-state.h"

/* Every state × event pair of every machine: what is drawn here is allowed, all else is not. A row
 * a state, a column an event; -1: no edge. */

#define NO (-1)

static const int session_edges[GUARDIAN_SESSION_STATES][GUARDIAN_SESSION_EVENTS] = {
  /* keys-opened files-granted launched agent-ready program-runs end stopped */
  [GUARDIAN_SESSION_KEYS] = { GUARDIAN_SESSION_FILES, NO, NO, NO, NO, GUARDIAN_SESSION_ENDING, NO },
  [GUARDIAN_SESSION_FILES]
  = { NO, GUARDIAN_SESSION_LAUNCH, NO, NO, NO, GUARDIAN_SESSION_ENDING, NO },
  [GUARDIAN_SESSION_LAUNCH]
  = { NO, NO, GUARDIAN_SESSION_ENROL, NO, GUARDIAN_SESSION_READY, GUARDIAN_SESSION_ENDING, NO },
  [GUARDIAN_SESSION_ENROL]
  = { NO, NO, NO, GUARDIAN_SESSION_READY, NO, GUARDIAN_SESSION_ENDING, NO },
  [GUARDIAN_SESSION_READY] = { NO, NO, NO, NO, NO, GUARDIAN_SESSION_ENDING, NO },
  [GUARDIAN_SESSION_ENDING] = { NO, NO, NO, NO, NO, NO, GUARDIAN_SESSION_ENDED },
  [GUARDIAN_SESSION_ENDED] = { NO, NO, NO, NO, NO, NO, NO },
};

static const int request_edges[GUARDIAN_REQUEST_STATES][GUARDIAN_REQUEST_EVENTS] = {
  /* ask-worker ask-person resume finish */
  [GUARDIAN_REQUEST_RUNNING]
  = { GUARDIAN_REQUEST_WORKER, GUARDIAN_REQUEST_PERSON, NO, GUARDIAN_REQUEST_DONE },
  [GUARDIAN_REQUEST_WORKER] = { NO, NO, GUARDIAN_REQUEST_RUNNING, NO },
  [GUARDIAN_REQUEST_PERSON] = { NO, NO, GUARDIAN_REQUEST_RUNNING, NO },
  [GUARDIAN_REQUEST_DONE] = { NO, NO, NO, NO },
};

static const int question_edges[GUARDIAN_QUESTION_STATES][GUARDIAN_QUESTION_EVENTS] = {
  /* allow deny lapse cancel */
  [GUARDIAN_QUESTION_WAITING] = { GUARDIAN_QUESTION_ALLOWED, GUARDIAN_QUESTION_DENIED,
                                  GUARDIAN_QUESTION_LAPSED, GUARDIAN_QUESTION_CANCELLED },
  [GUARDIAN_QUESTION_ALLOWED] = { NO, NO, NO, NO },
  [GUARDIAN_QUESTION_DENIED] = { NO, NO, NO, NO },
  [GUARDIAN_QUESTION_LAPSED] = { NO, NO, NO, NO },
  [GUARDIAN_QUESTION_CANCELLED] = { NO, NO, NO, NO },
};

static void
check (gboolean taken, int wanted, int before, int after, guint state, guint event)
{
  if (taken != (wanted != NO) || after != (taken ? wanted : before))
    g_error ("state %u, event %u: %s to %d, wanted %d", state, event, taken ? "taken" : "refused",
             after, wanted);
}

static void
test_session (void)
{
  for (guint state = 0; state < GUARDIAN_SESSION_STATES; state++)
    for (guint event = 0; event < GUARDIAN_SESSION_EVENTS; event++)
      {
        GuardianSessionState after = state;
        gboolean taken = guardian_session_state_next (state, event, &after);
        check (taken, session_edges[state][event], state, after, state, event);
      }
  for (guint state = 0; state < GUARDIAN_SESSION_STATES; state++)
    g_assert_nonnull (guardian_session_state_name (state));
  g_assert_cmpstr (guardian_session_state_name (GUARDIAN_SESSION_READY), ==, "ready");
}

static void
test_request (void)
{
  for (guint state = 0; state < GUARDIAN_REQUEST_STATES; state++)
    for (guint event = 0; event < GUARDIAN_REQUEST_EVENTS; event++)
      {
        GuardianRequestState after = state;
        gboolean taken = guardian_request_state_next (state, event, &after);
        check (taken, request_edges[state][event], state, after, state, event);
      }
}

static void
test_question (void)
{
  for (guint state = 0; state < GUARDIAN_QUESTION_STATES; state++)
    for (guint event = 0; event < GUARDIAN_QUESTION_EVENTS; event++)
      {
        GuardianQuestionState after = state;
        gboolean taken = guardian_question_state_next (state, event, &after);
        check (taken, question_edges[state][event], state, after, state, event);
      }
  g_assert_null (guardian_question_state_outcome (GUARDIAN_QUESTION_WAITING));
  g_assert_cmpstr (guardian_question_state_outcome (GUARDIAN_QUESTION_LAPSED), ==, "lapsed");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/states/session", test_session);
  g_test_add_func ("/states/request", test_request);
  g_test_add_func ("/states/question", test_question);
  return g_test_run ();
}
