/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/chat/ui-chat.h"
#include "ui/link/ui-link.h"

/* The agent of one chat: opens a session with the first message, relays what is said, fills the
 * chat's entries from what comes back. A session that ended, whatever the reason, is opened anew by
 * the next message. Never blocks. */
#define UI_TYPE_CHAT_SESSION (ui_chat_session_get_type ())
G_DECLARE_FINAL_TYPE (UiChatSession, ui_chat_session, UI, CHAT_SESSION, GObject)

typedef enum {
  UI_CHAT_SESSION_CLOSED,    /* none; the next message opens one */
  UI_CHAT_SESSION_OPENING,   /* the agent is being confined; the message waits */
  UI_CHAT_SESSION_READY,     /* may send */
  UI_CHAT_SESSION_ANSWERING, /* a turn is under way */
  UI_CHAT_SESSION_STOPPING,  /* told to stop; ended by force when it does not */
} UiChatSessionState;

/* Properties, notified: "state" (int; also when another model is to answer), "waiting" (string,
 * NULL: the question that waits for the person).
 * Signal: "silent-change" (UiChatCard *): files were changed without a question. */
UiChatSession *ui_chat_session_new (UiChat *chat, UiLink *link);

/* files: full paths the person designated with this message (NULL-terminated, may be NULL). FALSE
 * while a turn is under way. */
gboolean ui_chat_session_send (UiChatSession *session, const char *text, const char *const *files);
/* The person's last message again, in place of an answer without words. */
void ui_chat_session_retry (UiChatSession *session);
void ui_chat_session_stop (UiChatSession *session);
/* Ends the agent and its grants; the chat stays. */
void ui_chat_session_end (UiChatSession *session);
/* Takes the change of a card back; the card tells how that went. */
void ui_chat_session_undo (UiChatSession *session, UiChatCard *card);

#define UI_CHAT_SESSION_OFFLINE "offline" /* a model's name for there being none */

/* Which model is to answer; NULL: the default. Another one is another session, which is told
 * what was said. FALSE while a turn is under way. */
gboolean ui_chat_session_set_model (UiChatSession *session, const char *model);
const char *ui_chat_session_get_choice (UiChatSession *session); /* what was set */
/* Which one answers in the session that is open, else what was set; NULL: the default will. */
const char *ui_chat_session_get_model (UiChatSession *session);

UiChat *ui_chat_session_get_chat (UiChatSession *session);
UiLink *ui_chat_session_get_link (UiChatSession *session);
const char *ui_chat_session_get_id (UiChatSession *session); /* NULL without one */
UiChatSessionState ui_chat_session_get_state (UiChatSession *session);
gboolean ui_chat_session_is_busy (UiChatSession *session);
const char *ui_chat_session_get_waiting (UiChatSession *session);
