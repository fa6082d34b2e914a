/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* What a request of an agent is doing. The stage it stands at is another matter
 * (guardian-pipeline.h): stages only go forward, but for one return to "resolve". */

typedef enum {
  GUARDIAN_REQUEST_RUNNING, /* in a stage, on the stack */
  GUARDIAN_REQUEST_WORKER,  /* a worker owes an answer */
  GUARDIAN_REQUEST_PERSON,  /* a person owes an answer */
  GUARDIAN_REQUEST_DONE,    /* answered or cancelled, about to be freed */
  GUARDIAN_REQUEST_STATES
} GuardianRequestState;

typedef enum {
  GUARDIAN_REQUEST_ASK_WORKER,
  GUARDIAN_REQUEST_ASK_PERSON,
  GUARDIAN_REQUEST_RESUME, /* the answer is there, or will never come */
  GUARDIAN_REQUEST_FINISH,
  GUARDIAN_REQUEST_EVENTS
} GuardianRequestEvent;

gboolean guardian_request_state_next (GuardianRequestState state, GuardianRequestEvent event,
                                      GuardianRequestState *ret_state) G_GNUC_WARN_UNUSED_RESULT;
