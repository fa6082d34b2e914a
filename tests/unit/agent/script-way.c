/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "tests/unit/agent/script-way.h"

#include <string.h>

#define PIECE 11 /* bytes at once */

typedef struct {
  AgentExchange base;
  const ScriptAnswer *answer;
  ScriptWay *way;
  gsize at;
} ScriptExchange;

static GBytes *
script_next (AgentExchange *base, GCancellable *cancellable, GError **error)
{
  ScriptExchange *exchange = (ScriptExchange *) base;
  gsize left = strlen (exchange->answer->body) - exchange->at;
  if (left > 0)
    {
      GBytes *piece
          = g_bytes_new (exchange->answer->body + exchange->at, MIN (left, (gsize) PIECE));
      exchange->at += MIN (left, (gsize) PIECE);
      return piece;
    }
  if (exchange->answer->stops)
    {
      g_cancellable_cancel (exchange->way->stopped);
      g_cancellable_set_error_if_cancelled (cancellable, error);
    }
  else if (exchange->answer->breaks)
    g_set_error_literal (error, AGENT_ERROR, (int) exchange->answer->error, "It broke off.");
  return NULL;
}

static void
script_dispose (AgentExchange *exchange)
{
}

static AgentExchange *
script_open (AgentWay *base, const AgentExchangeRequest *request, GCancellable *cancellable,
             GError **error)
{
  static const AgentExchangeClass class = { script_next, script_dispose };
  ScriptWay *way = (ScriptWay *) base;
  const ScriptAnswer *answer = &way->answers[MIN (way->asked, way->count - 1)];
  way->asked++;
  g_ptr_array_add (way->bodies, request->body == NULL
                                    ? g_strdup (request->url)
                                    : g_strndup (g_bytes_get_data (request->body, NULL),
                                                 g_bytes_get_size (request->body)));
  g_assert_true (request->model);
  for (const AgentExchangeHeader *header = request->headers; header->name != NULL; header++)
    g_assert_cmpint (g_ascii_strcasecmp (header->name, "authorization"), !=, 0);
  if (answer->status == 0)
    {
      g_set_error_literal (error, AGENT_ERROR, (int) answer->error, "I could not reach it.");
      return NULL;
    }
  ScriptExchange *exchange = g_new0 (ScriptExchange, 1);
  exchange->base.class = &class;
  exchange->base.status = answer->status;
  exchange->answer = answer;
  exchange->way = way;
  agent_exchange_take_header (&exchange->base, "Content-Type",
                              answer->type != NULL ? answer->type : "text/event-stream; a=b");
  agent_exchange_take_header (&exchange->base, "RETRY-AFTER", answer->retry_after);
  return &exchange->base;
}

static gboolean
script_wait (AgentWay *base, guint milliseconds, GCancellable *cancellable, GError **error)
{
  g_string_append_printf (((ScriptWay *) base)->waits, "%u ", milliseconds);
  return !g_cancellable_set_error_if_cancelled (cancellable, error);
}

static void
script_dispose_way (AgentWay *base)
{
  ScriptWay *way = (ScriptWay *) base;
  g_ptr_array_unref (way->bodies);
  g_string_free (way->waits, TRUE);
}

ScriptWay *
script_way_new (const ScriptAnswer *answers, guint count)
{
  static const AgentWayClass class = { script_open, script_wait, script_dispose_way };
  ScriptWay *way = g_new0 (ScriptWay, 1);
  way->base.class = &class;
  way->answers = answers;
  way->count = count;
  way->bodies = g_ptr_array_new_with_free_func (g_free);
  way->waits = g_string_new (NULL);
  return way;
}
