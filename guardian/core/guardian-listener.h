/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/core/guardian-context.h"

/* The door for front ends: guardian.sock in the runtime folder, one guardian a user by flock on
 * guardian.lock. Prepared before confinement, served after. */

typedef enum {
  GUARDIAN_LISTENER_ERROR_BUSY, /* another guardian has the lock */
  GUARDIAN_LISTENER_ERROR_FAILED,
} GuardianListenerError;

#define GUARDIAN_LISTENER_ERROR (guardian_listener_error_quark ())
GQuark guardian_listener_error_quark (void);

#define GUARDIAN_LISTENER_FDS 3u

GuardianListener *guardian_listener_new (GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Leaves the socket's name; the lock goes with the process. */
void guardian_listener_free (GuardianListener *listener);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GuardianListener, guardian_listener_free)

/* Descriptors that confinement must leave open. Borrowed. */
void guardian_listener_fds (const GuardianListener *listener, int fds[GUARDIAN_LISTENER_FDS]);
const char *guardian_listener_folder (const GuardianListener *listener);

/* Accepts from now on. */
void guardian_listener_start (GuardianListener *listener, GuardianContext *context);
/* Takes the name away first, so that whoever comes now starts another guardian. */
void guardian_listener_stop (GuardianListener *listener);
