/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts who gives the paths to name only files that this chat really has to do with: where they
 * are dropped they are read with the person's own authority. Known gaps: none. */

#include "ui/chat/ui-drag.h"

typedef struct {
  GtkWidget *widget; /* it outlives the area */
  UiDragFiles files;
  UiDragText text;
} Drag;

static GdkContentProvider *
provide_files (char **paths)
{
  GSList *files = NULL;

  for (guint i = g_strv_length (paths); i > 0; i--)
    files = g_slist_prepend (files, g_file_new_for_path (paths[i - 1]));
  GdkContentProvider *provider = gdk_content_provider_new_typed (GDK_TYPE_FILE_LIST, files);
  g_slist_free_full (files, g_object_unref);
  return provider;
}

static GdkContentProvider *
prepare_cb (GtkDragSource *source, double x, double y, gpointer user_data)
{
  const Drag *drag = user_data;

  if (drag->files != NULL)
    {
      g_auto (GStrv) paths = drag->files (drag->widget);
      return paths != NULL && paths[0] != NULL ? provide_files (paths) : NULL;
    }
  g_autofree char *text = drag->text (drag->widget);
  return text != NULL ? gdk_content_provider_new_typed (G_TYPE_STRING, text) : NULL;
}

static void
drag_free (gpointer data, GClosure *closure)
{
  g_free (data);
}

static void
add (GtkWidget *area, const Drag *drag)
{
  GtkDragSource *source = gtk_drag_source_new ();

  gtk_drag_source_set_actions (source, GDK_ACTION_COPY);
  g_signal_connect_data (source, "prepare", G_CALLBACK (prepare_cb), g_memdup2 (drag, sizeof *drag),
                         drag_free, 0);
  gtk_widget_add_controller (area, GTK_EVENT_CONTROLLER (source));
}

void
ui_drag_add_files (GtkWidget *area, GtkWidget *widget, UiDragFiles get)
{
  const Drag drag = { .widget = widget, .files = get };
  add (area, &drag);
}

void
ui_drag_add_text (GtkWidget *area, GtkWidget *widget, UiDragText get)
{
  const Drag drag = { .widget = widget, .text = get };
  add (area, &drag);
}

void
ui_drag_copy_files (GtkWidget *widget, char **files)
{
  g_autoptr (GdkContentProvider) provider = provide_files (files);
  gdk_clipboard_set_content (gtk_widget_get_clipboard (widget), provider);
}
