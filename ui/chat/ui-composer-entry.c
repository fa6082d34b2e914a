/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/chat/ui-composer-entry.h"

struct _UiComposerEntry {
  GtkTextView parent_instance;
  guint caret_source;
};

G_DEFINE_FINAL_TYPE (UiComposerEntry, ui_composer_entry, GTK_TYPE_TEXT_VIEW)

static gboolean
caret_cb (gpointer user_data)
{
  UiComposerEntry *self = user_data;
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (self));

  self->caret_source = 0;
  gtk_text_view_scroll_mark_onscreen (GTK_TEXT_VIEW (self), gtk_text_buffer_get_insert (buffer));
  return G_SOURCE_REMOVE;
}

/* To where the caret is it goes when all lines have their height, which is looked at while idle. */
static void
ui_composer_entry_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  UiComposerEntry *self = UI_COMPOSER_ENTRY (widget);
  GtkAdjustment *place = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (widget));

  if (place != NULL && height != (int) gtk_adjustment_get_page_size (place))
    {
      gtk_adjustment_set_value (place, gtk_adjustment_get_value (place)); /* it moves no more */
      if (self->caret_source == 0)
        self->caret_source = g_idle_add (caret_cb, self);
    }
  GTK_WIDGET_CLASS (ui_composer_entry_parent_class)
      ->size_allocate (widget, width, height, baseline);
}

static void
ui_composer_entry_dispose (GObject *object)
{
  g_clear_handle_id (&UI_COMPOSER_ENTRY (object)->caret_source, g_source_remove);
  G_OBJECT_CLASS (ui_composer_entry_parent_class)->dispose (object);
}

static void
ui_composer_entry_class_init (UiComposerEntryClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ui_composer_entry_dispose;
  GTK_WIDGET_CLASS (klass)->size_allocate = ui_composer_entry_size_allocate;
}

static void
ui_composer_entry_init (UiComposerEntry *self)
{
}
