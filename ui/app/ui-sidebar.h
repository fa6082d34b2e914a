/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/chat/ui-chat-list.h"

#include <adwaita.h>

/* The list of chats with its search. Signal: "chosen" (UiChat *, gboolean: the person
 * goes on there; FALSE when they are still going through the list by keys). */
#define UI_TYPE_SIDEBAR (ui_sidebar_get_type ())
G_DECLARE_FINAL_TYPE (UiSidebar, ui_sidebar, UI, SIDEBAR, GtkWidget)

void ui_sidebar_set_list (UiSidebar *sidebar, UiChatList *list);
/* The one that is shown beside it; NULL: none of the list. */
void ui_sidebar_select (UiSidebar *sidebar, UiChat *chat);
void ui_sidebar_search (UiSidebar *sidebar);
void ui_sidebar_search_for (UiSidebar *sidebar, const char *text);
/* What the chats that are listed were found by; borrowed; NULL: all are listed. */
const char *ui_sidebar_get_search (UiSidebar *sidebar);
/* Folded, the list is a page of its own, where nothing is shown beside it. */
void ui_sidebar_set_folded (UiSidebar *sidebar, gboolean folded);
