/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/chat/ui-composer-entry.h"

struct _UiComposerEntry {
  GtkTextView parent_instance;
};

G_DEFINE_FINAL_TYPE (UiComposerEntry, ui_composer_entry, GTK_TYPE_TEXT_VIEW)

static void
ui_composer_entry_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  GtkAdjustment *place = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (widget));
  GtkTextView *view = GTK_TEXT_VIEW (widget);
  gboolean grew = place != NULL && height != (int) gtk_adjustment_get_page_size (place);

  if (grew)
    gtk_adjustment_set_value (place, gtk_adjustment_get_value (place)); /* it moves no more */
  GTK_WIDGET_CLASS (ui_composer_entry_parent_class)
      ->size_allocate (widget, width, height, baseline);
  if (grew)
    gtk_text_view_scroll_mark_onscreen (
        view, gtk_text_buffer_get_insert (gtk_text_view_get_buffer (view)));
}

static void
ui_composer_entry_class_init (UiComposerEntryClass *klass)
{
  GTK_WIDGET_CLASS (klass)->size_allocate = ui_composer_entry_size_allocate;
}

static void
ui_composer_entry_init (UiComposerEntry *self)
{
}
