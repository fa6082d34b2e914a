/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/models/agent-answer-stream.h"
#include "agent/models/agent-sse.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

/* First byte: how the rest is cut, which protocol, what the server calls it. Cut or whole, a stream
 * is the same events and the same answer. */

static gboolean
note_cb (const char *event, const char *data, gsize size, gpointer user_data, GError **error)
{
  FUZZ_CHECK (size <= AGENT_SSE_EVENT_MAX && strlen (event) <= AGENT_SSE_NAME_MAX);
  g_string_append_printf (user_data, "%s:", event);
  g_string_append_len (user_data, data, (gssize) size);
  g_string_append_c (user_data, '\n');
  return TRUE;
}

static GString *
read_events (const uint8_t *bytes, size_t size, size_t piece)
{
  GString *events = g_string_new (NULL);
  g_autoptr (AgentSse) sse = agent_sse_new (note_cb, events);
  gboolean ok = TRUE;
  for (size_t at = 0; ok && at < size; at += piece)
    ok = agent_sse_push (sse, bytes + at, MIN (piece, size - at), NULL);
  if (ok)
    FUZZ_CHECK (agent_sse_finish (sse, NULL) || size > AGENT_SSE_EVENT_MAX);
  return events;
}

static AgentReply *
read_reply (const char *kind, const char *type, const uint8_t *bytes, size_t size, size_t piece,
            gboolean *ret_ok)
{
  AgentReply *reply = agent_reply_new (1);
  g_autoptr (GError) error = NULL;
  g_autoptr (AgentAnswerStream) stream
      = agent_answer_stream_new (agent_protocol_find (kind), type, reply);
  *ret_ok = TRUE;
  for (size_t at = 0; *ret_ok && at < size; at += piece)
    *ret_ok = agent_answer_stream_push (stream, bytes + at, MIN (piece, size - at), &error);
  *ret_ok = *ret_ok && agent_answer_stream_finish (stream, &error);
  FUZZ_CHECK (*ret_ok == (error == NULL));
  FUZZ_CHECK (g_utf8_validate_len (reply->text->str, reply->text->len, NULL));
  FUZZ_CHECK (strlen (reply->text->str) == reply->text->len);
  return reply;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static const char *const types[] = { "text/event-stream", "application/json", "" };
  if (size == 0)
    return 0;
  size_t piece = (size_t) (data[0] & 15) + 1;
  const char *kind = (data[0] & 16) != 0 ? "anthropic" : "openai";
  const char *type = types[(data[0] >> 5) % G_N_ELEMENTS (types)];
  data++;
  size--;

  GString *whole = read_events (data, size, size + 1), *cut = read_events (data, size, piece);
  FUZZ_CHECK (g_string_equal (whole, cut));
  g_string_free (whole, TRUE);
  g_string_free (cut, TRUE);

  gboolean ok, ok_cut;
  g_autoptr (AgentReply) reply = read_reply (kind, type, data, size, size + 1, &ok);
  g_autoptr (AgentReply) same = read_reply (kind, type, data, size, piece, &ok_cut);
  FUZZ_CHECK (ok == ok_cut);
  FUZZ_CHECK (g_string_equal (reply->text, same->text));
  FUZZ_CHECK (agent_assembly_size (reply->assembly) == agent_assembly_size (same->assembly));
  return 0;
}
