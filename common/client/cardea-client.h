/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/client/cardea-client-error.h"
#include "common/protocol/cardea-message.h"

#include <gio/gio.h>

/* The client of the guardian (cardea-caller.h) as a GObject, for windows and the agent. One thread:
 * that of the GMainContext that was the default when it was made. */
#define CARDEA_TYPE_CLIENT (cardea_client_get_type ())
G_DECLARE_FINAL_TYPE (CardeaClient, cardea_client, CARDEA, CLIENT, GObject)

/* Signals:
 *   "message" (CardeaMessage *)   an event (chat.event, consent.question, …)
 *   "closed" (GError *)           the link ended; emitted once */

/* Connects to the user's guardian and starts it when none runs (start = TRUE). role: FRONT. */
void cardea_client_connect_async (CardeaRole role, gboolean start, GCancellable *cancellable,
                                  GAsyncReadyCallback callback, gpointer user_data);
/* The same over an inherited pair, for the agent and cardea-consent. Takes fd. */
void cardea_client_adopt_async (int fd, CardeaRole role, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer user_data);
CardeaClient *cardea_client_connect_finish (GAsyncResult *result, GError **error);

/* Sends a request (its request and trace ids are set when absent) and waits for the message that
 * carries the same request id. A refusal is an answer, named "refused", not an error. Cancelling
 * stops waiting; it does not undo. The reply is the caller's. */
void cardea_client_call_async (CardeaClient *client, CardeaMessage *request,
                               GCancellable *cancellable, GAsyncReadyCallback callback,
                               gpointer user_data);
CardeaMessage *cardea_client_call_finish (CardeaClient *client, GAsyncResult *result,
                                          GError **error);

/* Runs the context until the answer is there; signals are emitted meanwhile. For the agent,
 * never for a window. */
CardeaMessage *cardea_client_call (CardeaClient *client, CardeaMessage *request,
                                   GCancellable *cancellable, GError **error);
CardeaClient *cardea_client_connect (CardeaRole role, gboolean start, GCancellable *cancellable,
                                     GError **error);
CardeaClient *cardea_client_adopt (int fd, CardeaRole role, GCancellable *cancellable,
                                   GError **error);

/* Sends a message that has no answer. */
gboolean cardea_client_send (CardeaClient *client, CardeaMessage *message, GError **error);
gboolean cardea_client_is_connected (CardeaClient *client);
