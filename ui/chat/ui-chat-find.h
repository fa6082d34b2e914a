/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/chat/ui-chat-message.h"

#include <gtk/gtk.h>

/* The bar with which one looks for words in the messages of one chat, and goes from one that has
 * them to the next. Messages are looked through a little at a time, also those that come later.
 * Signals: "changed": words or the message one is at are others; "jump" (guint: its position in
 * the list of entries); "closed": by the person. */
#define UI_TYPE_CHAT_FIND (ui_chat_find_get_type ())
G_DECLARE_FINAL_TYPE (UiChatFind, ui_chat_find, UI, CHAT_FIND, GtkWidget)

/* Of another chat; the bar is closed. */
void ui_chat_find_set_entries (UiChatFind *find, GListModel *entries);
/* Looks for text and jumps to the first place. The bar is seen when there is one. */
void ui_chat_find_look_for (UiChatFind *find, const char *text);
/* Shows the bar, ready to be typed into. */
void ui_chat_find_open (UiChatFind *find);
void ui_chat_find_close (UiChatFind *find);
/* To the next that was found, or the one before; round at the ends. */
void ui_chat_find_go (UiChatFind *find, gboolean back);

char **ui_chat_find_get_words (UiChatFind *find);         /* borrowed; NULL: none */
UiChatEntry *ui_chat_find_get_current (UiChatFind *find); /* borrowed; NULL */
