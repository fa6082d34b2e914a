/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/content/agent-error.h"
#include "agent/models/agent-sse.h"

#include <string.h>

/* Events as "name=data;", one after another. */
static gboolean
note_cb (const char *event, const char *data, gsize size, gpointer user_data, GError **error)
{
  GString *noted = user_data;
  g_string_append_printf (noted, "%s=", event);
  for (gsize i = 0; i < size; i++)
    if (data[i] == '\n')
      g_string_append (noted, "\\n");
    else if (data[i] == '\0')
      g_string_append (noted, "\\0");
    else
      g_string_append_c (noted, data[i]);
  g_string_append_c (noted, ';');
  return TRUE;
}

static char *
read_pieces (const char *bytes, gsize size, gsize piece)
{
  GString *noted = g_string_new (NULL);
  g_autoptr (AgentSse) sse = agent_sse_new (note_cb, noted);
  g_autoptr (GError) error = NULL;
  for (gsize at = 0; at < size; at += piece)
    {
      g_assert_true (agent_sse_push (sse, bytes + at, MIN (piece, size - at), &error));
      g_assert_no_error (error);
    }
  g_assert_true (agent_sse_finish (sse, &error));
  return g_string_free (noted, FALSE);
}

#define STREAM(bytes_, events_)                                                                    \
  {                                                                                                \
    bytes_, sizeof bytes_ - 1, events_                                                             \
  }

static const struct {
  const char *bytes;
  gsize size;
  const char *events;
} streams[] = {
  STREAM ("data: a\n\ndata: b\n\n", "=a;=b;"),
  STREAM ("data: a\r\n\r\ndata: b\r\n\r\n", "=a;=b;"),
  STREAM ("data: a\r\rdata: b\r\r", "=a;=b;"),
  STREAM ("data: a\r\n\ndata: b\n\r", "=a;=b;"),
  STREAM ("event: ping\ndata: {}\n\ndata: x\n\n", "ping={};=x;"),
  STREAM ("data: a\ndata: b\n\n", "=a\\nb;"),
  STREAM ("data:a\ndata:  b\n\n", "=a\\n b;"),
  STREAM ("data\n\n", "=;"),
  STREAM (": a comment\n\n:\ndata: a\n\n", "=a;"),
  STREAM ("id: 7\nretry: 10\nunknown: x\ndata: a\n\n", "=a;"),
  STREAM ("event: nothing\n\ndata: a\n\n", "=a;"),
  STREAM ("\xef\xbb\xbf"
          "data: a\n\n",
          "=a;"),
  STREAM ("data: a\n\n\xef\xbb\xbf"
          "data: b\n\n",
          "=a;"),
  STREAM ("data: a", "=a;"),
  STREAM ("data: a\n", "=a;"),
  STREAM ("data: a\n\ndata: b\r", "=a;=b;"),
  STREAM ("data: \xe2\x82\xac\n\n", "=\xe2\x82\xac;"),
  STREAM ("data: \xff\xfe\n\n", "=\xff\xfe;"),
  STREAM ("data: a\0b\n\n", "=a\\0b;"),
  STREAM ("{\"error\":{}}\n", "={\"error\":{}};"),
  STREAM ("data: a\n{\"error\":1}\ndata: b\n\n", "=a;={\"error\":1};=b;"),
  STREAM ("", ""),
  STREAM ("\n\r\n\r", ""),
};

/* However the bytes are cut, the events are the same. */
static void
test_streams (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (streams); i++)
    for (gsize piece = 1; piece <= streams[i].size + 1; piece++)
      {
        g_autofree char *events = read_pieces (streams[i].bytes, streams[i].size, piece);
        g_assert_cmpstr (events, ==, streams[i].events);
      }
}

static void
test_limits (void)
{
  g_autofree char *block = g_malloc (AGENT_SSE_EVENT_MAX);
  GString *noted = g_string_new (NULL);
  memset (block, 'a', AGENT_SSE_EVENT_MAX);
  memcpy (block, "data: ", 6);
  {
    g_autoptr (AgentSse) sse = agent_sse_new (note_cb, noted);
    g_autoptr (GError) error = NULL;
    g_assert_true (agent_sse_push (sse, block, AGENT_SSE_EVENT_MAX, &error));
    g_assert_false (agent_sse_push (sse, "a", 1, &error));
    g_assert_error (error, AGENT_ERROR, AGENT_ERROR_LIMIT);
  }
  {
    /* Many lines of one event are limited together. */
    g_autoptr (AgentSse) sse = agent_sse_new (note_cb, noted);
    g_autoptr (GError) error = NULL;
    gboolean ok = TRUE;
    for (guint i = 0; ok && i < 20; i++)
      ok = agent_sse_push (sse, block, 100000, &error) && agent_sse_push (sse, "\n", 1, &error);
    g_assert_false (ok);
    g_assert_error (error, AGENT_ERROR, AGENT_ERROR_LIMIT);
  }
  g_assert_cmpuint (noted->len, ==, 0);
  g_string_free (noted, TRUE);
}

static gboolean
refuse_cb (const char *event, const char *data, gsize size, gpointer user_data, GError **error)
{
  g_set_error_literal (error, AGENT_ERROR, AGENT_ERROR_UNSUITABLE, "no");
  return FALSE;
}

static void
test_refused (void)
{
  g_autoptr (AgentSse) sse = agent_sse_new (refuse_cb, NULL);
  g_autoptr (GError) error = NULL;
  g_assert_false (agent_sse_push (sse, "data: a\n\n", 9, &error));
  g_assert_error (error, AGENT_ERROR, AGENT_ERROR_UNSUITABLE);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sse/streams", test_streams);
  g_test_add_func ("/sse/limits", test_limits);
  g_test_add_func ("/sse/refused", test_refused);
  return g_test_run ();
}
