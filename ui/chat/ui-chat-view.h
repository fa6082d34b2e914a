/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/chat/ui-chat-session.h"

#include <gtk/gtk.h>

/* A conversation on the screen: messages, what waits for the person, trouble, composer. */
#define UI_TYPE_CHAT_VIEW (ui_chat_view_get_type ())
G_DECLARE_FINAL_TYPE (UiChatView, ui_chat_view, UI, CHAT_VIEW, GtkWidget)

GtkWidget *ui_chat_view_new (UiChatSession *session);
void ui_chat_view_add_file (UiChatView *view, GFile *file);
void ui_chat_view_choose_files (UiChatView *view);
