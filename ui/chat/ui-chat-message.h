/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/chat/ui-chat-entry.h"

/* What was said. Text of the agent is untrusted: it is only ever set as plain text or through
 * ui-markdown, never as markup. */
#define UI_TYPE_CHAT_MESSAGE (ui_chat_message_get_type ())
G_DECLARE_FINAL_TYPE (UiChatMessage, ui_chat_message, UI, CHAT_MESSAGE, UiChatEntry)

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
  UI_CHAT_STATE_STOPPED, /* by the person, or cut off by a crash */
} UiChatState;

/* What one entry keeps; a longer answer is cut. */
#define UI_CHAT_MESSAGE_TEXT_LIMIT (4u * 1024u * 1024u)

UiChatMessage *ui_chat_message_new (UiChatAuthor author, const char *text);

UiChatAuthor ui_chat_message_get_author (UiChatMessage *message);
UiChatState ui_chat_message_get_state (UiChatMessage *message);
const char *ui_chat_message_get_text (UiChatMessage *message);
gsize ui_chat_message_get_size (UiChatMessage *message); /* of the text, bytes */
/* What the assistant is doing, or why it ended so; may be NULL. */
const char *ui_chat_message_get_status (UiChatMessage *message);
/* Paths designated with it, or the sources of an answer; never NULL. */
const char *const *ui_chat_message_get_files (UiChatMessage *message);
void ui_chat_message_set_files (UiChatMessage *message, const char *const *files);

/* Appends and tells ("changed") at most every 40 ms, however fast pieces come. */
void ui_chat_message_append (UiChatMessage *message, const char *text);
/* The same without telling: for one that nobody shows yet. */
void ui_chat_message_extend (UiChatMessage *message, const char *text);
void ui_chat_message_set_status (UiChatMessage *message, const char *status);
void ui_chat_message_finish (UiChatMessage *message, UiChatState state);

/* How much of the text is written down already; for UiChat. */
gsize ui_chat_message_get_saved (UiChatMessage *message);
void ui_chat_message_set_saved (UiChatMessage *message, gsize size);
