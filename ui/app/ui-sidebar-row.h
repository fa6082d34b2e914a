/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/chat/ui-chat-list.h"

#include <gtk/gtk.h>

/* A chat in the list. */
#define UI_TYPE_SIDEBAR_ROW (ui_sidebar_row_get_type ())
G_DECLARE_FINAL_TYPE (UiSidebarRow, ui_sidebar_row, UI, SIDEBAR_ROW, GtkWidget)

GtkWidget *ui_sidebar_row_new (GMenuModel *menu);
/* match: what a search found in it, in place of its last line; NULL. */
void ui_sidebar_row_set_chat (UiSidebarRow *row, UiChat *chat, UiChatSession *session,
                              const char *match);
UiChat *ui_sidebar_row_get_chat (UiSidebarRow *row); /* borrowed */
