/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/models/agent-endpoint.h"

#include "agent/content/agent-error.h"

#include <string.h>

static guint
read_limit (const CardeaJson *limits, const char *name, guint min, guint max, guint fallback)
{
  gint64 value;
  if (limits == NULL || !cardea_json_get_int (limits, name, &value) || value <= 0)
    return fallback;
  return (guint) CLAMP (value, (gint64) min, (gint64) max);
}

static gboolean
is_web (const char *url)
{
  return g_str_has_prefix (url, "http://") || g_str_has_prefix (url, "https://");
}

AgentEndpoint *
agent_endpoint_read (const CardeaJson *json, GError **error)
{
  const CardeaJson *limits = cardea_json_get (json, "limits");
  const char *name = cardea_json_get_string (json, "name");
  const char *kind = cardea_json_get_string (json, "kind");
  const char *url = cardea_json_get_string (json, "url");
  const char *model = cardea_json_get_string (json, "model");
  if (name == NULL || kind == NULL || url == NULL || !is_web (url))
    {
      g_set_error_literal (error, AGENT_ERROR, AGENT_ERROR_UNSUITABLE,
                           "This model is not described well enough to be asked; please add it "
                           "again in Settings → Models.");
      return NULL;
    }
  AgentEndpoint *endpoint = g_new0 (AgentEndpoint, 1);
  endpoint->name = g_strdup (name);
  endpoint->kind = g_strdup (kind);
  endpoint->url = g_strdup (url);
  endpoint->model = g_strdup (model);
  endpoint->context = read_limit (limits, "context", AGENT_ENDPOINT_CONTEXT_MIN,
                                  AGENT_ENDPOINT_CONTEXT_MAX, AGENT_ENDPOINT_CONTEXT);
  endpoint->output = read_limit (limits, "output", 1, AGENT_ENDPOINT_OUTPUT_MAX, 0);
  return endpoint;
}

void
agent_endpoint_free (AgentEndpoint *endpoint)
{
  g_free (endpoint->name);
  g_free (endpoint->kind);
  g_free (endpoint->url);
  g_free (endpoint->model);
  g_free (endpoint);
}

char *
agent_endpoint_locate (const AgentEndpoint *endpoint, const char *root, const char *path,
                       gboolean rooted)
{
  const char *url = endpoint->url;
  const char *query = strchr (url, '?');
  gsize size = query != NULL ? (gsize) (query - url) : strlen (url);
  while (size > 0 && url[size - 1] == '/')
    size--;
  g_autofree char *base = g_strndup (url, size);
  const char *host = strstr (base, "://");
  gboolean bare = host == NULL || strchr (host + 3, '/') == NULL;
  gboolean whole = g_str_has_suffix (base, path);
  gboolean wants_root = bare || (rooted && !whole && !g_str_has_suffix (base, root));
  return g_strconcat (base, wants_root ? root : "", whole ? "" : path, query, NULL);
}

char *
agent_endpoint_host (const AgentEndpoint *endpoint)
{
  const char *begin = strstr (endpoint->url, "://");
  begin = begin != NULL ? begin + 3 : endpoint->url;
  return g_strndup (begin, strcspn (begin, "/?#"));
}
