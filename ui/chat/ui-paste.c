/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts the person, who pressed the keys. Not the program that filled the clipboard: what it says
 * is copied is shown as chips before it is sent, and every path is judged by the guardian. Known
 * gaps: none. */

#include "ui/chat/ui-paste.h"

#include "ui/chat/ui-copied-files.h"

#include <string.h>

static GPtrArray *
new_files (void)
{
  return g_ptr_array_new_with_free_func (g_object_unref);
}

static void
add_file (GPtrArray *files, GFile *file)
{
  if (g_file_peek_path (file) != NULL)
    g_ptr_array_add (files, g_object_ref (file));
}

static void
return_files (GTask *task, GPtrArray *files)
{
  g_task_return_pointer (task, files, (GDestroyNotify) g_ptr_array_unref);
}

/* --- as GTK knows them: text/uri-list, and what a sandboxed file manager hands over --- */

static void
list_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  const GValue *value = gdk_clipboard_read_value_finish (GDK_CLIPBOARD (source), result, &error);
  GPtrArray *files;

  if (value == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  files = new_files ();
  for (GSList *l = g_value_get_boxed (value); l != NULL; l = l->next)
    add_file (files, l->data);
  return_files (task, files);
}

static void
read_list (GdkClipboard *clipboard, GTask *task)
{
  gdk_clipboard_read_value_async (clipboard, GDK_TYPE_FILE_LIST, G_PRIORITY_DEFAULT,
                                  g_task_get_cancellable (task), list_cb, task);
}

/* --- as file managers of long ago write them --- */

static void
copied_read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  char *buffer = g_task_get_task_data (task);
  gsize size = 0;
  GPtrArray *files;

  if (!g_input_stream_read_all_finish (G_INPUT_STREAM (source), result, &size, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  g_auto (GStrv) paths = ui_copied_files_parse (buffer, size);
  files = new_files ();
  for (char **path = paths; *path != NULL; path++)
    g_ptr_array_add (files, g_file_new_for_path (*path));
  return_files (task, files);
}

static void
copied_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (GInputStream) stream
      = gdk_clipboard_read_finish (GDK_CLIPBOARD (source), result, NULL, &error);
  gsize size = UI_COPIED_FILES_BYTES + 1; /* one more: a list that is too long is seen as such */
  char *buffer;

  if (stream == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  buffer = g_malloc (size);
  g_task_set_task_data (task, buffer, g_free);
  g_input_stream_read_all_async (stream, buffer, size, G_PRIORITY_DEFAULT,
                                 g_task_get_cancellable (task), copied_read_cb,
                                 g_object_ref (task));
}

static void
read_copied (GdkClipboard *clipboard, GTask *task)
{
  const char *types[] = { UI_COPIED_FILES_TYPE, NULL };
  gdk_clipboard_read_async (clipboard, types, G_PRIORITY_DEFAULT, g_task_get_cancellable (task),
                            copied_cb, task);
}

/* --- which of them --- */

static gboolean
has_list (GdkClipboard *clipboard)
{
  g_autoptr (GdkContentFormats) formats = gdk_content_formats_union_deserialize_gtypes (
      gdk_content_formats_ref (gdk_clipboard_get_formats (clipboard)));
  return gdk_content_formats_contain_gtype (formats, GDK_TYPE_FILE_LIST);
}

static gboolean
has_copied (GdkClipboard *clipboard)
{
  return gdk_content_formats_contain_mime_type (gdk_clipboard_get_formats (clipboard),
                                                UI_COPIED_FILES_TYPE);
}

/* In the order in which they are preferred. */
static const struct {
  gboolean (*is_there) (GdkClipboard *clipboard);
  void (*read) (GdkClipboard *clipboard, GTask *task); /* takes the task */
} kinds[] = {
  { has_list, read_list },
  { has_copied, read_copied },
};

gboolean
ui_paste_is_there (GdkClipboard *clipboard)
{
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (kinds[i].is_there (clipboard))
      return TRUE;
  return FALSE;
}

void
ui_paste_read_async (GdkClipboard *clipboard, GCancellable *cancellable,
                     GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (clipboard, cancellable, callback, user_data);

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (kinds[i].is_there (clipboard))
      {
        kinds[i].read (clipboard, task);
        return;
      }
  return_files (task, new_files ());
  g_object_unref (task);
}

GPtrArray *
ui_paste_read_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
