/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/chat/ui-table-view.h"

#include "ui/chat/ui-drag.h"
#include "ui/chat/ui-table-csv.h"
#include "ui/chat/ui-toast.h"

#include <glib/gi18n.h>
#include <string.h>

#define COPIED_MS 1500u

struct _UiTableView {
  GtkWidget parent_instance;
  GtkWidget *box;
  GtkGrid *grid;
  GtkButton *copy;
  guint columns;
  GtkFileChooserNative *chooser;
  guint copied_source;
};

G_DEFINE_FINAL_TYPE (UiTableView, ui_table_view, GTK_TYPE_WIDGET)

/* --- what is shown --- */

static GtkWidget *
add_cell (UiTableView *self, const UiMarkdownBlock *block, guint index)
{
  guint column = index % block->columns;
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  gtk_label_set_xalign (GTK_LABEL (label), block->aligns[column]);
  if (index < block->columns)
    gtk_widget_add_css_class (label, "heading");
  else if (block->aligns[column] > 0.5f)
    gtk_widget_add_css_class (label, "numeric");
  gtk_grid_attach (self->grid, label, (int) column, (int) (index / block->columns), 1, 1);
  return label;
}

/* Rows only come at the end: a cell there already is filled, another attached. */
void
ui_table_view_set (UiTableView *self, const UiMarkdownBlock *block)
{
  GtkWidget *label = gtk_widget_get_first_child (GTK_WIDGET (self->grid));

  self->columns = block->columns;
  for (guint i = 0; i < block->cells->len; i++)
    {
      if (label == NULL)
        label = add_cell (self, block, i);
      gtk_label_set_markup (GTK_LABEL (label), block->cells->pdata[i]);
      label = gtk_widget_get_next_sibling (label);
    }
  while (label != NULL)
    {
      GtkWidget *next = gtk_widget_get_next_sibling (label);
      gtk_grid_remove (self->grid, label);
      label = next;
    }
}

/* --- as CSV --- */

static char *
to_csv (GtkWidget *widget)
{
  UiTableView *self = UI_TABLE_VIEW (widget);
  GtkWidget *label = gtk_widget_get_first_child (GTK_WIDGET (self->grid));
  g_autoptr (GPtrArray) cells = g_ptr_array_new ();

  for (; label != NULL; label = gtk_widget_get_next_sibling (label))
    g_ptr_array_add (cells, (gpointer) gtk_label_get_text (GTK_LABEL (label)));
  return ui_table_csv_new ((const char *const *) cells->pdata, cells->len, MAX (self->columns, 1));
}

static gboolean
copied_over_cb (gpointer user_data)
{
  UiTableView *self = user_data;
  self->copied_source = 0;
  gtk_button_set_icon_name (self->copy, "edit-copy-symbolic");
  return G_SOURCE_REMOVE;
}

static void
copy_cb (UiTableView *self)
{
  g_autofree char *csv = to_csv (GTK_WIDGET (self));
  g_autoptr (GBytes) bytes = g_bytes_new (csv, strlen (csv));
  GdkContentProvider *kinds[] = { gdk_content_provider_new_for_bytes ("text/csv", bytes),
                                  gdk_content_provider_new_typed (G_TYPE_STRING, csv) };
  g_autoptr (GdkContentProvider) all = gdk_content_provider_new_union (kinds, G_N_ELEMENTS (kinds));

  gdk_clipboard_set_content (gtk_widget_get_clipboard (GTK_WIDGET (self)), all);
  gtk_button_set_icon_name (self->copy, "object-select-symbolic");
  g_clear_handle_id (&self->copied_source, g_source_remove);
  self->copied_source = g_timeout_add (COPIED_MS, copied_over_cb, self);
}

static void
written_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (UiTableView) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *name = g_file_get_basename (G_FILE (source));
  g_autofree char *text = NULL;

  if (g_file_replace_contents_finish (G_FILE (source), result, NULL, &error))
    /* Translators: %s is a file's name. */
    text = g_strdup_printf (_ ("Saved to %s"), name);
  else
    text = g_strdup_printf (_ ("Not saved: %s"), error->message);
  if (self->box != NULL)
    ui_toast_show (GTK_WIDGET (self), text);
}

static void
chooser_response_cb (UiTableView *self, int response)
{
  g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (self->chooser));

  if (response == GTK_RESPONSE_ACCEPT && file != NULL)
    {
      g_autofree char *csv = to_csv (GTK_WIDGET (self));
      g_autoptr (GBytes) bytes = g_bytes_new (csv, strlen (csv));
      g_file_replace_contents_bytes_async (file, bytes, NULL, FALSE, G_FILE_CREATE_PRIVATE, NULL,
                                           written_cb, g_object_ref (self));
    }
  g_clear_object (&self->chooser);
}

static void
save_cb (UiTableView *self)
{
  if (self->chooser != NULL)
    return;
  self->chooser = gtk_file_chooser_native_new (_ ("Save Table"),
                                               GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))),
                                               GTK_FILE_CHOOSER_ACTION_SAVE, _ ("_Save"), NULL);
  /* Translators: the name of a file that a table is saved to. */
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (self->chooser), _ ("table.csv"));
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  g_signal_connect_swapped (self->chooser, "response", G_CALLBACK (chooser_response_cb), self);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

/* --- the type --- */

static void
ui_table_view_dispose (GObject *object)
{
  UiTableView *self = UI_TABLE_VIEW (object);

  g_clear_handle_id (&self->copied_source, g_source_remove);
  g_clear_object (&self->chooser);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  G_OBJECT_CLASS (ui_table_view_parent_class)->dispose (object);
}

static void
ui_table_view_class_init (UiTableViewClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ui_table_view_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static GtkButton *
add_button (GtkWidget *box, const char *icon, const char *name)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);

  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_valign (button, GTK_ALIGN_START);
  gtk_widget_set_tooltip_text (button, name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_box_append (GTK_BOX (box), button);
  return GTK_BUTTON (button);
}

static void
ui_table_view_init (UiTableView *self)
{
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkButton *save;

  self->grid = GTK_GRID (gtk_grid_new ());
  gtk_grid_set_column_spacing (self->grid, 18);
  gtk_grid_set_row_spacing (self->grid, 4);
  gtk_widget_set_halign (GTK_WIDGET (self->grid), GTK_ALIGN_START);
  gtk_widget_set_hexpand (scroller, TRUE);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_AUTOMATIC,
                                  GTK_POLICY_NEVER);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), GTK_WIDGET (self->grid));

  self->box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 2);
  gtk_widget_add_css_class (self->box, "chat-table");
  gtk_box_append (GTK_BOX (self->box), scroller);
  ui_drag_add_text (self->box, GTK_WIDGET (self), to_csv);
  self->copy = add_button (self->box, "edit-copy-symbolic", _ ("Copy table as CSV"));
  save = add_button (self->box, "document-save-symbolic", _ ("Save table as CSV"));
  g_signal_connect_swapped (self->copy, "clicked", G_CALLBACK (copy_cb), self);
  g_signal_connect_swapped (save, "clicked", G_CALLBACK (save_cb), self);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
}

GtkWidget *
ui_table_view_new (void)
{
  return g_object_new (UI_TYPE_TABLE_VIEW, NULL);
}
