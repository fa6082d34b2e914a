/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/chat/ui-chat-list.h"

#include <adwaita.h>

/* A window: the list of chats and, beside it, one of them or another page.
 * Signal: "chat-shown": it is another than before. */
#define UI_TYPE_WINDOW (ui_window_get_type ())
G_DECLARE_FINAL_TYPE (UiWindow, ui_window, UI, WINDOW, AdwApplicationWindow)

GtkWidget *ui_window_new (AdwApplication *application, UiChatList *list);
UiChat *ui_window_get_chat (UiWindow *window); /* borrowed */
/* With the keyboard in its composer. */
void ui_window_show_chat (UiWindow *window, UiChat *chat);
/* Chips in the composer; nothing is granted before the person sends. */
void ui_window_add_files (UiWindow *window, GFile **files, int n_files);
/* A new chat with text in its composer, not sent; "": an empty one. */
void ui_window_begin_chat_with (UiWindow *window, const char *text);
/* The list, searched for text. */
void ui_window_search_for (UiWindow *window, const char *text);
void ui_window_toast (UiWindow *window, const char *text);

/* A page beside the list that is no chat. make: builds it when it is first shown. */
void ui_window_show_page (UiWindow *window, const char *name, const char *title,
                          GtkWidget *(*make) (UiLink *link));
