/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/chat/ui-chat-message.h"

#include <gio/gio.h>

/* One chat with its agent: speaks to the guardian through the one client, keeps the conversation
 * as a list model. Never blocks. */
#define UI_TYPE_CHAT_SESSION (ui_chat_session_get_type ())
G_DECLARE_FINAL_TYPE (UiChatSession, ui_chat_session, UI, CHAT_SESSION, GObject)

typedef enum {
  UI_CHAT_SESSION_CONNECTING, /* guardian being started or reached, agent being confined */
  UI_CHAT_SESSION_READY,      /* may send */
  UI_CHAT_SESSION_ANSWERING,  /* a turn is under way */
  UI_CHAT_SESSION_ENDED,      /* lost or refused; ui_chat_session_connect() tries again */
} UiChatSessionState;

/* Properties, notified: "state" (int), "trouble" (string, NULL when all is well: one sentence on
 * what is wrong and what to do), "waiting" (string, NULL: the question that waits for the person).
 * display: the variables cardea-consent draws with, built by ui-display. Taken. */
UiChatSession *ui_chat_session_new (void);

/* Starts the guardian when none runs and opens a session. Does nothing unless ENDED or new. */
void ui_chat_session_connect (UiChatSession *session);

/* files: full paths the person designated with this message (NULL-terminated, may be NULL). Text
 * sent while CONNECTING waits. FALSE when it cannot be sent now. */
gboolean ui_chat_session_send (UiChatSession *session, const char *text, const char *const *files);
void ui_chat_session_stop (UiChatSession *session);

GListModel *ui_chat_session_get_messages (UiChatSession *session); /* of UiChatMessage; borrowed */
UiChatSessionState ui_chat_session_get_state (UiChatSession *session);
const char *ui_chat_session_get_trouble (UiChatSession *session);
const char *ui_chat_session_get_waiting (UiChatSession *session);
