/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* The life of a session. Every change goes through guardian_session_state_next(); an edge that is
 * not in its table is a refusal and a record. */

typedef enum {
  GUARDIAN_SESSION_KEYS,   /* waits for the log's keys */
  GUARDIAN_SESSION_FILES,  /* the designated files are being resolved and granted */
  GUARDIAN_SESSION_LAUNCH, /* the sandbox is being built */
  GUARDIAN_SESSION_ENROL,  /* the agent gets its certificate and says that it is ready */
  GUARDIAN_SESSION_READY,  /* turns are relayed, actions are carried out */
  GUARDIAN_SESSION_ENDING, /* everything is revoked; the sandbox is being stopped */
  GUARDIAN_SESSION_ENDED,  /* kept for lists only */
  GUARDIAN_SESSION_STATES
} GuardianSessionState;

typedef enum {
  GUARDIAN_SESSION_KEYS_OPENED,
  GUARDIAN_SESSION_FILES_GRANTED,
  GUARDIAN_SESSION_LAUNCHED,
  GUARDIAN_SESSION_AGENT_READY,
  GUARDIAN_SESSION_PROGRAM_RUNS, /* a program that knows nothing of us needs no greeting */
  GUARDIAN_SESSION_END,          /* a person, a fault or a lost link ends it */
  GUARDIAN_SESSION_STOPPED,      /* the sandbox is gone */
  GUARDIAN_SESSION_EVENTS
} GuardianSessionEvent;

/* FALSE: there is no such edge, and ret_state is untouched. */
gboolean guardian_session_state_next (GuardianSessionState state, GuardianSessionEvent event,
                                      GuardianSessionState *ret_state) G_GNUC_WARN_UNUSED_RESULT;

/* For lists (common/protocol/objects.md): "starting", "ready", "ending", "ended". */
const char *guardian_session_state_name (GuardianSessionState state);
