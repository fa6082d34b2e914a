/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib-object.h>

/* One entry of a conversation, as the list shows it. Text of the agent is untrusted: it is only
 * ever set as plain text or through ui-markdown, never as markup. */
#define UI_TYPE_CHAT_MESSAGE (ui_chat_message_get_type ())
G_DECLARE_FINAL_TYPE (UiChatMessage, ui_chat_message, UI, CHAT_MESSAGE, GObject)

typedef enum {
  UI_CHAT_AUTHOR_PERSON,
  UI_CHAT_AUTHOR_ASSISTANT,
  UI_CHAT_AUTHOR_NOTICE, /* ours: what the guardian or this window has to say */
} UiChatAuthor;

typedef enum {
  UI_CHAT_STATE_STREAMING,
  UI_CHAT_STATE_DONE,
  UI_CHAT_STATE_REFUSED, /* by policy or by a person */
  UI_CHAT_STATE_FAILED,
} UiChatState;

UiChatMessage *ui_chat_message_new (UiChatAuthor author, const char *text);

UiChatAuthor ui_chat_message_get_author (UiChatMessage *message);
UiChatState ui_chat_message_get_state (UiChatMessage *message);
const char *ui_chat_message_get_text (UiChatMessage *message);
/* What the assistant is doing, or the sources it used when done; may be NULL. */
const char *ui_chat_message_get_status (UiChatMessage *message);

/* Appends and tells at most every 40 ms, however fast pieces come: "notify::text" is what costs. */
void ui_chat_message_append (UiChatMessage *message, const char *text);
void ui_chat_message_set_status (UiChatMessage *message, const char *status);
void ui_chat_message_finish (UiChatMessage *message, UiChatState state);
