/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* copy-source TYPE FILE [TYPE FILE]…: a window that puts the contents of files into the clipboard,
 * each as the type named, and says "copied". Stands in for a file manager, or whatever else people
 * copy from. */

#include <gtk/gtk.h>

static void
closed_cb (GtkWindow *window, GMainLoop *loop)
{
  g_main_loop_quit (loop);
}

static GdkContentProvider *
read_content (const char *type, const char *path)
{
  g_autoptr (GMappedFile) file = g_mapped_file_new (path, FALSE, NULL);
  g_autoptr (GBytes) bytes = file != NULL ? g_mapped_file_get_bytes (file) : NULL;

  return bytes != NULL ? gdk_content_provider_new_for_bytes (type, bytes) : NULL;
}

int
main (int argc, char **argv)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GPtrArray) providers = g_ptr_array_new ();

  gtk_init ();
  for (int i = 1; i + 1 < argc; i += 2)
    {
      GdkContentProvider *provider = read_content (argv[i], argv[i + 1]);
      if (provider == NULL)
        return 1;
      g_ptr_array_add (providers, provider);
    }
  GtkWidget *window = gtk_window_new ();
  gtk_window_set_title (GTK_WINDOW (window), "Copy Source");
  g_signal_connect (window, "destroy", G_CALLBACK (closed_cb), loop);
  gtk_window_present (GTK_WINDOW (window));

  g_autoptr (GdkContentProvider) all
      = gdk_content_provider_new_union ((GdkContentProvider **) providers->pdata, providers->len);
  gdk_clipboard_set_content (gtk_widget_get_clipboard (window), all);
  g_print ("copied\n");
  g_main_loop_run (loop);
  return 0;
}
