/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/chat/ui-chat-card.h"
#include "ui/chat/ui-picture-loader.h"

#include <gtk/gtk.h>

/* An action on the screen: what, on what, what became of it, Why? and Undo.
 * Signal: "undo" (UiChatCard *). */
#define UI_TYPE_CARD_VIEW (ui_card_view_get_type ())
G_DECLARE_FINAL_TYPE (UiCardView, ui_card_view, UI, CARD_VIEW, GtkWidget)

/* pictures: of files that a question on the card is about. */
GtkWidget *ui_card_view_new (UiPictureLoader *pictures);
void ui_card_view_set_card (UiCardView *view, UiChatCard *card); /* NULL: none */
