/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/chat/ui-picture-view.h"

#include "ui/chat/ui-drag.h"
#include "ui/chat/ui-picture-dialog.h"

#include <glib/gi18n.h>

#define HEIGHT 160 /* at most, on the screen */
#define WIDTH 320
#define EDGE 640u /* pixels that are asked for: enough where a screen has two to each */

struct _UiPictureView {
  GtkWidget parent_instance;
  GtkWidget *button;
  GtkPicture *picture;
  UiChatPicture *shown;
  UiPictureLoader *loader; /* NULL: what is shown is all there is */
  char *path;
  GCancellable *cancellable; /* of what is being loaded */
};

G_DEFINE_FINAL_TYPE (UiPictureView, ui_picture_view, GTK_TYPE_WIDGET)

GdkPaintable *
ui_picture_view_paintable (UiChatPicture *picture)
{
  g_autoptr (GBytes) pixels = ui_chat_picture_get_pixels (picture);
  return GDK_PAINTABLE (gdk_memory_texture_new (
      (int) ui_chat_picture_get_width (picture), (int) ui_chat_picture_get_height (picture),
      GDK_MEMORY_R8G8B8A8, pixels, ui_chat_picture_get_stride (picture)));
}

/* As large as it is where it is small, else as large as fits. */
static void
set_size (UiPictureView *self, UiChatPicture *picture)
{
  double width = ui_chat_picture_get_width (picture);
  double height = ui_chat_picture_get_height (picture);
  double scale = MIN (1, MIN (WIDTH / width, HEIGHT / height));

  gtk_widget_set_size_request (GTK_WIDGET (self->picture), MAX (16, (int) (width * scale)),
                               MAX (16, (int) (height * scale)));
}

void
ui_picture_view_set_picture (UiPictureView *self, UiChatPicture *picture)
{
  if (!g_set_object (&self->shown, picture))
    return;
  gtk_widget_set_visible (GTK_WIDGET (self), picture != NULL);
  if (picture == NULL)
    {
      gtk_picture_set_paintable (self->picture, NULL);
      return;
    }
  g_autoptr (GdkPaintable) paintable = ui_picture_view_paintable (picture);
  g_autofree char *name = ui_chat_picture_describe (picture);
  set_size (self, picture);
  gtk_picture_set_paintable (self->picture, paintable);
  gtk_widget_set_tooltip_text (self->button, name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  name, -1);
}

static void
stop_loading (UiPictureView *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (UiPictureView) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (UiChatPicture) picture
      = ui_picture_loader_load_finish (UI_PICTURE_LOADER (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || self->button == NULL)
    return;
  if (picture == NULL)
    g_debug ("a picture is not shown: %s", error->message);
  g_clear_object (&self->cancellable);
  ui_picture_view_set_picture (self, picture);
}

void
ui_picture_view_load (UiPictureView *self, UiPictureLoader *loader, const char *path)
{
  if (self->loader == loader && g_strcmp0 (self->path, path) == 0)
    return;
  stop_loading (self);
  ui_picture_view_set_picture (self, ui_picture_loader_peek (loader, path, EDGE));
  g_set_object (&self->loader, loader);
  g_free (self->path);
  self->path = g_strdup (path);
  self->cancellable = g_cancellable_new ();
  ui_picture_loader_load_async (loader, path, EDGE, self->cancellable, loaded_cb,
                                g_object_ref (self));
}

static void
clicked_cb (UiPictureView *self)
{
  if (self->shown != NULL)
    ui_picture_dialog_show (GTK_WIDGET (self), self->shown, self->loader, self->path);
}

static void
ui_picture_view_dispose (GObject *object)
{
  UiPictureView *self = UI_PICTURE_VIEW (object);
  stop_loading (self);
  g_clear_pointer (&self->button, gtk_widget_unparent);
  g_clear_object (&self->shown);
  g_clear_object (&self->loader);
  G_OBJECT_CLASS (ui_picture_view_parent_class)->dispose (object);
}

static void
ui_picture_view_finalize (GObject *object)
{
  g_free (UI_PICTURE_VIEW (object)->path);
  G_OBJECT_CLASS (ui_picture_view_parent_class)->finalize (object);
}

static void
ui_picture_view_class_init (UiPictureViewClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ui_picture_view_dispose;
  G_OBJECT_CLASS (klass)->finalize = ui_picture_view_finalize;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

/* A picture that only the answer holds has no file to give. */
static char **
get_files (GtkWidget *widget)
{
  const char *const files[] = { UI_PICTURE_VIEW (widget)->path, NULL };
  return files[0] != NULL ? g_strdupv ((char **) files) : NULL;
}

static void
ui_picture_view_init (UiPictureView *self)
{
  self->picture = GTK_PICTURE (gtk_picture_new ());
  gtk_picture_set_can_shrink (self->picture, TRUE);
  self->button = gtk_button_new ();
  gtk_button_set_child (GTK_BUTTON (self->button), GTK_WIDGET (self->picture));
  gtk_widget_add_css_class (self->button, "flat");
  gtk_widget_add_css_class (self->button, "picture");
  g_signal_connect_swapped (self->button, "clicked", G_CALLBACK (clicked_cb), self);
  ui_drag_add_files (GTK_WIDGET (self->picture), GTK_WIDGET (self), get_files);
  gtk_widget_set_parent (self->button, GTK_WIDGET (self));
  gtk_widget_set_halign (GTK_WIDGET (self), GTK_ALIGN_START);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

GtkWidget *
ui_picture_view_new (void)
{
  return g_object_new (UI_TYPE_PICTURE_VIEW, NULL);
}
