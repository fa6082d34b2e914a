/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "tests/contract/agent/fake-model.h"

#include <fcntl.h>
#include <glib-unix.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PIECE 7

typedef struct {
  FakeModel *model;
  const FakeModelAnswer *answer;
  CardeaChannel *channel; /* referenced */
  char *id;
  char *session;
  int fd;
  gsize at;
} Streaming;

struct _FakeModel {
  char *endpoint;
  const FakeModelAnswer *answers;
  guint count;
  guint requests, cancels;
  char *last; /* id of the request that was asked last */
  char *body;
  char *url;
  CardeaJson *headers;
  gint64 cancelled_at;
  GPtrArray *streams; /* of Streaming that stall: their pipes stay open */
};

static void
streaming_free (Streaming *streaming)
{
  if (streaming->fd >= 0)
    close (streaming->fd);
  cardea_channel_unref (streaming->channel);
  g_free (streaming->id);
  g_free (streaming->session);
  g_free (streaming);
}

FakeModel *
fake_model_new (const char *endpoint, const FakeModelAnswer *answers, guint count)
{
  FakeModel *model = g_new0 (FakeModel, 1);
  model->endpoint = g_strdup (endpoint);
  model->answers = answers;
  model->count = count;
  model->streams = g_ptr_array_new_with_free_func ((GDestroyNotify) streaming_free);
  return model;
}

void
fake_model_free (FakeModel *model)
{
  g_ptr_array_unref (model->streams);
  g_free (model->endpoint);
  g_free (model->last);
  g_free (model->body);
  g_free (model->url);
  g_clear_pointer (&model->headers, cardea_json_unref);
  g_free (model);
}

CardeaJson *
fake_model_endpoint (const FakeModel *model)
{
  g_autoptr (GError) error = NULL;
  CardeaJson *json = cardea_json_parse (model->endpoint, strlen (model->endpoint), &error);
  g_assert_no_error (error);
  return json;
}

static void
send_message (CardeaChannel *channel, CardeaMessage *message)
{
  g_autoptr (GError) error = NULL;
  if (!cardea_channel_is_open (channel))
    return;
  cardea_channel_send (channel, message, &error);
  g_assert_no_error (error);
}

static void
finish (Streaming *streaming)
{
  g_autoptr (CardeaMessage) finished = cardea_message_new ("net.finished");
  cardea_message_set_session (finished, streaming->session);
  cardea_message_set_string (finished, "target", streaming->id);
  cardea_message_set_int64 (finished, "sent", 1);
  cardea_message_set_int64 (finished, "received", (gint64) streaming->at);
  if (streaming->answer->way == FAKE_MODEL_BREAKS_OFF)
    cardea_message_set_string (finished, "reason", "the host closed the connection");
  send_message (streaming->channel, finished);
}

static gboolean
write_cb (int fd, GIOCondition condition, gpointer data)
{
  Streaming *streaming = data;
  gsize left = strlen (streaming->answer->body) - streaming->at;
  if (left > 0)
    {
      gssize written = write (fd, streaming->answer->body + streaming->at, MIN (left, PIECE));
      streaming->at += written > 0 ? (gsize) written : left;
      return G_SOURCE_CONTINUE;
    }
  if (streaming->answer->way == FAKE_MODEL_STALLS)
    {
      g_ptr_array_add (streaming->model->streams, streaming);
      return G_SOURCE_REMOVE;
    }
  if (streaming->answer->way == FAKE_MODEL_CLOSES)
    cardea_channel_close (streaming->channel);
  else
    finish (streaming);
  streaming_free (streaming);
  return G_SOURCE_REMOVE;
}

static void
keep_request (FakeModel *model, CardeaMessage *message)
{
  struct stat st;
  int fd = cardea_message_take_fd (message, "body");
  g_assert_cmpint (fstat (fd, &st), ==, 0);
  g_free (model->body);
  model->body = g_malloc0 ((gsize) st.st_size + 1);
  g_assert_cmpint (pread (fd, model->body, (gsize) st.st_size, 0), ==, st.st_size);
  close (fd);
  g_free (model->url);
  model->url = g_strdup (cardea_message_get_string (message, "url"));
  g_free (model->last);
  model->last = g_strdup (cardea_message_request (message));
  g_clear_pointer (&model->headers, cardea_json_unref);
  model->headers = cardea_json_ref (cardea_message_get_json (message, "headers"));
  g_assert_cmpstr (cardea_message_get_string (message, "purpose"), ==, "model");
  g_assert_cmpstr (cardea_message_get_string (message, "method"), ==, "POST");
  g_assert_nonnull (cardea_message_cap (message));
}

static CardeaJson *
new_headers (void)
{
  CardeaJson *list = cardea_json_new_array ();
  CardeaJson *type = cardea_json_new_object ();
  cardea_json_set_string (type, "name", "content-type");
  cardea_json_set_string (type, "value", "text/event-stream");
  cardea_json_append (list, type);
  return list;
}

static void
respond (FakeModel *model, const FakeModelAnswer *answer, CardeaMessage *message,
         CardeaChannel *channel)
{
  int pair[2];
  g_assert_cmpint (pipe2 (pair, O_CLOEXEC | O_NONBLOCK), ==, 0);
  g_autoptr (CardeaMessage) reply = cardea_message_new_reply (message, "net.response");
  cardea_message_set_int (reply, "status", answer->status != 0 ? answer->status : 200);
  cardea_message_set_json (reply, "headers", new_headers ());
  cardea_message_set_string (reply, "url", model->url);
  cardea_message_set_fd (reply, "body", pair[0]);
  send_message (channel, reply);

  Streaming *streaming = g_new0 (Streaming, 1);
  streaming->model = model;
  streaming->answer = answer;
  streaming->channel = cardea_channel_ref (channel);
  streaming->id = g_strdup (cardea_message_request (message));
  streaming->session = g_strdup (cardea_message_session (message));
  streaming->fd = pair[1];
  g_unix_fd_add (pair[1], G_IO_OUT, write_cb, streaming);
}

gboolean
fake_model_request (FakeModel *model, CardeaMessage *message, CardeaChannel *channel)
{
  const FakeModelAnswer *answer = &model->answers[MIN (model->requests, model->count - 1)];
  keep_request (model, message);
  model->requests++;
  if (answer->way == FAKE_MODEL_DENIED)
    {
      g_autoptr (CardeaMessage) refusal
          = cardea_message_new_refusal (message, "denied", "the policy does not allow this host");
      send_message (channel, refusal);
    }
  else if (answer->way != FAKE_MODEL_SILENT)
    respond (model, answer, message, channel);
  return answer->way != FAKE_MODEL_SILENT;
}

void
fake_model_cancel (FakeModel *model, CardeaMessage *message)
{
  g_assert_cmpstr (cardea_message_get_string (message, "target"), ==, model->last);
  model->cancels++;
  model->cancelled_at = g_get_monotonic_time ();
}

guint
fake_model_requests (const FakeModel *model)
{
  return model->requests;
}

guint
fake_model_cancels (const FakeModel *model)
{
  return model->cancels;
}

const char *
fake_model_body (const FakeModel *model)
{
  return model->body;
}

const CardeaJson *
fake_model_headers (const FakeModel *model)
{
  return model->headers;
}

const char *
fake_model_url (const FakeModel *model)
{
  return model->url;
}

gint64
fake_model_cancelled_at (const FakeModel *model)
{
  return model->cancelled_at;
}
