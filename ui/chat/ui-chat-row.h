/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/chat/ui-chat-message.h"

#include <gtk/gtk.h>

/* How one UiChatMessage looks in the list; rows are reused for other messages while scrolling. */
#define UI_TYPE_CHAT_ROW (ui_chat_row_get_type ())
G_DECLARE_FINAL_TYPE (UiChatRow, ui_chat_row, UI, CHAT_ROW, GtkWidget)

GtkWidget *ui_chat_row_new (void);
void ui_chat_row_set_message (UiChatRow *row, UiChatMessage *message); /* NULL: shows nothing */
