/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/chat/ui-chat-list.h"

#include <adwaita.h>

/* A small window for one question: the composer, and below it the answer as it comes. Escape closes
 * it; the chat stays where all of them are, and an answer that is under way goes on.
 * Signal: "open-in-chat" (UiChat *): the person goes on in a large window. */
#define UI_TYPE_QUICK_ASK (ui_quick_ask_get_type ())
G_DECLARE_FINAL_TYPE (UiQuickAsk, ui_quick_ask, UI, QUICK_ASK, AdwApplicationWindow)

/* With the keyboard in its composer, which shows the draft of the chat. */
GtkWidget *ui_quick_ask_new (AdwApplication *application, UiChatList *list, UiChat *chat);
