/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/chat/ui-picture-dialog.h"

#include "ui/chat/ui-picture-view.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#define LEAST 320
#define MOST 0.9 /* of the window that it is over */
#define HEADER 50

static void
show_picture (GtkPicture *widget, UiChatPicture *picture)
{
  g_autoptr (GdkPaintable) paintable = ui_picture_view_paintable (picture);
  g_autofree char *name = ui_chat_picture_describe (picture);
  gtk_picture_set_paintable (widget, paintable);
  gtk_accessible_update_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GtkPicture) widget = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (UiChatPicture) picture
      = ui_picture_loader_load_finish (UI_PICTURE_LOADER (source), result, &error);

  if (picture != NULL)
    show_picture (widget, picture);
  else
    g_debug ("the picture is not shown larger: %s", error->message);
}

static void
close_by_key (GtkWidget *window)
{
  GtkEventController *keys = gtk_shortcut_controller_new ();
  gtk_shortcut_controller_add_shortcut (
      GTK_SHORTCUT_CONTROLLER (keys), gtk_shortcut_new (gtk_keyval_trigger_new (GDK_KEY_Escape, 0),
                                                        gtk_named_action_new ("window.close")));
  gtk_widget_add_controller (window, keys);
}

static void
set_size (GtkWindow *window, GtkWindow *parent, UiChatPicture *picture)
{
  int width = (int) (gtk_widget_get_width (GTK_WIDGET (parent)) * MOST);
  int height = (int) (gtk_widget_get_height (GTK_WIDGET (parent)) * MOST);
  double scale = MIN ((double) width / ui_chat_picture_get_width (picture),
                      (double) (height - HEADER) / ui_chat_picture_get_height (picture));

  gtk_window_set_default_size (
      window, MAX (LEAST, (int) (ui_chat_picture_get_width (picture) * scale)),
      MAX (LEAST, (int) (ui_chat_picture_get_height (picture) * scale) + HEADER));
}

void
ui_picture_dialog_show (GtkWidget *above, UiChatPicture *picture, UiPictureLoader *loader,
                        const char *path)
{
  GtkWindow *parent = GTK_WINDOW (gtk_widget_get_root (above));
  GtkWidget *window = adw_window_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *widget = gtk_picture_new ();
  const char *name = ui_chat_picture_get_name (picture);

  gtk_window_set_title (GTK_WINDOW (window), *name != '\0' ? name : _ ("Picture"));
  gtk_window_set_transient_for (GTK_WINDOW (window), parent);
  gtk_window_set_modal (GTK_WINDOW (window), TRUE);
  gtk_window_set_destroy_with_parent (GTK_WINDOW (window), TRUE);
  set_size (GTK_WINDOW (window), parent, picture);
  gtk_widget_set_vexpand (widget, TRUE);
  gtk_picture_set_content_fit (GTK_PICTURE (widget), GTK_CONTENT_FIT_SCALE_DOWN);
  show_picture (GTK_PICTURE (widget), picture);
  gtk_box_append (GTK_BOX (box), adw_header_bar_new ());
  gtk_box_append (GTK_BOX (box), widget);
  adw_window_set_content (ADW_WINDOW (window), box);
  close_by_key (window);
  gtk_window_present (GTK_WINDOW (window));
  if (loader != NULL)
    ui_picture_loader_load_async (loader, path, CARDEA_PICTURE_EDGE_MOST, NULL, loaded_cb,
                                  g_object_ref (widget));
}
