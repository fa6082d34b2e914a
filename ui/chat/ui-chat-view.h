/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/chat/ui-chat-find.h"
#include "ui/chat/ui-chat-list.h"

#include <gtk/gtk.h>

/* A conversation on the screen: entries, what waits for the person, composer. Signal: "branched"
 * (UiChat *): the person goes on in that one. */
#define UI_TYPE_CHAT_VIEW (ui_chat_view_get_type ())
G_DECLARE_FINAL_TYPE (UiChatView, ui_chat_view, UI, CHAT_VIEW, GtkWidget)

GtkWidget *ui_chat_view_new (UiChatList *list);
void ui_chat_view_show (UiChatView *view, UiChat *chat);
/* For a small window: the composer first, and nothing below it before there is a conversation. */
void ui_chat_view_set_compact (UiChatView *view);
UiChat *ui_chat_view_get_chat (UiChatView *view); /* borrowed */

void ui_chat_view_add_file (UiChatView *view, GFile *file);
void ui_chat_view_choose_files (UiChatView *view);
void ui_chat_view_choose_folder (UiChatView *view);

/* With which one looks for words in it; borrowed. */
UiChatFind *ui_chat_view_get_find (UiChatView *view);
