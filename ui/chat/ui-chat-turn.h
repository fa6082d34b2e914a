/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/chat/ui-chat.h"

/* One turn of the assistant: what chat.event, consent.question and change.made do to a chat's
 * entries. Text comes as messages, actions as cards between them, in the order in which they
 * happened. Everything it takes is untrusted to look at. */
#define UI_TYPE_CHAT_TURN (ui_chat_turn_get_type ())
G_DECLARE_FINAL_TYPE (UiChatTurn, ui_chat_turn, UI, CHAT_TURN, GObject)

UiChatTurn *ui_chat_turn_new (UiChat *chat);

void ui_chat_turn_begin (UiChatTurn *turn);
gboolean ui_chat_turn_is_open (UiChatTurn *turn);
/* kind, text, data: of chat.event; data may be NULL. Returns FALSE when the turn is over with it.
 */
gboolean ui_chat_turn_take (UiChatTurn *turn, const char *kind, const char *text,
                            const CardeaJson *data);
/* One that the agent shows: with the card of what it is doing, else on one of its own. */
void ui_chat_turn_take_picture (UiChatTurn *turn, UiChatPicture *picture);
/* Ends it; status: why, may be NULL. What is still open of its cards ended with it. */
void ui_chat_turn_end (UiChatTurn *turn, UiChatState state, const char *status);
/* What the answer says while it has no text. */
void ui_chat_turn_set_status (UiChatTurn *turn, const char *status);

/* A question waits, or (waits = FALSE) is answered: shown on the card it is about. about: files
 * with pictures that the guardian asks about; NULL: none. */
void ui_chat_turn_set_waiting (UiChatTurn *turn, gboolean waits, const char *const *about);
/* A Change of objects.md that belongs to this chat. The card that shows it now, borrowed. */
UiChatCard *ui_chat_turn_take_change (UiChatTurn *turn, const CardeaJson *change);
/* The card of that change, borrowed; NULL. */
UiChatCard *ui_chat_turn_find_change (UiChatTurn *turn, const char *change);

/* The guardian says that the session read this file: the cards of this turn that are about it say
 * the truth. */
void ui_chat_turn_note_read (UiChatTurn *turn, const char *path);
