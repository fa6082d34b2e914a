/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Stands in the sandbox in place of the agent (test seam CARDEA_TEST_AGENT_PROGRAM), so that a
 * window can be shown what no offline model says. The person's message is the script:
 *
 *   stream COUNT RATE   COUNT pieces of a Markdown document, RATE a second, then the end; COUNT 0:
 *                       the document once
 *   hang                begins to answer, and hears nothing any more
 *   freeze              the same, and its process does nothing at all
 *   open PATH           reads the first bytes and holds the file open
 *   more                reads on through what it holds
 *   cards               actions in every state the agent can tell of
 *   fail                ends as failed
 *   else                says it back */

#include "common/client/cardea-client.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LINK_FD 3
#define PIECE 16 /* bytes of a file at a time */

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
  char *capability;
  char *handle; /* of the file that is open */
  gint64 offset;
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

/* --- reading --- */

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Program *program = user_data;
  g_autoptr (CardeaMessage) reply
      = cardea_client_call_finish (CARDEA_CLIENT (source), result, NULL);
  char content[PIECE + 1] = "";

  if (reply == NULL || !cardea_message_is (reply, "file.opened"))
    {
      const char *code = reply != NULL ? cardea_message_get_string (reply, "code") : NULL;
      g_autofree char *refused = g_strdup_printf ("Refused: %s", code != NULL ? code : "?");
      say (program, "delta", refused, NULL);
      end (program, "done", "");
      return;
    }
  int fd = cardea_message_take_fd (reply, "content");
  gssize size = pread (fd, content, PIECE, 0);
  close (fd);
  g_free (program->handle);
  program->handle = g_strdup (cardea_message_get_string (reply, "handle"));
  program->offset += MAX (size, 0);
  g_autofree char *piece = g_strdup_printf ("Piece: %s", content);
  say (program, "delta", piece, NULL);
  end (program, "done", "");
}

/* path: NULL: goes on with what is open. */
static void
read_file (Program *program, const char *path)
{
  g_autoptr (CardeaMessage) request = cardea_message_new ("file.read");

  cardea_message_set_session (request, cardea_message_session (program->turn));
  cardea_message_set_trace (request, cardea_message_trace (program->turn));
  cardea_message_set_string (request, "cap", program->capability);
  if (path != NULL)
    {
      cardea_message_set_path (request, "path", path);
      program->offset = 0;
    }
  else
    cardea_message_set_string (request, "handle", program->handle);
  cardea_message_set_int64 (request, "offset", program->offset);
  cardea_message_set_int (request, "length", PIECE);
  cardea_client_call_async (program->client, request, NULL, read_cb, program);
}

static void
take_capability (Program *program, CardeaMessage *message)
{
  g_free (program->capability);
  program->capability = g_strdup (cardea_message_get_string (message, "capability"));
}

static void
freeze (Program *program)
{
  say (program, "delta", "I begin, and then ", NULL);
  while (g_main_context_pending (NULL))
    g_main_context_iteration (NULL, FALSE);
  for (;;)
    pause ();
}

/* What it was told with this message that was said before. */
static void
recall (Program *program)
{
  const CardeaJson *before = cardea_message_get_json (program->turn, "before");
  g_autoptr (GString) text = g_string_new ("I was told");

  for (guint i = 0; before != NULL && i < cardea_json_size (before); i++)
    {
      const CardeaJson *one = cardea_json_nth (before, i);
      g_string_append_printf (text, ", %s: %s", cardea_json_get_string (one, "author"),
                              cardea_json_get_string (one, "text"));
    }
  g_string_append (text, before != NULL ? ". That is all." : " nothing.");
  say (program, "delta", text->str, NULL);
  end (program, "done", "");
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
  else if (g_str_has_prefix (text, "freeze"))
    freeze (program);
  else if (g_str_has_prefix (text, "open "))
    read_file (program, text + strlen ("open "));
  else if (g_str_has_prefix (text, "more") && program->handle != NULL)
    read_file (program, NULL);
  else if (g_str_has_prefix (text, "recall"))
    recall (program);
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
  if (cardea_message_is (message, "capability.changed"))
    take_capability (program, message);
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
  take_capability (&program, start);
  g_main_loop_run (loop);
  g_object_unref (program.client);
  g_free (program.capability);
  g_free (program.handle);
  return 0;
}
