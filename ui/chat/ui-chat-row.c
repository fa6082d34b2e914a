/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/chat/ui-chat-row.h"

#include "ui/chat/ui-card-view.h"
#include "ui/chat/ui-chat-bubble.h"

#define WIDTH 760
/* For the height of what was never shown. */
#define LINE_HEIGHT 21
#define CHARACTER_WIDTH 7
#define AROUND 32

struct _UiChatRow {
  GtkWidget parent_instance;
  UiChatBubble *bubble; /* made when first needed */
  UiCardView *card;
  UiPictureLoader *pictures;
  UiChatEntry *entry;
  gboolean shown;
  char **words;
  gboolean current;
};

enum { RETRY, EDIT, UNDO, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (UiChatRow, ui_chat_row, GTK_TYPE_WIDGET)

static void
retry_cb (UiChatRow *self)
{
  g_signal_emit (self, signals[RETRY], 0);
}

static void
edit_cb (UiChatRow *self)
{
  g_signal_emit (self, signals[EDIT], 0, self->entry);
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
      self->bubble = UI_CHAT_BUBBLE (ui_chat_bubble_new (self->pictures));
      gtk_widget_set_parent (GTK_WIDGET (self->bubble), GTK_WIDGET (self));
      g_signal_connect_swapped (self->bubble, "retry", G_CALLBACK (retry_cb), self);
      g_signal_connect_swapped (self->bubble, "edit", G_CALLBACK (edit_cb), self);
    }
  if (self->bubble == NULL)
    return;
  ui_chat_bubble_set_words (self->bubble, message != NULL ? self->words : NULL, self->current);
  ui_chat_bubble_set_message (self->bubble, message);
  gtk_widget_set_visible (GTK_WIDGET (self->bubble), message != NULL);
}

static void
show_card (UiChatRow *self, UiChatCard *card)
{
  if (self->card == NULL && card != NULL)
    {
      self->card = UI_CARD_VIEW (ui_card_view_new (self->pictures));
      gtk_widget_set_parent (GTK_WIDGET (self->card), GTK_WIDGET (self));
      g_signal_connect_swapped (self->card, "undo", G_CALLBACK (undo_cb), self);
    }
  if (self->card == NULL)
    return;
  ui_card_view_set_card (self->card, card);
  gtk_widget_set_visible (GTK_WIDGET (self->card), card != NULL);
}

static void
show_nothing (UiChatRow *self)
{
  show_message (self, NULL);
  show_card (self, NULL);
  self->shown = FALSE;
}

void
ui_chat_row_set_entry (UiChatRow *self, UiChatEntry *entry)
{
  if (self->entry == entry)
    return;
  show_nothing (self);
  g_set_object (&self->entry, entry);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

void
ui_chat_row_show (UiChatRow *self)
{
  if (self->shown || self->entry == NULL)
    return;
  self->shown = TRUE;
  if (UI_IS_CHAT_MESSAGE (self->entry))
    show_message (self, UI_CHAT_MESSAGE (self->entry));
  else
    show_card (self, UI_CHAT_CARD (self->entry));
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

UiChatEntry *
ui_chat_row_get_entry (UiChatRow *self)
{
  return self->entry;
}

void
ui_chat_row_set_words (UiChatRow *self, char **words, gboolean current)
{
  g_auto (GStrv) before = self->words;

  self->words = g_strdupv (words);
  self->current = current;
  if (self->shown && self->bubble != NULL && UI_IS_CHAT_MESSAGE (self->entry))
    ui_chat_bubble_set_words (self->bubble, self->words, self->current);
}

gboolean
ui_chat_row_is_shown (UiChatRow *self)
{
  return self->shown;
}

/* --- layout: at most WIDTH, in the middle --- */

static GtkWidget *
get_child (UiChatRow *self)
{
  if (!self->shown)
    return NULL;
  return UI_IS_CHAT_MESSAGE (self->entry) ? GTK_WIDGET (self->bubble) : GTK_WIDGET (self->card);
}

static int
estimate (UiChatRow *self, int width)
{
  int known = self->entry != NULL ? ui_chat_entry_get_height (self->entry) : 0;
  gsize size = 0;

  if (known > 0)
    return known;
  if (self->entry != NULL && UI_IS_CHAT_MESSAGE (self->entry))
    size = ui_chat_message_get_size (UI_CHAT_MESSAGE (self->entry));
  int line = MAX (10, (width > 0 ? MIN (width, WIDTH) : WIDTH) / CHARACTER_WIDTH);
  return AROUND + LINE_HEIGHT * (1 + (int) (size / (gsize) line));
}

static GtkSizeRequestMode
ui_chat_row_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
ui_chat_row_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                     int *natural, int *minimum_baseline, int *natural_baseline)
{
  UiChatRow *self = UI_CHAT_ROW (widget);
  GtkWidget *child = get_child (self);

  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum = 0;
      *natural = WIDTH;
      if (child != NULL)
        gtk_widget_measure (child, orientation, -1, minimum, NULL, NULL, NULL);
      *natural = MAX (*minimum, *natural);
    }
  else if (child == NULL)
    *minimum = *natural = estimate (self, for_size);
  else
    {
      gtk_widget_measure (child, orientation, for_size > 0 ? MIN (for_size, WIDTH) : -1, minimum,
                          natural, NULL, NULL);
      if (for_size > 0)
        ui_chat_entry_set_height (self->entry, *natural);
    }
}

static void
ui_chat_row_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  GtkWidget *child = get_child (UI_CHAT_ROW (widget));
  int child_width = MIN (width, WIDTH);
  GtkAllocation place = { (width - child_width) / 2, 0, child_width, height };

  if (child != NULL)
    gtk_widget_size_allocate (child, &place, -1);
}

static void
ui_chat_row_dispose (GObject *object)
{
  UiChatRow *self = UI_CHAT_ROW (object);
  self->shown = FALSE;
  g_clear_object (&self->entry);
  g_clear_pointer (&self->words, g_strfreev);
  g_clear_object (&self->pictures);
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
  signals[EDIT] = g_signal_new ("edit", UI_TYPE_CHAT_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 1, UI_TYPE_CHAT_MESSAGE);
  signals[UNDO] = g_signal_new ("undo", UI_TYPE_CHAT_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 1, UI_TYPE_CHAT_CARD);
  GTK_WIDGET_CLASS (klass)->get_request_mode = ui_chat_row_get_request_mode;
  GTK_WIDGET_CLASS (klass)->measure = ui_chat_row_measure;
  GTK_WIDGET_CLASS (klass)->size_allocate = ui_chat_row_size_allocate;
}

static void
ui_chat_row_init (UiChatRow *self)
{
}

GtkWidget *
ui_chat_row_new (UiPictureLoader *pictures)
{
  UiChatRow *self = g_object_new (UI_TYPE_CHAT_ROW, NULL);
  self->pictures = g_object_ref (pictures);
  return GTK_WIDGET (self);
}
