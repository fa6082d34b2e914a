/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/chat/ui-chat-entry.h"
#include "ui/chat/ui-picture-loader.h"

#include <gtk/gtk.h>

/* How one entry looks in the list; rows are reused for others while scrolling. GtkListView keeps
 * some two hundred of them around the place that is seen, and lays all of them out: a row is only
 * as high as its entry is thought to be until it is told that it will be seen. Signals: "retry";
 * "edit" (UiChatMessage *); "undo" (UiChatCard *). */
#define UI_TYPE_CHAT_ROW (ui_chat_row_get_type ())
G_DECLARE_FINAL_TYPE (UiChatRow, ui_chat_row, UI, CHAT_ROW, GtkWidget)

/* pictures: where those of files come from. */
GtkWidget *ui_chat_row_new (UiPictureLoader *pictures);
void ui_chat_row_set_entry (UiChatRow *row, UiChatEntry *entry); /* NULL: shows nothing */
/* It is about to be seen: from now on it shows what it has. */
void ui_chat_row_show (UiChatRow *row);
gboolean ui_chat_row_is_shown (UiChatRow *row);
UiChatEntry *ui_chat_row_get_entry (UiChatRow *row); /* borrowed; NULL */
/* What somebody looks for is marked in a message, now and when it is another's; NULL: nothing. */
void ui_chat_row_set_words (UiChatRow *row, char **words, gboolean current);
