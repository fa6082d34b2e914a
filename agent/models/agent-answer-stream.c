/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts nothing: the bytes are a server's, or of whoever sits in its place. Refuses web pages,
 * events that are no JSON, and more than its limits. */

#include "agent/models/agent-answer-stream.h"

#include "agent/content/agent-error.h"
#include "agent/models/agent-mend.h"
#include "agent/models/agent-sse.h"

#include <string.h>

#define DONE "[DONE]"
#define BYTE_ORDER_MARK "\xef\xbb\xbf"
#define MARK_SIZE 3u

typedef enum {
  FORM_UNKNOWN, /* nothing but blanks came */
  FORM_EVENTS,
  FORM_WHOLE,
} Form;

struct _AgentAnswerStream {
  const AgentProtocol *protocol;
  AgentReply *reply;
  gboolean events; /* the server said so */
  Form form;
  AgentSse *sse;
  GString *whole;
};

static gboolean
fail (AgentErrorCode code, const char *what, GError **error)
{
  g_set_error_literal (error, AGENT_ERROR, code, what);
  return FALSE;
}

static gboolean
is_blank (const char *text, gsize size)
{
  for (gsize i = 0; i < size; i++)
    if (!g_ascii_isspace (text[i]))
      return FALSE;
  return TRUE;
}

static gboolean
is_done (const char *data, gsize size)
{
  g_autofree char *text = g_strndup (data, MIN (size, 64));
  return strcmp (g_strstrip (text), DONE) == 0;
}

static gboolean
event_cb (const char *name, const char *data, gsize size, gpointer user_data, GError **error)
{
  AgentAnswerStream *stream = user_data;
  if (stream->reply->over || is_blank (data, size))
    return TRUE;
  if (is_done (data, size))
    {
      stream->reply->over = TRUE;
      stream->reply->ended = TRUE;
      return TRUE;
    }
  g_autoptr (CardeaJson) json = agent_mend_parse (data, size, NULL);
  if (json == NULL)
    return fail (AGENT_ERROR_UNSUITABLE, "it sends something that is no JSON", error);
  return stream->protocol->take (stream->reply, json, error);
}

AgentAnswerStream *
agent_answer_stream_new (const AgentProtocol *protocol, const char *type, AgentReply *reply)
{
  AgentAnswerStream *stream = g_new0 (AgentAnswerStream, 1);
  stream->protocol = protocol;
  stream->reply = reply;
  stream->events = strcmp (type, "text/event-stream") == 0;
  stream->sse = agent_sse_new (event_cb, stream);
  stream->whole = g_string_new (NULL);
  return stream;
}

void
agent_answer_stream_free (AgentAnswerStream *stream)
{
  agent_sse_free (stream->sse);
  g_string_free (stream->whole, TRUE);
  g_free (stream);
}

static gsize
skip_mark (const GString *text)
{
  return text->len >= MARK_SIZE && memcmp (text->str, BYTE_ORDER_MARK, MARK_SIZE) == 0 ? MARK_SIZE
                                                                                       : 0;
}

/* What a server says of its content is often wrong; its first character never is. */
static gboolean
find_form (AgentAnswerStream *stream, GError **error)
{
  const char *text = stream->whole->str;
  gsize size = stream->whole->len, at = skip_mark (stream->whole);
  if (size < MARK_SIZE && memcmp (text, BYTE_ORDER_MARK, size) == 0)
    return TRUE; /* it may become one */
  while (at < size && g_ascii_isspace (text[at]))
    at++;
  if (at == size)
    return size <= AGENT_ANSWER_STREAM_BLANK_MAX
           || fail (AGENT_ERROR_UNSUITABLE, "it sends blanks and nothing else", error);
  if (text[at] == '<')
    return fail (AGENT_ERROR_UNSUITABLE, "it sends a web page", error);
  stream->form = text[at] == '{' && !stream->events ? FORM_WHOLE : FORM_EVENTS;
  return TRUE;
}

static gboolean
push_whole (AgentAnswerStream *stream, const void *bytes, gsize size, GError **error)
{
  if (stream->whole->len + size > AGENT_ANSWER_STREAM_WHOLE_MAX)
    return fail (AGENT_ERROR_LIMIT, "its answer is larger than 16 MiB", error);
  g_string_append_len (stream->whole, bytes, (gssize) size);
  return TRUE;
}

gboolean
agent_answer_stream_push (AgentAnswerStream *stream, const void *bytes, gsize size, GError **error)
{
  if (stream->form == FORM_EVENTS)
    return agent_sse_push (stream->sse, bytes, size, error);
  if (!push_whole (stream, bytes, size, error))
    return FALSE;
  if (stream->form == FORM_UNKNOWN && !find_form (stream, error))
    return FALSE;
  if (stream->form != FORM_EVENTS)
    return TRUE;
  gboolean ok = agent_sse_push (stream->sse, stream->whole->str, stream->whole->len, error);
  g_string_truncate (stream->whole, 0);
  return ok;
}

gboolean
agent_answer_stream_finish (AgentAnswerStream *stream, GError **error)
{
  if (stream->form == FORM_EVENTS)
    return agent_sse_finish (stream->sse, error);
  if (stream->form == FORM_UNKNOWN)
    return TRUE;
  gsize mark = skip_mark (stream->whole);
  g_autoptr (CardeaJson) json
      = agent_mend_parse (stream->whole->str + mark, stream->whole->len - mark, NULL);
  if (json == NULL)
    return fail (AGENT_ERROR_UNSUITABLE, "it sends something that is no JSON", error);
  return stream->protocol->take_whole (stream->reply, json, error);
}
