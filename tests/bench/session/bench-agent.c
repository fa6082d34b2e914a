/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Stands in the sandbox in place of the agent (test seam CARDEA_TEST_AGENT_PROGRAM): on a message
 * "COUNT" of the person it reads the designated file COUNT times through the guardian and tells the
 * times as its answer. */

#include "bench-sample.h"

#include "common/client/cardea-client.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define LINK_FD 3

typedef struct {
  CardeaClient *client;
  GMainLoop *loop;
  CardeaMessage *turn;
  char *capability;
} Program;

static gboolean
read_once (Program *program, const char *path)
{
  g_autoptr (CardeaMessage) request = cardea_message_new ("file.read");
  cardea_message_set_path (request, "path", path);
  cardea_message_set_cap (request, program->capability);
  cardea_message_set_trace (request, cardea_message_trace (program->turn));
  g_autoptr (CardeaMessage) reply = cardea_client_call (program->client, request, NULL, NULL);
  if (reply == NULL || !cardea_message_is (reply, "file.opened"))
    return FALSE;

  char content[4096];
  int fd = cardea_message_take_fd (reply, "content");
  gboolean good = pread (fd, content, sizeof content, 0) > 0;
  close (fd);
  return good;
}

static void
say (Program *program, const char *kind, const char *text)
{
  g_autoptr (CardeaMessage) event = cardea_message_new ("chat.event");
  cardea_message_set_session (event, cardea_message_session (program->turn));
  cardea_message_set_trace (event, cardea_message_trace (program->turn));
  cardea_message_set_string (event, "kind", kind);
  cardea_message_set_string (event, "text", text);
  if (!cardea_client_send (program->client, event, NULL))
    g_main_loop_quit (program->loop);
}

static gboolean
turn_cb (gpointer user_data)
{
  Program *program = user_data;
  CardeaJson *files = cardea_message_get_json (program->turn, "files");
  const char *path = cardea_json_get_string (cardea_json_nth (files, 0), "path");
  int count = atoi (cardea_message_get_string (program->turn, "text"));
  BenchSample sample;
  char line[256];

  bench_sample_begin (&sample);
  for (int i = 0; i < count && path != NULL; i++)
    {
      gint64 since = bench_sample_now ();
      if (!read_once (program, path))
        break;
      bench_sample_add (&sample, since);
    }
  if (sample.values->len == 0)
    say (program, "failed", "no read succeeded");
  else
    {
      bench_sample_end (&sample, "brokered-open", line, sizeof line);
      say (program, "delta", line);
      say (program, "done", "");
    }
  g_clear_pointer (&program->turn, cardea_message_unref);
  return G_SOURCE_REMOVE;
}

static void
message_cb (CardeaClient *client, CardeaMessage *message, Program *program)
{
  if (!cardea_message_is (message, "chat.user") || program->turn != NULL)
    return;
  program->turn = cardea_message_ref (message);
  g_idle_add (turn_cb, program);
}

int
main (void)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  Program program = { .loop = loop };

  program.client = cardea_client_adopt (LINK_FD, CARDEA_ROLE_AGENT, NULL, NULL);
  if (program.client == NULL)
    return 1;
  g_signal_connect (program.client, "message", G_CALLBACK (message_cb), &program);
  g_signal_connect_swapped (program.client, "closed", G_CALLBACK (g_main_loop_quit), loop);

  g_autoptr (CardeaMessage) ready = cardea_message_new ("agent.ready");
  cardea_message_set_string (ready, "version", "bench");
  g_autoptr (CardeaMessage) start = cardea_client_call (program.client, ready, NULL, NULL);
  if (start == NULL)
    return 1;
  program.capability = g_strdup (cardea_message_get_string (start, "capability"));
  g_main_loop_run (loop);
  g_object_unref (program.client);
  g_free (program.capability);
  return 0;
}
