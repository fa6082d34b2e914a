/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/settings/ui-settings-export.h"

#define PAGE 500

typedef struct {
  UiLink *link;
  GFileOutputStream *stream;
  char *text; /* of the page that is being written */
  UiSettingsExportProgress progress;
  gpointer progress_data;
  gint64 next;
  gint64 records;
  gboolean more;
} Export;

static void fetch (GTask *task);

static void
export_free (Export *self)
{
  g_clear_object (&self->stream);
  g_object_unref (self->link);
  g_free (self->text);
  g_free (self);
}

static void
closed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  const Export *self = g_task_get_task_data (task);
  GError *error = NULL;

  if (g_output_stream_close_finish (G_OUTPUT_STREAM (source), result, &error))
    g_task_return_int (task, self->records);
  else
    g_task_return_error (task, error);
}

static void
written_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Export *self = g_task_get_task_data (task);
  GError *error = NULL;

  if (!g_output_stream_write_all_finish (G_OUTPUT_STREAM (source), result, NULL, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  g_clear_pointer (&self->text, g_free);
  if (self->progress != NULL)
    self->progress (self->records, self->progress_data);
  if (self->more)
    fetch (task);
  else
    g_output_stream_close_async (G_OUTPUT_STREAM (source), G_PRIORITY_DEFAULT,
                                 g_task_get_cancellable (task), closed_cb, g_object_ref (task));
}

static char *
write_lines (const CardeaJson *records, gsize *ret_size, GError **error)
{
  g_autoptr (GString) lines = g_string_new (NULL);

  for (guint i = 0; i < cardea_json_size (records); i++)
    {
      g_autofree char *line = cardea_json_write (cardea_json_nth (records, i), NULL, error);
      if (line == NULL)
        return NULL;
      g_string_append (lines, line);
      g_string_append_c (lines, '\n');
    }
  *ret_size = lines->len;
  return g_string_free (g_steal_pointer (&lines), FALSE);
}

static void
page_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Export *self = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaMessage) page = ui_link_call_finish (UI_LINK (source), result, &error);
  g_autofree char *trouble = ui_link_describe_trouble (page, error);
  gsize size = 0;

  if (error != NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  if (trouble != NULL)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_FAILED, "%s", trouble);
      return;
    }
  const CardeaJson *records = cardea_message_get_json (page, "records");
  gint64 next = cardea_message_get_int64 (page, "next", self->next);
  self->more = cardea_message_get_boolean (page, "more") && next > self->next;
  self->next = next;
  self->records += cardea_json_size (records);
  self->text = write_lines (records, &size, &error);
  if (self->text == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_output_stream_write_all_async (G_OUTPUT_STREAM (self->stream), self->text, size,
                                     G_PRIORITY_DEFAULT, g_task_get_cancellable (task), written_cb,
                                     g_object_ref (task));
}

static void
fetch (GTask *task)
{
  const Export *self = g_task_get_task_data (task);
  g_autoptr (CardeaMessage) request = cardea_message_new ("audit.list");

  cardea_message_set_int64 (request, "from", self->next);
  cardea_message_set_int (request, "limit", PAGE);
  ui_link_call_async (self->link, request, g_task_get_cancellable (task), page_cb,
                      g_object_ref (task));
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Export *self = g_task_get_task_data (task);
  GError *error = NULL;

  self->stream = g_file_replace_finish (G_FILE (source), result, &error);
  if (self->stream == NULL)
    g_task_return_error (task, error);
  else
    fetch (task);
}

void
ui_settings_export_async (UiLink *link, GFile *file, GCancellable *cancellable,
                          UiSettingsExportProgress progress, gpointer progress_data,
                          GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Export *self = g_new0 (Export, 1);

  self->link = g_object_ref (link);
  self->progress = progress;
  self->progress_data = progress_data;
  g_task_set_task_data (task, self, (GDestroyNotify) export_free);
  g_file_replace_async (file, NULL, FALSE,
                        G_FILE_CREATE_PRIVATE | G_FILE_CREATE_REPLACE_DESTINATION,
                        G_PRIORITY_DEFAULT, cancellable, opened_cb, g_object_ref (task));
}

gint64
ui_settings_export_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_int (G_TASK (result), error);
}
