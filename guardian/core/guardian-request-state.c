/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/core/guardian-request-state.h"

static const struct {
  GuardianRequestState from;
  GuardianRequestEvent event;
  GuardianRequestState to;
} edges[] = {
  { GUARDIAN_REQUEST_RUNNING, GUARDIAN_REQUEST_ASK_WORKER, GUARDIAN_REQUEST_WORKER },
  { GUARDIAN_REQUEST_RUNNING, GUARDIAN_REQUEST_ASK_PERSON, GUARDIAN_REQUEST_PERSON },
  { GUARDIAN_REQUEST_WORKER, GUARDIAN_REQUEST_RESUME, GUARDIAN_REQUEST_RUNNING },
  { GUARDIAN_REQUEST_PERSON, GUARDIAN_REQUEST_RESUME, GUARDIAN_REQUEST_RUNNING },
  { GUARDIAN_REQUEST_RUNNING, GUARDIAN_REQUEST_FINISH, GUARDIAN_REQUEST_DONE },
};

gboolean
guardian_request_state_next (GuardianRequestState state, GuardianRequestEvent event,
                             GuardianRequestState *ret_state)
{
  for (gsize i = 0; i < G_N_ELEMENTS (edges); i++)
    if (edges[i].from == state && edges[i].event == event)
      {
        *ret_state = edges[i].to;
        return TRUE;
      }
  return FALSE;
}
