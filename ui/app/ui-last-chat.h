/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/app/ui-window.h"
#include "ui/chat/ui-chat-keeper.h"

/* Which chat a window showed last: after a crash or a logout one goes on there, also when nothing
 * was typed. Remembered is its id alone, which is the name of its file. */
#define UI_TYPE_LAST_CHAT (ui_last_chat_get_type ())
G_DECLARE_FINAL_TYPE (UiLastChat, ui_last_chat, UI, LAST_CHAT, GObject)

/* preferences may be NULL: nothing is remembered. */
UiLastChat *ui_last_chat_new (GSettings *preferences, UiChatKeeper *keeper, UiChatList *chats);
/* What window shows from now on is remembered. */
void ui_last_chat_follow (UiLastChat *last, UiWindow *window);
/* Once: window, which nobody asked for anything else, shows it as soon as it was read, unless
 * something was begun there meanwhile. */
void ui_last_chat_open_in (UiLastChat *last, UiWindow *window);
/* The person left: the next window begins anew. */
void ui_last_chat_forget (UiLastChat *last);
