/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/chat/ui-picture-strip.h"

#include "ui/chat/ui-picture-view.h"

#define IN_A_LINE 2

GtkWidget *
ui_picture_strip_new (void)
{
  GtkWidget *strip = gtk_flow_box_new ();

  gtk_flow_box_set_selection_mode (GTK_FLOW_BOX (strip), GTK_SELECTION_NONE);
  gtk_flow_box_set_max_children_per_line (GTK_FLOW_BOX (strip), IN_A_LINE);
  gtk_widget_set_halign (strip, GTK_ALIGN_START);
  return strip;
}

void
ui_picture_strip_clear (GtkWidget *strip)
{
  GtkWidget *child;
  while ((child = gtk_widget_get_first_child (strip)) != NULL)
    gtk_flow_box_remove (GTK_FLOW_BOX (strip), child);
}

static UiPictureView *
add (GtkWidget *strip)
{
  if (gtk_flow_box_get_child_at_index (GTK_FLOW_BOX (strip), UI_PICTURE_STRIP_LIMIT - 1) != NULL)
    return NULL;
  GtkWidget *view = ui_picture_view_new ();
  gtk_flow_box_insert (GTK_FLOW_BOX (strip), view, -1);
  GtkWidget *child = gtk_widget_get_parent (view);
  gtk_widget_set_focusable (child, FALSE); /* the picture's button is */
  g_object_bind_property (view, "visible", child, "visible", G_BINDING_SYNC_CREATE);
  return UI_PICTURE_VIEW (view);
}

void
ui_picture_strip_add_picture (GtkWidget *strip, UiChatPicture *picture)
{
  UiPictureView *view = add (strip);
  if (view != NULL)
    ui_picture_view_set_picture (view, picture);
}

void
ui_picture_strip_add_file (GtkWidget *strip, UiPictureLoader *loader, const char *path)
{
  UiPictureView *view = add (strip);
  if (view != NULL)
    ui_picture_view_load (view, loader, path);
}
