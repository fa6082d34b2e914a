/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/chat/ui-chat-row.h"

#include "ui/chat/ui-card-view.h"
#include "ui/chat/ui-chat-bubble.h"

#include <adwaita.h>

#define WIDTH 760

struct _UiChatRow {
  GtkWidget parent_instance;
  UiChatBubble *bubble; /* made when first needed */
  UiCardView *card;
};

enum { RETRY, UNDO, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (UiChatRow, ui_chat_row, GTK_TYPE_WIDGET)

static void
retry_cb (UiChatRow *self)
{
  g_signal_emit (self, signals[RETRY], 0);
}

static void
undo_cb (UiChatRow *self, UiChatCard *card)
{
  g_signal_emit (self, signals[UNDO], 0, card);
}

static void
show_message (UiChatRow *self, UiChatMessage *message)
{
  if (self->bubble == NULL && message != NULL)
    {
      self->bubble = UI_CHAT_BUBBLE (ui_chat_bubble_new ());
      gtk_widget_set_parent (GTK_WIDGET (self->bubble), GTK_WIDGET (self));
      g_signal_connect_swapped (self->bubble, "retry", G_CALLBACK (retry_cb), self);
    }
  if (self->bubble == NULL)
    return;
  ui_chat_bubble_set_message (self->bubble, message);
  gtk_widget_set_visible (GTK_WIDGET (self->bubble), message != NULL);
}

static void
show_card (UiChatRow *self, UiChatCard *card)
{
  if (self->card == NULL && card != NULL)
    {
      self->card = UI_CARD_VIEW (ui_card_view_new ());
      gtk_widget_set_parent (GTK_WIDGET (self->card), GTK_WIDGET (self));
      g_signal_connect_swapped (self->card, "undo", G_CALLBACK (undo_cb), self);
    }
  if (self->card == NULL)
    return;
  ui_card_view_set_card (self->card, card);
  gtk_widget_set_visible (GTK_WIDGET (self->card), card != NULL);
}

void
ui_chat_row_set_entry (UiChatRow *self, UiChatEntry *entry)
{
  show_message (self, entry != NULL && UI_IS_CHAT_MESSAGE (entry) ? UI_CHAT_MESSAGE (entry) : NULL);
  show_card (self, entry != NULL && UI_IS_CHAT_CARD (entry) ? UI_CHAT_CARD (entry) : NULL);
}

static void
ui_chat_row_dispose (GObject *object)
{
  UiChatRow *self = UI_CHAT_ROW (object);
  g_clear_pointer ((GtkWidget **) &self->bubble, gtk_widget_unparent);
  g_clear_pointer ((GtkWidget **) &self->card, gtk_widget_unparent);
  G_OBJECT_CLASS (ui_chat_row_parent_class)->dispose (object);
}

static void
ui_chat_row_class_init (UiChatRowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ui_chat_row_dispose;
  signals[RETRY] = g_signal_new ("retry", UI_TYPE_CHAT_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 0);
  signals[UNDO] = g_signal_new ("undo", UI_TYPE_CHAT_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 1, UI_TYPE_CHAT_CARD);
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), ADW_TYPE_CLAMP_LAYOUT);
}

static void
ui_chat_row_init (UiChatRow *self)
{
  GtkLayoutManager *layout = gtk_widget_get_layout_manager (GTK_WIDGET (self));
  adw_clamp_layout_set_maximum_size (ADW_CLAMP_LAYOUT (layout), WIDTH);
}

GtkWidget *
ui_chat_row_new (void)
{
  return g_object_new (UI_TYPE_CHAT_ROW, NULL);
}
