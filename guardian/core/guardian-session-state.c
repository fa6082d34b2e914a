/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/core/guardian-session-state.h"

typedef struct {
  GuardianSessionState from;
  GuardianSessionEvent event;
  GuardianSessionState to;
} Edge;

static const Edge edges[] = {
  { GUARDIAN_SESSION_KEYS, GUARDIAN_SESSION_KEYS_OPENED, GUARDIAN_SESSION_FILES },
  { GUARDIAN_SESSION_FILES, GUARDIAN_SESSION_FILES_GRANTED, GUARDIAN_SESSION_LAUNCH },
  { GUARDIAN_SESSION_LAUNCH, GUARDIAN_SESSION_LAUNCHED, GUARDIAN_SESSION_ENROL },
  { GUARDIAN_SESSION_ENROL, GUARDIAN_SESSION_AGENT_READY, GUARDIAN_SESSION_READY },
  { GUARDIAN_SESSION_LAUNCH, GUARDIAN_SESSION_PROGRAM_RUNS, GUARDIAN_SESSION_READY },
  /* From anywhere it can end. */
  { GUARDIAN_SESSION_KEYS, GUARDIAN_SESSION_END, GUARDIAN_SESSION_ENDING },
  { GUARDIAN_SESSION_FILES, GUARDIAN_SESSION_END, GUARDIAN_SESSION_ENDING },
  { GUARDIAN_SESSION_LAUNCH, GUARDIAN_SESSION_END, GUARDIAN_SESSION_ENDING },
  { GUARDIAN_SESSION_ENROL, GUARDIAN_SESSION_END, GUARDIAN_SESSION_ENDING },
  { GUARDIAN_SESSION_READY, GUARDIAN_SESSION_END, GUARDIAN_SESSION_ENDING },
  { GUARDIAN_SESSION_ENDING, GUARDIAN_SESSION_STOPPED, GUARDIAN_SESSION_ENDED },
};

static const char *const names[GUARDIAN_SESSION_STATES] = {
  [GUARDIAN_SESSION_KEYS] = "starting",   [GUARDIAN_SESSION_FILES] = "starting",
  [GUARDIAN_SESSION_LAUNCH] = "starting", [GUARDIAN_SESSION_ENROL] = "starting",
  [GUARDIAN_SESSION_READY] = "ready",     [GUARDIAN_SESSION_ENDING] = "ending",
  [GUARDIAN_SESSION_ENDED] = "ended",
};

gboolean
guardian_session_state_next (GuardianSessionState state, GuardianSessionEvent event,
                             GuardianSessionState *ret_state)
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
guardian_session_state_name (GuardianSessionState state)
{
  return state < GUARDIAN_SESSION_STATES ? names[state] : "ended";
}
