/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* A connected socket to the user's guardian, which is started when none runs.
 *
 * The meeting place: guardian.sock in the runtime folder, made by a guardian that holds
 * guardian.lock there. A guardian is started as `cardea-guardian --ready-fd 3` with a scrubbed
 * environment, in a session of its own; on descriptor 3 it says one line and closes it: "ready"
 * when the socket listens, "busy" when another guardian holds the lock (ours ends, we wait for the
 * other's socket), or "error: SENTENCE". */
typedef struct _CardeaClientSocket CardeaClientSocket;

/* Called once, later: fd is the receiver's, or -1 with an error
 * (CARDEA_CLIENT_ERROR_NO_GUARDIAN). The opening is gone then. */
typedef void (*CardeaClientSocketDone) (int fd, const GError *error, gpointer user_data);

CardeaClientSocket *cardea_client_socket_open (gboolean start, CardeaClientSocketDone done,
                                               gpointer user_data);
/* Stops without a call. */
void cardea_client_socket_cancel (CardeaClientSocket *opening);
