/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/models/agent-catalogue.h"

#include "agent/models/agent-complaint.h"
#include "agent/models/agent-mend.h"

#include <string.h>

#define PATH "/models"
#define QUIET_SECONDS 60u

static CardeaJson *
read_list (AgentExchange *exchange, GCancellable *cancellable, GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);
  while (text->len <= AGENT_CATALOGUE_BYTES_MAX)
    {
      gsize size;
      g_autoptr (GError) local = NULL;
      g_autoptr (GBytes) piece = agent_exchange_next (exchange, cancellable, &local);
      if (local != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return NULL;
        }
      if (piece == NULL)
        break;
      const char *bytes = g_bytes_get_data (piece, &size);
      g_string_append_len (text, bytes, (gssize) size);
    }
  CardeaJson *json = text->len <= AGENT_CATALOGUE_BYTES_MAX
                         ? agent_mend_parse (text->str, text->len, NULL)
                         : NULL;
  return json != NULL ? json : cardea_json_new_null ();
}

/* {"data": [{"id"}…]}, in both protocols. */
static const char *
find_first (const CardeaJson *list)
{
  const CardeaJson *models = cardea_json_get (list, "data");
  for (guint i = 0; i < cardea_json_size (models); i++)
    {
      const char *name = cardea_json_get_string (cardea_json_nth (models, i), "id");
      if (name != NULL && name[0] != '\0' && strlen (name) <= AGENT_CATALOGUE_NAME_MAX)
        return name;
    }
  return NULL;
}

static AgentExchange *
open_exchange (AgentWay *way, const AgentEndpoint *endpoint, const AgentProtocol *protocol,
               const char *host, GCancellable *cancellable, GError **error)
{
  AgentExchangeHeader headers[] = { { "Accept", "application/json" }, { NULL, NULL }, { NULL } };
  g_autofree char *url = agent_endpoint_locate (endpoint, protocol->root, PATH, protocol->rooted);
  if (protocol->headers[0].name != NULL)
    headers[1] = (AgentExchangeHeader){ protocol->headers[0].name, protocol->headers[0].value };
  const AgentExchangeRequest request = {
    .method = "GET",
    .url = url,
    .headers = headers,
    .object = host,
    .model = TRUE,
    .max_bytes = AGENT_CATALOGUE_BYTES_MAX,
    .timeout = QUIET_SECONDS,
  };
  return agent_exchange_open (way, &request, cancellable, error);
}

char *
agent_catalogue_find (AgentWay *way, const AgentEndpoint *endpoint, const AgentProtocol *protocol,
                      GCancellable *cancellable, GError **error)
{
  g_autofree char *host = agent_endpoint_host (endpoint);
  g_autoptr (AgentExchange) exchange
      = open_exchange (way, endpoint, protocol, host, cancellable, error);
  if (exchange == NULL)
    return NULL;
  if (exchange->status < 200 || exchange->status >= 300)
    {
      agent_complaint_set (endpoint, exchange->status, NULL, -1, error);
      return NULL;
    }
  g_autoptr (CardeaJson) list = read_list (exchange, cancellable, error);
  if (list == NULL)
    return NULL;
  const char *name = find_first (list);
  if (name == NULL)
    g_set_error (error, AGENT_ERROR, AGENT_ERROR_UNSUITABLE,
                 "%s (%s) does not say which models it has; say which in Settings → Models, or "
                 "check its address there.",
                 endpoint->name, host);
  return g_strdup (name);
}
