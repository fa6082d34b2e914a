/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts the person, who pressed the keys. Not the program that filled the clipboard: what it says
 * is copied is shown as chips before it is sent, and every path is judged by the guardian. A
 * picture is not decoded here, only its first bytes are looked at. Known gaps: none. */

#include "ui/chat/ui-paste.h"

#include "ui/chat/ui-copied-files.h"
#include "ui/store/ui-store-pasted.h"

#include <glib/gi18n.h>
#include <string.h>

#define PIECE (256u * 1024u) /* bytes of a picture read at once */

typedef struct {
  char *chat;
  char *buffer;
  GByteArray *bytes;
  const char *ending; /* of a picture's file */
} Paste;

static void
paste_free (Paste *paste)
{
  g_free (paste->chat);
  g_free (paste->buffer);
  g_clear_pointer (&paste->bytes, g_byte_array_unref);
  g_free (paste);
}

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
  Paste *paste = g_task_get_task_data (task);
  gsize size = 0;
  GPtrArray *files;

  if (!g_input_stream_read_all_finish (G_INPUT_STREAM (source), result, &size, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  g_auto (GStrv) paths = ui_copied_files_parse (paste->buffer, size);
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
  Paste *paste = g_task_get_task_data (task);

  if (stream == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  paste->buffer = g_malloc (size);
  g_input_stream_read_all_async (stream, paste->buffer, size, G_PRIORITY_DEFAULT,
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

/* --- pictures --- */

/* What a file of each begins with; the first that is offered is taken. */
static const struct {
  const char *type, *ending, *begins;
} pictures[] = {
  { "image/png", "png", "\x89PNG\r\n\x1a\n" },
  { "image/jpeg", "jpg", "\xff\xd8\xff" },
  { "image/webp", "webp", "RIFF" },
  { "image/gif", "gif", "GIF8" },
};

static void
keep_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Paste *paste = data;
  g_autoptr (GBytes) bytes = g_byte_array_free_to_bytes (g_steal_pointer (&paste->bytes));
  g_autoptr (GError) error = NULL;
  g_autofree char *path = ui_store_pasted_keep (paste->chat, paste->ending, bytes, &error);

  if (path == NULL)
    {
      /* Translators: %s is a sentence of the system, "No space left on device". */
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_FAILED,
                               _ ("The picture cannot be kept: %s"), error->message);
      return;
    }
  GPtrArray *files = new_files ();
  g_ptr_array_add (files, g_file_new_for_path (path));
  return_files (task, files);
}

static void
keep_picture (GTask *task)
{
  Paste *paste = g_task_get_task_data (task);

  for (gsize i = 0; i < G_N_ELEMENTS (pictures); i++)
    if (pictures[i].ending == paste->ending
        && (paste->bytes->len < strlen (pictures[i].begins)
            || memcmp (paste->bytes->data, pictures[i].begins, strlen (pictures[i].begins)) != 0))
      {
        g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "%s",
                                 _ ("What was copied is not the picture it is said to be."));
        return;
      }
  g_task_run_in_thread (task, keep_thread);
}

static void read_piece (GInputStream *stream, GTask *task);

static void
piece_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Paste *paste = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (GBytes) piece
      = g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, &error);

  if (piece == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  if (g_bytes_get_size (piece) == 0)
    {
      keep_picture (task);
      return;
    }
  g_byte_array_append (paste->bytes, g_bytes_get_data (piece, NULL),
                       (guint) g_bytes_get_size (piece));
  if (paste->bytes->len > UI_STORE_PASTED_LIMIT)
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NO_SPACE, "%s",
                             _ ("The picture is too large to be given."));
  else
    read_piece (G_INPUT_STREAM (source), task);
}

static void
read_piece (GInputStream *stream, GTask *task)
{
  g_input_stream_read_bytes_async (stream, PIECE, G_PRIORITY_DEFAULT, g_task_get_cancellable (task),
                                   piece_cb, g_object_ref (task));
}

static void
picture_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Paste *paste = g_task_get_task_data (task);
  const char *type = NULL;
  GError *error = NULL;
  g_autoptr (GInputStream) stream
      = gdk_clipboard_read_finish (GDK_CLIPBOARD (source), result, &type, &error);

  if (stream == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  for (gsize i = 0; i < G_N_ELEMENTS (pictures); i++)
    if (g_strcmp0 (pictures[i].type, type) == 0)
      paste->ending = pictures[i].ending;
  paste->bytes = g_byte_array_new ();
  read_piece (stream, task);
}

static void
read_picture (GdkClipboard *clipboard, GTask *task)
{
  const char *types[G_N_ELEMENTS (pictures) + 1] = { NULL };

  for (gsize i = 0; i < G_N_ELEMENTS (pictures); i++)
    types[i] = pictures[i].type;
  gdk_clipboard_read_async (clipboard, types, G_PRIORITY_DEFAULT, g_task_get_cancellable (task),
                            picture_cb, task);
}

/* --- which of them --- */

static gboolean
offers (GdkClipboard *clipboard, GType type)
{
  g_autoptr (GdkContentFormats) formats = gdk_content_formats_union_deserialize_gtypes (
      gdk_content_formats_ref (gdk_clipboard_get_formats (clipboard)));
  return gdk_content_formats_contain_gtype (formats, type);
}

static gboolean
has_list (GdkClipboard *clipboard)
{
  return offers (clipboard, GDK_TYPE_FILE_LIST);
}

static gboolean
has_picture (GdkClipboard *clipboard)
{
  for (gsize i = 0; i < G_N_ELEMENTS (pictures); i++)
    if (gdk_content_formats_contain_mime_type (gdk_clipboard_get_formats (clipboard),
                                               pictures[i].type))
      return !offers (clipboard, G_TYPE_STRING);
  return FALSE;
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
  { has_picture, read_picture },
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
ui_paste_read_async (GdkClipboard *clipboard, const char *chat, GCancellable *cancellable,
                     GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (clipboard, cancellable, callback, user_data);
  Paste *paste = g_new0 (Paste, 1);

  paste->chat = g_strdup (chat);
  g_task_set_task_data (task, paste, (GDestroyNotify) paste_free);

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

static void
drop_thread (GTask *task, gpointer file, gpointer chat, GCancellable *cancellable)
{
  ui_store_pasted_drop (chat, g_file_peek_path (file));
  g_task_return_boolean (task, TRUE);
}

void
ui_paste_drop (const char *chat, GFile *file)
{
  if (!ui_store_pasted_has (chat, g_file_peek_path (file)))
    return;
  g_autoptr (GTask) task = g_task_new (file, NULL, NULL, NULL);
  g_task_set_task_data (task, g_strdup (chat), g_free);
  g_task_run_in_thread (task, drop_thread);
}
