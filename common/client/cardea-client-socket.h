/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

/* A connected socket to the user's guardian, which is started when none runs.
 *
 * The meeting place: guardian.sock in the runtime folder, made by a guardian that holds
 * guardian.lock there. A guardian is started as `cardea-guardian --ready-fd 3` with a scrubbed
 * environment, in a session of its own; on descriptor 3 it says one line and closes it: "ready"
 * when the socket listens, "busy" when another guardian holds the lock (ours ends, we wait for the
 * other's socket), or "error: SENTENCE". Errors: CARDEA_CLIENT_ERROR_NO_GUARDIAN,
 * G_IO_ERROR_CANCELLED. */
void cardea_client_socket_open_async (gboolean start, GCancellable *cancellable,
                                      GAsyncReadyCallback callback, gpointer user_data);
/* The descriptor is the caller's; -1 with an error. */
int cardea_client_socket_open_finish (GAsyncResult *result, GError **error);
