/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/models/ui-models-test.h"

#include "common/base/cardea-autofd.h"
#include "ui/models/ui-models-answer.h"

#include <gio/gunixinputstream.h>
#include <glib/gi18n.h>

#define PIECE 16384u
#define STATUS_OK 200

/* Trusts the guardian for status and time, nothing of the body. */

typedef struct {
  int status;
  guint ms;
  char *wanted;
  GInputStream *input;
  GByteArray *body;
  guint8 piece[PIECE];
} Reading;

/* Of a status, or of the first of a hundred. */
static const struct {
  int status;
  const char *problem;
} problems[] = {
  { 401, N_ ("The server does not take the key: give it anew.") },
  { 403, N_ ("The server does not take the key, or not for this: check what it allows.") },
  { 404, N_ ("Nothing of a model is at this address: check the path; it is often /v1.") },
  { 407, N_ ("A proxy wants a password; that is not possible.") },
  { 429, N_ ("The server has had too many requests: try again later.") },
  { 300, N_ ("The server points to another address: use that one.") },
  { 400, N_ ("The server does not understand what it is asked: check the address and the kind.") },
  { 500, N_ ("The server reports an error of its own: look at what it says, or try later.") },
};

void
ui_models_verdict_free (UiModelsVerdict *verdict)
{
  if (verdict == NULL)
    return;
  g_strfreev (verdict->models);
  g_free (verdict->problem);
  g_free (verdict);
}

static void
reading_free (gpointer data)
{
  Reading *reading = data;
  g_clear_object (&reading->input);
  g_byte_array_unref (reading->body);
  g_free (reading->wanted);
  g_free (reading);
}

static const char *
problem_of (int status)
{
  const int wanted[] = { status, status / 100 * 100 };
  for (gsize i = 0; i < G_N_ELEMENTS (wanted); i++)
    for (gsize j = 0; j < G_N_ELEMENTS (problems); j++)
      if (problems[j].status == wanted[i])
        return _ (problems[j].problem);
  return _ ("The server answers in a way that is not understood: check the address.");
}

static UiModelsVerdict *
judge (const Reading *reading)
{
  UiModelsVerdict *verdict = g_new0 (UiModelsVerdict, 1);
  const char *text = (const char *) reading->body->data;

  verdict->ms = reading->ms;
  if (reading->status != STATUS_OK)
    {
      verdict->problem = g_strdup (problem_of (reading->status));
      return verdict;
    }
  verdict->models = text != NULL ? ui_models_answer_parse (text, reading->body->len) : NULL;
  if (verdict->models == NULL)
    verdict->problem = g_strdup (_ ("Something answers there, but not as a server of models does: "
                                    "check the path; it is often /v1."));
  else if (verdict->models[0] == NULL)
    verdict->problem = g_strdup (_ ("The server has no model yet: load one there."));
  else if (reading->wanted != NULL
           && !g_strv_contains ((const char *const *) verdict->models, reading->wanted))
    verdict->problem = g_strdup_printf (
        _ ("The server does not list the model “%s”: choose one that it has."), reading->wanted);
  verdict->good = verdict->problem == NULL;
  return verdict;
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
    g_task_return_pointer (task, judge (reading), (GDestroyNotify) ui_models_verdict_free);
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

  reading->status = (int) cardea_message_get_int (tested, "status", 0);
  reading->ms = (guint) cardea_message_get_int (tested, "ms", 0);
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
