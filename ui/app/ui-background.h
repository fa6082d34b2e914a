/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/chat/ui-chat-list.h"

#include <gtk/gtk.h>

/* Work that goes on without a window: the application lives on while a chat is being answered, and
 * a notification says so as long as it is, with a way back and a way to stop it. When the last
 * answer is there, that is said, too, and the application ends. */
#define UI_TYPE_BACKGROUND (ui_background_get_type ())
G_DECLARE_FINAL_TYPE (UiBackground, ui_background, UI, BACKGROUND, GObject)

/* The application has the actions "show-chat" (string: a chat's id) and "stop-work". */
UiBackground *ui_background_new (GtkApplication *application, UiChatList *chats);
