/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/chat/ui-chat-foreign.h"
#include "ui/link/ui-link.h"

/* The program of somebody else's agent while a chat is held with it: a session of its own at the
 * guardian, begun before the conversation's and ended with it. Never blocks. */
#define UI_TYPE_CHAT_RUN (ui_chat_run_get_type ())
G_DECLARE_FINAL_TYPE (UiChatRun, ui_chat_run, UI, CHAT_RUN, GObject)

/* Signal: "ended" (string: one sentence for the person): it is no more, and not because of us. When
 * this object goes the program is ended. */
UiChatRun *ui_chat_run_new (UiLink *link, const UiChatForeign *foreign);

/* Starts it. session_open is the callee's until the call is over. */
void ui_chat_run_start_async (UiChatRun *run, CardeaMessage *session_open,
                              GCancellable *cancellable, GAsyncReadyCallback callback,
                              gpointer user_data);
/* session_open, joined to the program: to be sent now; the caller's. An error's message is a
 * sentence for the person. */
CardeaMessage *ui_chat_run_start_finish (UiChatRun *run, GAsyncResult *result, GError **error);

/* Its session's id; NULL before and after. */
const char *ui_chat_run_get_id (UiChatRun *run);
