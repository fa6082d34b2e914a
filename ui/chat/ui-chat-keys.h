/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

/* The Tab key in a conversation. GtkListView passes over rows that cannot be selected, whatever
 * stands in them: here it goes from one thing in them to the next, and in at what is in sight. */

/* stops: widgets in their order, one of which is the list (of UiChatRow), with others below or
 * beside it, NULL-terminated. FALSE: what comes next is outside of them. Other keys: always FALSE.
 */
gboolean ui_chat_keys_move (GtkWidget *const *stops, GtkListView *list, GtkDirectionType direction);
