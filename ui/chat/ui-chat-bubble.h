/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/chat/ui-chat-message.h"
#include "ui/chat/ui-picture-loader.h"

#include <gtk/gtk.h>

/* What was said, on the screen. Signals: "retry"; "edit": the
 * person wants to say it otherwise. */
#define UI_TYPE_CHAT_BUBBLE (ui_chat_bubble_get_type ())
G_DECLARE_FINAL_TYPE (UiChatBubble, ui_chat_bubble, UI, CHAT_BUBBLE, GtkWidget)

/* pictures: where those of the person's files come from. */
GtkWidget *ui_chat_bubble_new (UiPictureLoader *pictures);
void ui_chat_bubble_set_message (UiChatBubble *bubble, UiChatMessage *message); /* NULL: none */
/* Marks words (ui-mark.h) until told otherwise; they are copied. NULL: none. */
void ui_chat_bubble_set_words (UiChatBubble *bubble, char **words, gboolean current);
