/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/core/guardian-grant-host.h"

#include "common/base/cardea-host.h"

#include <string.h>

#define METHOD_LIMIT 32u /* characters */

GuardianGrantHost *
guardian_grant_host_new (const char *name, guint port, const char *const *methods)
{
  GuardianGrantHost *host = g_new0 (GuardianGrantHost, 1);
  host->host = g_strdup (name);
  host->port = port;
  host->methods = g_strdupv ((char **) methods);
  return host;
}

GuardianGrantHost *
guardian_grant_host_copy (const GuardianGrantHost *host)
{
  GuardianGrantHost *copy = g_memdup2 (host, sizeof *host);
  copy->host = g_strdup (host->host);
  copy->methods = g_strdupv (host->methods);
  copy->limits = cardea_host_limits_copy (host->limits);
  return copy;
}

void
guardian_grant_host_free (GuardianGrantHost *host)
{
  if (host == NULL)
    return;
  g_free (host->host);
  g_strfreev (host->methods);
  cardea_host_limits_free (host->limits);
  g_free (host);
}

static gboolean
covers_path (const GuardianGrantHost *host, const char *url)
{
  const char *authority = strstr (url, "://");
  const char *path = authority != NULL ? strchr (authority + 3, '/') : NULL;

  return cardea_host_limits_cover_path (host->limits, path != NULL ? path : "/");
}

gboolean
guardian_grant_host_covers (const GuardianGrantHost *host, const GuardianDestination *destination)
{
  if (host->port != 0 && host->port != destination->port)
    return FALSE;
  /* Nobody sees the methods in a tunnel. */
  if (host->methods != NULL
      && (destination->method == NULL
          || !g_strv_contains ((const char *const *) host->methods, destination->method)))
    return FALSE;
  if (host->limits != NULL
      && (destination->url == NULL || !covers_path (host, destination->url)
          || !cardea_host_limits_cover_method (host->limits, destination->method)))
    return FALSE;
  return host->below ? cardea_host_is_below (destination->host, host->host)
                     : strcmp (destination->host, host->host) == 0;
}

const char *
guardian_grant_host_action (const GuardianGrantHost *host)
{
  return host->methods != NULL || host->limits != NULL ? "net.request" : "net.connect";
}

const char *
guardian_grant_host_scope (const GuardianGrantHost *host)
{
  return host->port == 0 && host->methods == NULL && host->limits == NULL ? "host" : "exact";
}

void
guardian_grant_host_write (const GuardianGrantHost *host, CardeaJson *json)
{
  cardea_json_set_string (json, "host", host->host);
  if (host->port != 0)
    cardea_json_set_int (json, "port", host->port);
  if (host->below)
    cardea_json_set_boolean (json, "below", TRUE);
  if (host->inside)
    cardea_json_set_boolean (json, "inside", TRUE);
  if (host->limits != NULL)
    cardea_json_set (json, "limits", cardea_host_limits_write (host->limits));
  if (host->methods == NULL)
    return;
  CardeaJson *methods = cardea_json_new_array ();
  for (guint i = 0; host->methods[i] != NULL; i++)
    cardea_json_append (methods, cardea_json_new_string (host->methods[i]));
  cardea_json_set (json, "methods", methods);
}

/* Absent is FALSE. */
static gboolean
read_flag (const CardeaJson *json, const char *name, gboolean *ret_flag)
{
  *ret_flag = FALSE;
  return cardea_json_get (json, name) == NULL || cardea_json_get_boolean (json, name, ret_flag);
}

static gboolean
read_port (const CardeaJson *json, guint *ret_port)
{
  gint64 port = 0;

  if (cardea_json_get (json, "port") != NULL
      && (!cardea_json_get_int (json, "port", &port) || port < 1 || port > 65535))
    return FALSE;
  *ret_port = (guint) port;
  return TRUE;
}

static gboolean
is_method (const char *text)
{
  gsize size = text != NULL ? strlen (text) : 0;
  for (gsize i = 0; i < size; i++)
    if (!g_ascii_isupper (text[i]))
      return FALSE;
  return size > 0 && size <= METHOD_LIMIT;
}

static gboolean
read_methods (const CardeaJson *json, char ***ret_methods)
{
  const CardeaJson *array = cardea_json_get (json, "methods");
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  *ret_methods = NULL;
  if (array == NULL)
    return TRUE;
  if (cardea_json_type (array) != CARDEA_JSON_ARRAY || cardea_json_size (array) == 0
      || cardea_json_size (array) > GUARDIAN_GRANT_HOST_METHODS_LIMIT)
    return FALSE;
  for (guint i = 0; i < cardea_json_size (array); i++)
    {
      const char *method = cardea_json_string (cardea_json_nth (array, i));
      if (!is_method (method))
        return FALSE;
      g_strv_builder_add (builder, method);
    }
  *ret_methods = g_strv_builder_end (builder);
  return TRUE;
}

static gboolean
read_limits (const CardeaJson *json, CardeaHostLimits **ret_limits)
{
  const CardeaJson *limits = cardea_json_get (json, "limits");

  *ret_limits = limits != NULL ? cardea_host_limits_read (limits) : NULL;
  return limits == NULL || *ret_limits != NULL;
}

gboolean
guardian_grant_host_limit (GuardianGrantHost *host, const CardeaJson *json)
{
  g_autoptr (CardeaJson) rest = cardea_json_copy (json);

  if (!read_methods (json, &host->methods))
    return FALSE;
  cardea_json_remove (rest, "methods");
  host->limits = cardea_json_size (rest) > 0 ? cardea_host_limits_read (rest) : NULL;
  return host->limits != NULL || (cardea_json_size (rest) == 0 && host->methods != NULL);
}

static CardeaHostLimits *
parse_limits (const char *text)
{
  g_autoptr (CardeaJson) json = cardea_json_parse (text, strlen (text), NULL);
  return cardea_host_limits_read (json);
}

gboolean
guardian_grant_host_narrow (GuardianGrantHost *host, const char *text)
{
  g_autoptr (CardeaHostLimits) limits = parse_limits (text);

  if (limits == NULL)
    return FALSE;
  if (host->limits != NULL)
    return cardea_host_limits_narrow (host->limits, limits);
  host->limits = g_steal_pointer (&limits);
  return TRUE;
}

static void
forget_what_was_decided (CardeaHostLimits *limits)
{
  g_clear_pointer (&limits->methods, g_strfreev);
  g_clear_pointer (&limits->paths, g_strfreev);
}

gboolean
guardian_grant_host_meter (const GuardianGrantHost *host, const char *text, gboolean is_tunnel,
                           CardeaJson **ret_limits)
{
  g_autoptr (CardeaHostLimits) granted
      = host != NULL ? cardea_host_limits_copy (host->limits) : NULL;
  g_autoptr (CardeaHostLimits) given = text != NULL ? parse_limits (text) : NULL;

  *ret_limits = NULL;
  if (text != NULL && given == NULL)
    return FALSE;
  if (granted != NULL && !is_tunnel)
    forget_what_was_decided (granted);
  if (given != NULL && !is_tunnel)
    forget_what_was_decided (given);
  if (granted != NULL && given != NULL && !cardea_host_limits_narrow (granted, given))
    return FALSE;
  const CardeaHostLimits *both = granted != NULL ? granted : given;
  g_autoptr (CardeaJson) json = both != NULL ? cardea_host_limits_write (both) : NULL;
  if (json != NULL && cardea_json_size (json) > 0)
    *ret_limits = g_steal_pointer (&json);
  return TRUE;
}

GuardianGrantHost *
guardian_grant_host_read (const CardeaJson *json)
{
  g_autoptr (GuardianGrantHost) host = g_new0 (GuardianGrantHost, 1);

  host->host = g_strdup (cardea_json_get_string (json, "host"));
  if (host->host == NULL || !cardea_host_is_canonical (host->host) || !read_port (json, &host->port)
      || !read_flag (json, "below", &host->below) || !read_flag (json, "inside", &host->inside)
      || !read_methods (json, &host->methods) || !read_limits (json, &host->limits))
    return NULL;
  return g_steal_pointer (&host);
}
