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
  g_free (exchange->charset);
  g_free (exchange->retry_after);
  g_free (exchange->location);
  g_free (exchange->encoding);
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

/* RFC 9110, 8.3.2; NULL: there is none. */
static char *
read_charset (const char *value)
{
  g_auto (GStrv) parts = g_strsplit (value, ";", -1);

  for (char **part = parts + (parts[0] != NULL ? 1 : 0); *part != NULL; part++)
    {
      const char *text = g_strstrip (*part);
      if (g_ascii_strncasecmp (text, "charset=", 8) != 0)
        continue;
      g_auto (GStrv) bare = g_strsplit (text + 8, "\"", -1);
      return g_strjoinv ("", bare);
    }
  return NULL;
}

static void
replace (char **where, char *taken)
{
  g_free (*where);
  *where = taken;
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
      replace (&exchange->type, read_type (value));
      replace (&exchange->charset, read_charset (value));
    }
  else if (g_ascii_strcasecmp (name, "retry-after") == 0)
    replace (&exchange->retry_after, g_strdup (value));
  else if (g_ascii_strcasecmp (name, "location") == 0)
    replace (&exchange->location, g_strdup (value));
  else if (g_ascii_strcasecmp (name, "content-encoding") == 0
           && g_ascii_strcasecmp (value, "identity") != 0)
    replace (&exchange->encoding, g_ascii_strdown (value, -1));
}
