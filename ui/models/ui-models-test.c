/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/models/ui-models-test.h"

#include "ui/models/ui-models-answer.h"

#include <gio/gunixinputstream.h>

#define PIECE 16384u

typedef struct {
  CardeaMessage *tested;
  char *wanted;
  GInputStream *input;
  GByteArray *body;
  guint8 piece[PIECE];
} Reading;

static void
reading_free (gpointer data)
{
  Reading *reading = data;
  cardea_message_unref (reading->tested);
  g_clear_object (&reading->input);
  g_byte_array_unref (reading->body);
  g_free (reading->wanted);
  g_free (reading);
}

static void read_more (GTask *task);

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Reading *reading = g_task_get_task_data (task);
  gssize size = g_input_stream_read_finish (G_INPUT_STREAM (source), result, NULL);

  if (size > 0 && reading->body->len + (gsize) size <= UI_MODELS_ANSWER_LIMIT)
    {
      g_byte_array_append (reading->body, reading->piece, (guint) size);
      read_more (g_steal_pointer (&task));
      return;
    }
  if (!g_task_return_error_if_cancelled (task))
    g_task_return_pointer (task,
                           ui_models_verdict_new (reading->tested, reading->wanted, reading->body),
                           (GDestroyNotify) ui_models_verdict_free);
}

static void
read_more (GTask *task)
{
  Reading *reading = g_task_get_task_data (task);
  g_input_stream_read_async (reading->input, reading->piece, PIECE, G_PRIORITY_DEFAULT,
                             g_task_get_cancellable (task), read_cb, task);
}

void
ui_models_test_read_async (CardeaMessage *tested, const char *wanted, GCancellable *cancellable,
                           GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  Reading *reading = g_new0 (Reading, 1);
  int body = cardea_message_take_fd (tested, "body");

  reading->tested = cardea_message_ref (tested);
  reading->wanted = g_strdup (wanted);
  reading->body = g_byte_array_new ();
  reading->input = g_unix_input_stream_new (body, TRUE);
  g_task_set_task_data (task, reading, reading_free);
  read_more (task);
}

UiModelsVerdict *
ui_models_test_read_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
