/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/protocol/cardea-message.h"

#include <gio/gio.h>

/* The window's one connection to the guardian, shared by chats, activity and settings. It connects
 * by itself with the first call, starts the guardian when none runs, greets it, and begins anew
 * after the guardian went away. Never blocks; one thread. */
#define UI_TYPE_LINK (ui_link_get_type ())
G_DECLARE_FINAL_TYPE (UiLink, ui_link, UI, LINK, GObject)

typedef enum {
  UI_LINK_DOWN,       /* nothing asked yet, or lost: the next call connects */
  UI_LINK_CONNECTING, /* being started, reached, greeted; calls wait */
  UI_LINK_UP,
} UiLinkState;

/* Property, notified: "state" (int). When it becomes DOWN every session that was open is over.
 * Signal: "message" (CardeaMessage *), an event; whose it is stands in its envelope. */
UiLink *ui_link_new (void);
UiLinkState ui_link_get_state (UiLink *link);

/* Connects without anything to say yet. */
void ui_link_connect (UiLink *link);

/* As cardea_client_call_async(): a refusal is an answer. Waits for the connection first; what
 * waited longer than the connection could be made fails with its error. */
void ui_link_call_async (UiLink *link, CardeaMessage *request, GCancellable *cancellable,
                         GAsyncReadyCallback callback, gpointer user_data);
CardeaMessage *ui_link_call_finish (UiLink *link, GAsyncResult *result, GError **error);

/* A subscription (a row of the table without fields: "consent.watch", "audit.watch"): sent now,
 * when connected, and after every new connection. */
void ui_link_watch (UiLink *link, const char *request);

/* Why a call brought nothing: NULL when it did, or was cancelled; else one sentence for the
 * person. The caller owns it. */
char *ui_link_describe_trouble (const CardeaMessage *reply, const GError *error);
