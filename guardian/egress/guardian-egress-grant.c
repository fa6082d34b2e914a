/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: the core. Refuses: a grant with a member of another form; what it does not cover is
 * asked. Known gaps: none. */

#include "guardian/egress/guardian-egress-grant.h"

#include <string.h>

#define LIMIT_METHODS 16u

/* An absent member keeps the default; one of another type is another form. */
static gboolean
read_boolean (const CardeaJson *json, const char *name, gboolean *ret_value)
{
  return cardea_json_get (json, name) == NULL || cardea_json_get_boolean (json, name, ret_value);
}

static gboolean
read_methods (const CardeaJson *json, char ***ret_methods)
{
  const CardeaJson *list = cardea_json_get (json, "methods");
  g_autoptr (GStrvBuilder) methods = g_strv_builder_new ();

  if (list == NULL)
    return TRUE;
  if (cardea_json_type (list) != CARDEA_JSON_ARRAY || cardea_json_size (list) > LIMIT_METHODS)
    return FALSE;
  for (guint i = 0; i < cardea_json_size (list); i++)
    {
      const char *method = cardea_json_string (cardea_json_nth (list, i));
      if (method == NULL)
        return FALSE;
      g_strv_builder_add (methods, method);
    }
  *ret_methods = g_strv_builder_end (methods);
  return TRUE;
}

static gboolean
read_limits (const CardeaJson *json, GuardianEgressGrant *grant)
{
  const CardeaJson *limits = cardea_json_get (json, "limits");

  if (limits == NULL)
    return TRUE;
  grant->limits = cardea_host_limits_read (limits);
  grant->meter = grant->limits != NULL ? guardian_egress_meter_new (grant->limits) : NULL;
  return grant->limits != NULL;
}

GuardianEgressGrant *
guardian_egress_grant_new (const CardeaJson *json)
{
  g_autoptr (GuardianEgressGrant) grant = g_new0 (GuardianEgressGrant, 1);
  const char *host = cardea_json_get_string (json, "host");
  GuardianEgressName name;
  gint64 port = 0;

  grant->id = g_strdup (cardea_json_get_string (json, "id"));
  grant->host = g_strdup (host);
  if (grant->id == NULL || host == NULL
      || !guardian_egress_name_parse (host, strlen (host), &name, NULL)
      || strcmp (name.text, host) != 0
      || (cardea_json_get (json, "port") != NULL
          && (!cardea_json_get_int (json, "port", &port) || port < 1 || port > G_MAXUINT16))
      || !read_boolean (json, "below", &grant->below)
      || !read_boolean (json, "inside", &grant->inside) || !read_methods (json, &grant->methods)
      || !read_limits (json, grant))
    return NULL;
  grant->port = (guint16) port;
  return g_steal_pointer (&grant);
}

void
guardian_egress_grant_free (GuardianEgressGrant *grant)
{
  g_free (grant->id);
  g_free (grant->host);
  g_strfreev (grant->methods);
  cardea_host_limits_free (grant->limits);
  if (grant->meter != NULL)
    guardian_egress_meter_unref (grant->meter);
  g_free (grant);
}

gboolean
guardian_egress_grant_is_at (const GuardianEgressGrant *grant, const GuardianEgressName *name,
                             guint16 port)
{
  return (grant->port == 0 || grant->port == port)
         && (grant->below ? guardian_egress_name_lies_in (name, grant->host)
                          : strcmp (name->text, grant->host) == 0);
}

gboolean
guardian_egress_grant_covers (const GuardianEgressGrant *grant, const GuardianEgressName *name,
                              guint16 port, const char *method, const char *path)
{
  if (!guardian_egress_grant_is_at (grant, name, port))
    return FALSE;
  if (grant->methods != NULL
      && (method == NULL || !g_strv_contains ((const char *const *) grant->methods, method)))
    return FALSE;
  return grant->limits == NULL
         || (method != NULL && path != NULL && cardea_host_limits_cover_path (grant->limits, path)
             && cardea_host_limits_cover_method (grant->limits, method));
}
