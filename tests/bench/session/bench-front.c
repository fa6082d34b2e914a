/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* A front end that measures; a guardian must run already.
 * usage: bench-front sessions COUNT          open and end COUNT sessions: "session-ready"
 *        bench-front open FILE COUNT         have bench-agent read FILE; prints its answer */

#include "bench-sample.h"

#include "common/base/cardea-paths.h"
#include "common/client/cardea-client.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static CardeaMessage *
call (CardeaClient *client, CardeaMessage *message)
{
  g_autoptr (GError) error = NULL;
  CardeaMessage *reply = cardea_client_call (client, message, NULL, &error);
  if (reply == NULL || cardea_message_is (reply, "refused"))
    {
      fprintf (stderr, "bench-front: %s: %s\n", cardea_message_name (message),
               reply != NULL ? cardea_message_get_string (reply, "reason") : error->message);
      exit (1);
    }
  return reply;
}

static CardeaClient *
connect_front (void)
{
  g_autoptr (GError) error = NULL;
  CardeaClient *client = cardea_client_connect (CARDEA_ROLE_FRONT, FALSE, NULL, &error);
  if (client == NULL)
    {
      fprintf (stderr, "bench-front: %s\n", error->message);
      exit (1);
    }
  g_autoptr (CardeaMessage) hello = cardea_message_new ("hello");
  cardea_message_set_string (hello, "program", "cardeactl");
  cardea_message_set_string (hello, "version", "bench");
  g_autoptr (CardeaMessage) welcome = call (client, hello);
  return client;
}

static char *
open_session (CardeaClient *client, const char *file)
{
  g_autofree char *home = cardea_paths_home ();
  g_autoptr (CardeaMessage) open = cardea_message_new ("session.open");
  const char *files[] = { file, NULL };
  cardea_message_set_string (open, "mode", "deny");
  cardea_message_set_path (open, "folder", "/");
  cardea_message_set_path (open, "home", home);
  if (file != NULL)
    cardea_message_set_paths (open, "files", files);
  g_autoptr (CardeaMessage) opened = call (client, open);
  return g_strdup (cardea_message_session (opened));
}

static void
end_session (CardeaClient *client, const char *id)
{
  g_autoptr (CardeaMessage) end = cardea_message_new ("session.end");
  cardea_message_set_session (end, id);
  g_autoptr (CardeaMessage) done = call (client, end);
}

static int
measure_sessions (int count)
{
  g_autoptr (CardeaClient) client = connect_front ();
  BenchSample sample;
  char line[256];

  bench_sample_begin (&sample);
  for (int i = 0; i <= count; i++)
    {
      gint64 since = bench_sample_now ();
      g_autofree char *id = open_session (client, NULL);
      if (i > 0) /* the first also fetches the keys */
        bench_sample_add (&sample, since);
      end_session (client, id);
    }
  bench_sample_end (&sample, "session-ready", line, sizeof line);
  fputs (line, stdout);
  return 0;
}

static void
message_cb (CardeaClient *client, CardeaMessage *message, gboolean *done)
{
  if (!cardea_message_is (message, "chat.event"))
    return;
  fputs (cardea_message_get_string (message, "text"), stdout);
  *done = strcmp (cardea_message_get_string (message, "kind"), "delta") != 0;
}

static int
measure_open (const char *file, const char *count)
{
  g_autoptr (CardeaClient) client = connect_front ();
  g_autofree char *id = open_session (client, file);
  gboolean done = FALSE;

  g_signal_connect (client, "message", G_CALLBACK (message_cb), &done);
  g_autoptr (CardeaMessage) send = cardea_message_new ("chat.send");
  const char *files[] = { file, NULL };
  cardea_message_set_session (send, id);
  cardea_message_set_string (send, "text", count);
  cardea_message_set_paths (send, "files", files);
  g_autoptr (CardeaMessage) sent = call (client, send);
  while (!done && cardea_client_is_connected (client))
    g_main_context_iteration (NULL, TRUE);
  end_session (client, id);
  return 0;
}

int
main (int argc, char **argv)
{
  if (argc == 3 && strcmp (argv[1], "sessions") == 0)
    return measure_sessions (atoi (argv[2]));
  if (argc == 4 && strcmp (argv[1], "open") == 0)
    return measure_open (argv[2], argv[3]);
  return 2;
}
