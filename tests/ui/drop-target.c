/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* A window that takes files and texts and says what was dropped: "file PATH" or "text TEXT", a line
 * each. Stands in for a file manager or an editor. */

#include <gtk/gtk.h>
#include <stdio.h>

static gboolean
drop_cb (GtkDropTarget *target, const GValue *value, double x, double y, gpointer user_data)
{
  if (G_VALUE_HOLDS (value, GDK_TYPE_FILE_LIST))
    for (GSList *l = g_value_get_boxed (value); l != NULL; l = l->next)
      g_print ("file %s\n", g_file_peek_path (l->data));
  else
    {
      g_autofree char *text = g_strescape (g_value_get_string (value), NULL);
      g_print ("text %s\n", text);
    }
  fflush (stdout);
  return TRUE;
}

static void
closed_cb (GtkWindow *window, GMainLoop *loop)
{
  g_main_loop_quit (loop);
}

int
main (int argc, char **argv)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  GType types[] = { GDK_TYPE_FILE_LIST, G_TYPE_STRING };

  gtk_init ();
  GtkWidget *window = gtk_window_new ();
  GtkDropTarget *target = gtk_drop_target_new (G_TYPE_INVALID, GDK_ACTION_COPY);
  gtk_drop_target_set_gtypes (target, types, G_N_ELEMENTS (types));
  g_signal_connect (target, "drop", G_CALLBACK (drop_cb), NULL);
  gtk_widget_add_controller (window, GTK_EVENT_CONTROLLER (target));
  gtk_window_set_child (GTK_WINDOW (window), gtk_label_new ("Drop"));
  gtk_window_set_title (GTK_WINDOW (window), "Drop Target");
  gtk_window_set_default_size (GTK_WINDOW (window), 140, 200);
  g_signal_connect (window, "destroy", G_CALLBACK (closed_cb), loop);
  gtk_window_present (GTK_WINDOW (window));
  g_main_loop_run (loop);
  return 0;
}
