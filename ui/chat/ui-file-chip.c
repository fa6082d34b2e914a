/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/chat/ui-file-chip.h"

#include "common/base/cardea-text.h"
#include "ui/chat/ui-picture-view.h"

#include <glib/gi18n.h>
#include <string.h>

#define PICTURE_SIZE 32 /* on the screen */
#define PICTURE_EDGE 64u

struct _UiFileChip {
  GtkWidget parent_instance;
  GtkWidget *box;
  GtkImage *icon;
  GCancellable *cancellable;
  char *path;
  gboolean typed;
};

enum { REMOVED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (UiFileChip, ui_file_chip, GTK_TYPE_WIDGET)

static void
ui_file_chip_dispose (GObject *object)
{
  UiFileChip *self = UI_FILE_CHIP (object);
  g_cancellable_cancel (self->cancellable);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  G_OBJECT_CLASS (ui_file_chip_parent_class)->dispose (object);
}

static void
ui_file_chip_finalize (GObject *object)
{
  UiFileChip *self = UI_FILE_CHIP (object);
  g_object_unref (self->cancellable);
  g_free (self->path);
  G_OBJECT_CLASS (ui_file_chip_parent_class)->finalize (object);
}

static void
ui_file_chip_class_init (UiFileChipClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  object_class->dispose = ui_file_chip_dispose;
  object_class->finalize = ui_file_chip_finalize;
  signals[REMOVED] = g_signal_new ("removed", UI_TYPE_FILE_CHIP, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
ui_file_chip_init (UiFileChip *self)
{
  self->cancellable = g_cancellable_new ();
}

static void
remove_clicked_cb (UiFileChip *self)
{
  g_signal_emit (self, signals[REMOVED], 0);
}

static void
looked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (UiFileChip) self = user_data;
  g_autoptr (GFileInfo) info = g_file_query_info_finish (G_FILE (source), result, NULL);

  if (info != NULL && self->box != NULL
      && g_file_info_get_file_type (info) == G_FILE_TYPE_DIRECTORY)
    gtk_image_set_from_icon_name (self->icon, "folder-symbolic");
}

static void
look (UiFileChip *self)
{
  g_autoptr (GFile) file = g_file_new_for_path (self->path);
  g_file_query_info_async (file, G_FILE_ATTRIBUTE_STANDARD_TYPE, G_FILE_QUERY_INFO_NONE,
                           G_PRIORITY_DEFAULT, self->cancellable, looked_cb, g_object_ref (self));
}

static GtkWidget *
new_remove_button (UiFileChip *self, const char *shown_name)
{
  /* Translators: what a screen reader says; %s is a file's name. */
  g_autofree char *name = g_strdup_printf (_ ("Remove %s"), shown_name);
  GtkWidget *button = gtk_button_new_from_icon_name ("window-close-symbolic");

  gtk_widget_add_css_class (button, "flat");
  gtk_widget_add_css_class (button, "circular");
  gtk_widget_set_tooltip_text (button, name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  g_signal_connect_swapped (button, "clicked", G_CALLBACK (remove_clicked_cb), self);
  return button;
}

GtkWidget *
ui_file_chip_new (const char *path, gboolean typed)
{
  UiFileChip *self = g_object_new (UI_TYPE_FILE_CHIP, NULL);
  g_autofree char *name = g_path_get_basename (path);
  g_autofree char *shown_name = cardea_text_escape (name, strlen (name), NULL);
  g_autofree char *shown_path = cardea_text_escape (path, strlen (path), NULL);

  self->path = g_strdup (path);
  self->typed = typed;
  self->box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 4);
  gtk_widget_add_css_class (self->box, "file-chip");
  gtk_widget_set_tooltip_text (self->box, shown_path);

  self->icon = GTK_IMAGE (gtk_image_new_from_icon_name ("text-x-generic-symbolic"));
  GtkWidget *label = gtk_label_new (shown_name);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_MIDDLE);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 32);

  gtk_box_append (GTK_BOX (self->box), GTK_WIDGET (self->icon));
  gtk_box_append (GTK_BOX (self->box), label);
  gtk_box_append (GTK_BOX (self->box), new_remove_button (self, shown_name));
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  look (self);
  return GTK_WIDGET (self);
}

static void
pictured_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (UiFileChip) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (UiChatPicture) picture
      = ui_picture_loader_load_finish (UI_PICTURE_LOADER (source), result, &error);

  if (picture == NULL || self->box == NULL)
    return;
  g_autoptr (GdkPaintable) paintable = ui_picture_view_paintable (picture);
  gtk_image_set_from_paintable (self->icon, paintable);
  gtk_image_set_pixel_size (self->icon, PICTURE_SIZE);
  gtk_widget_add_css_class (self->box, "pictured");
}

void
ui_file_chip_show_picture (UiFileChip *self, UiPictureLoader *pictures)
{
  if (ui_picture_loader_knows (self->path))
    ui_picture_loader_load_async (pictures, self->path, PICTURE_EDGE, self->cancellable,
                                  pictured_cb, g_object_ref (self));
}

const char *
ui_file_chip_get_path (UiFileChip *chip)
{
  return chip->path;
}

gboolean
ui_file_chip_is_typed (UiFileChip *chip)
{
  return chip->typed;
}
