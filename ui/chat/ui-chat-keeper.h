/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/chat/ui-chat-list.h"

/* Keeps the chats of a list in the store: fetches the key from the guardian, reads what there is,
 * writes down what happens, and says on the list ("trouble") when it cannot. Until the key is there
 * what happens waits in memory. */
#define UI_TYPE_CHAT_KEEPER (ui_chat_keeper_get_type ())
G_DECLARE_FINAL_TYPE (UiChatKeeper, ui_chat_keeper, UI, CHAT_KEEPER, GObject)

UiChatKeeper *ui_chat_keeper_new (UiChatList *list);
void ui_chat_keeper_start (UiChatKeeper *keeper);
/* Whether every chat of the disk is in the list, or it is known that none comes; then the signal
 * "settled", once. */
gboolean ui_chat_keeper_is_settled (UiChatKeeper *keeper);
/* Writes what waits and waits for it: before the process ends. */
void ui_chat_keeper_close (UiChatKeeper *keeper);
