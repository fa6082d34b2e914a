/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/access/agent-exchange.h"

#include <string.h>

AgentExchange *
agent_exchange_open (AgentWay *way, const AgentExchangeRequest *request, GCancellable *cancellable,
                     GError **error)
{
  return way->class->open (way, request, cancellable, error);
}

GBytes *
agent_exchange_next (AgentExchange *exchange, GCancellable *cancellable, GError **error)
{
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  return exchange->class->next (exchange, cancellable, error);
}

void
agent_exchange_free (AgentExchange *exchange)
{
  exchange->class->dispose (exchange);
  g_free (exchange->type);
  g_free (exchange->retry_after);
  g_free (exchange);
}

gboolean
agent_way_wait (AgentWay *way, guint milliseconds, GCancellable *cancellable, GError **error)
{
  return way->class->wait (way, milliseconds, cancellable, error);
}

void
agent_way_free (AgentWay *way)
{
  way->class->dispose (way);
  g_free (way);
}

static char *
read_type (const char *value)
{
  g_autofree char *type = g_strndup (value, strcspn (value, ";"));
  return g_ascii_strdown (g_strstrip (type), -1);
}

void
agent_exchange_take_header (AgentExchange *exchange, const char *name, const char *value)
{
  if (exchange->type == NULL)
    exchange->type = g_strdup ("");
  if (name == NULL || value == NULL)
    return;
  if (g_ascii_strcasecmp (name, "content-type") == 0)
    {
      g_free (exchange->type);
      exchange->type = read_type (value);
    }
  else if (g_ascii_strcasecmp (name, "retry-after") == 0)
    {
      g_free (exchange->retry_after);
      exchange->retry_after = g_strdup (value);
    }
}
