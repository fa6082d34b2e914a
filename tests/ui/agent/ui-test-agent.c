/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Stands in the sandbox in place of the agent (test seam CARDEA_TEST_AGENT_PROGRAM), so that a
 * window can be shown what no offline model says. The person's message is the script:
 *
 *   stream COUNT RATE   COUNT pieces of a Markdown document, RATE a second, then the end; COUNT 0:
 *                       the document once
 *   hang                begins to answer, and hears nothing any more
 *   cards               actions in every state the agent can tell of
 *   fail                ends as failed
 *   else                says it back */

#include "common/client/cardea-client.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINK_FD 3

static const char document[]
    = "# A heading\n\nA paragraph with *emphasis*, **strength**, `code` and a "
      "[link](https://example.org/real/target).\n\n"
      "* one\n* two\n  1. first\n  2. second\n\n> What was quoted,\n> on two lines.\n\n"
      "```python\ndef total(rows):\n    return sum(float(r[\"Amount\"]) for r in rows)\n```\n\n"
      "| Month | Rows | Total |\n|---|---:|---:|\n| 2026-01 | 2 | 80.25 |\n| 2026-02 | 2 | 9.25 "
      "|\n\n"
      "- [x] done\n- [ ] to do\n\n---\n\nThe end of a part, in some words that make it long enough "
      "to be wrapped where the window is narrow.\n\n";

typedef struct {
  CardeaClient *client;
  GMainLoop *loop;
  CardeaMessage *turn;
  guint left; /* pieces of the stream */
  gsize place;
  gboolean deaf;
} Program;

static void
say (Program *program, const char *kind, const char *text, const char *data)
{
  g_autoptr (CardeaMessage) event = cardea_message_new ("chat.event");
  cardea_message_set_session (event, cardea_message_session (program->turn));
  cardea_message_set_trace (event, cardea_message_trace (program->turn));
  cardea_message_set_string (event, "kind", kind);
  cardea_message_set_string (event, "text", text);
  if (data != NULL)
    cardea_message_set_json (event, "data", cardea_json_parse (data, strlen (data), NULL));
  if (!cardea_client_send (program->client, event, NULL))
    g_main_loop_quit (program->loop);
}

static void
end (Program *program, const char *kind, const char *text)
{
  say (program, kind, text, NULL);
  g_clear_pointer (&program->turn, cardea_message_unref);
  program->left = 0;
}

/* A token is some four characters. */
static gboolean
stream_cb (gpointer user_data)
{
  Program *program = user_data;
  char piece[5] = "";

  if (program->turn == NULL)
    return G_SOURCE_REMOVE;
  if (program->left-- == 0)
    {
      end (program, "done", "");
      return G_SOURCE_REMOVE;
    }
  for (gsize i = 0; i < 4; i++)
    piece[i] = document[(program->place + i) % (sizeof document - 1)];
  program->place = (program->place + 4) % (sizeof document - 1);
  say (program, "delta", piece, NULL);
  return G_SOURCE_CONTINUE;
}

static void
show_cards (Program *program)
{
  static const char *const events[] = {
    "{\"tool\":\"read\",\"path\":\"/data/notes.txt\",\"id\":\"1\",\"state\":\"done\"}",
    "{\"tool\":\"write\",\"path\":\"/data/summary.md\",\"id\":\"2\",\"state\":\"refused\","
    "\"code\":\"declined\",\"policy\":\"cardea.files.ask\",\"reason\":\"You said no.\","
    "\"note\":\"Not in this folder, please.\"}",
    "{\"tool\":\"search\",\"path\":\"/data\",\"id\":\"3\",\"state\":\"failed\","
    "\"reason\":\"The folder cannot be read.\"}",
    "{\"tool\":\"fly\",\"id\":\"4\",\"state\":\"done\"}",
    "{\"tool\":\"list\",\"path\":\"/data/later\",\"id\":\"5\",\"state\":\"running\"}",
  };
  for (gsize i = 0; i < G_N_ELEMENTS (events); i++)
    say (program, "tool", i == 3 ? "Flying to the moon" : "", events[i]);
}

static void
begin (Program *program)
{
  const char *text = cardea_message_get_string (program->turn, "text");
  unsigned count = 0, rate = 0;

  if (sscanf (text, "stream %u %u", &count, &rate) == 2)
    {
      program->left = count > 0 ? count : (sizeof document - 1) / 4;
      program->place = 0;
      g_timeout_add (1000 / MAX (rate, 1u), stream_cb, program);
    }
  else if (g_str_has_prefix (text, "hang"))
    {
      program->deaf = TRUE;
      say (program, "delta", "I begin, and then ", NULL);
    }
  else if (g_str_has_prefix (text, "cards"))
    show_cards (program);
  else if (g_str_has_prefix (text, "fail"))
    end (program, "failed", "");
  else
    {
      g_autofree char *echo = g_strdup_printf ("You said: %s", text);
      say (program, "delta", echo, NULL);
      end (program, "done", "");
    }
}

static void
message_cb (CardeaClient *client, CardeaMessage *message, Program *program)
{
  if (cardea_message_is (message, "chat.stop") && program->turn != NULL && !program->deaf)
    end (program, "failed", "");
  if (!cardea_message_is (message, "chat.user") || program->turn != NULL)
    return;
  program->turn = cardea_message_ref (message);
  begin (program);
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
  cardea_message_set_string (ready, "version", "test");
  g_autoptr (CardeaMessage) start = cardea_client_call (program.client, ready, NULL, NULL);
  if (start == NULL)
    return 1;
  g_main_loop_run (loop);
  g_object_unref (program.client);
  return 0;
}
