/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts nothing of a URL. Refuses what two programs could read in two ways: a user before the
 * host, percent signs in the host, characters that RFC 3986 does not allow, another scheme.
 * Known gap: a server may read an escaped path (%2f) in its own way; the person sees it as it is.
 */

#include "guardian/core/guardian-destination.h"

#include "common/base/cardea-host.h"

#include <string.h>

#define MARKS "-._~:/?#[]@!$&'()*+,;="

static const struct {
  const char *scheme;
  guint port;
} schemes[] = { { "http", 80 }, { "https", 443 } };

G_DEFINE_QUARK (guardian - destination - error - quark, guardian_destination_error)

static gboolean
fail (GError **error, GuardianDestinationError code, const char *reason)
{
  g_set_error_literal (error, GUARDIAN_DESTINATION_ERROR, code, reason);
  return FALSE;
}

/* RFC 3986 §2, and no more. */
static gboolean
has_plain_characters (const char *url)
{
  for (const char *c = url; *c != '\0'; c++)
    {
      gboolean escape = *c == '%' && g_ascii_isxdigit (c[1]) && g_ascii_isxdigit (c[2]);
      if (!escape && !g_ascii_isalnum (*c) && strchr (MARKS, *c) == NULL)
        return FALSE;
    }
  return TRUE;
}

/* Escapes of letters and dots are read like these, which no host is written in. */
static gboolean
has_escaped_host (const char *url)
{
  const char *host = strstr (url, "://");
  gsize size = host != NULL ? strcspn (host + 3, "/?#") : 0;
  return host == NULL || memchr (host + 3, '%', size) != NULL;
}

static gboolean
take_scheme (GuardianDestination *destination, const char *url, GError **error)
{
  const char *scheme = g_uri_peek_scheme (url);

  for (gsize i = 0; i < G_N_ELEMENTS (schemes); i++)
    if (g_strcmp0 (scheme, schemes[i].scheme) == 0)
      {
        destination->scheme = schemes[i].scheme;
        destination->port = schemes[i].port;
        return TRUE;
      }
  if (scheme != NULL)
    return fail (error, GUARDIAN_DESTINATION_ERROR_SCHEME, "only http and https go out");
  return fail (error, GUARDIAN_DESTINATION_ERROR_URL, "this is not a complete URL");
}

static gboolean
take_host (GuardianDestination *destination, GUri *uri, GError **error)
{
  const char *host = g_uri_get_host (uri);
  g_autoptr (GError) reason = NULL;
  int port = g_uri_get_port (uri);

  if (g_uri_get_userinfo (uri) != NULL)
    return fail (error, GUARDIAN_DESTINATION_ERROR_USER, "a URL must not name a user");
  destination->host = cardea_host_canonical (host != NULL ? host : "", &reason);
  if (destination->host == NULL)
    return fail (error, GUARDIAN_DESTINATION_ERROR_HOST, reason->message);
  if (port == 0 || port > 65535)
    return fail (error, GUARDIAN_DESTINATION_ERROR_HOST, "a port is a number from 1 to 65535");
  if (port > 0)
    destination->port = (guint) port;
  return TRUE;
}

/* As it is sent: the default port is left out, a query stays as it is. */
static char *
write_url (const GuardianDestination *destination, GUri *uri)
{
  const char *path = g_uri_get_path (uri);
  const char *query = g_uri_get_query (uri);
  g_autoptr (GString) url = g_string_new (destination->scheme);
  guint usual = strcmp (destination->scheme, "https") == 0 ? 443 : 80;
  gboolean brackets = strchr (destination->host, ':') != NULL;

  g_string_append_printf (url, brackets ? "://[%s]" : "://%s", destination->host);
  if (destination->port != usual)
    g_string_append_printf (url, ":%u", destination->port);
  g_string_append (url, path[0] != '\0' ? path : "/");
  if (query != NULL)
    g_string_append_printf (url, "?%s", query);
  return g_string_free (g_steal_pointer (&url), FALSE);
}

GuardianDestination *
guardian_destination_new (const char *method, const char *url, GError **error)
{
  g_autoptr (GuardianDestination) destination = g_new0 (GuardianDestination, 1);
  const GUriFlags flags = G_URI_FLAGS_ENCODED | G_URI_FLAGS_NON_DNS;
  /* Whatever comes after a base has its path without . and ..; the base itself is never used. */
  g_autoptr (GUri) base = g_uri_parse ("http://none.invalid/", flags, NULL);
  g_autoptr (GUri) uri = NULL;

  if (!take_scheme (destination, url, error))
    return NULL;
  if (has_plain_characters (url))
    uri = g_uri_parse_relative (base, url, flags, NULL);
  if (uri == NULL)
    {
      fail (error, GUARDIAN_DESTINATION_ERROR_URL, "this is not a URL");
      return NULL;
    }
  if (has_escaped_host (url))
    {
      fail (error, GUARDIAN_DESTINATION_ERROR_HOST, "this is not the name of a host");
      return NULL;
    }
  if (!take_host (destination, uri, error))
    return NULL;
  destination->method = g_strdup (method);
  destination->url = write_url (destination, uri);
  return g_steal_pointer (&destination);
}

GuardianDestination *
guardian_destination_new_tunnel (const char *host, guint port, GError **error)
{
  if (!cardea_host_is_canonical (host) || port < 1 || port > 65535)
    {
      fail (error, GUARDIAN_DESTINATION_ERROR_HOST, "this is not the name of a host");
      return NULL;
    }
  GuardianDestination *destination = g_new0 (GuardianDestination, 1);
  destination->host = g_strdup (host);
  destination->port = port;
  return destination;
}

GuardianDestination *
guardian_destination_copy (const GuardianDestination *destination)
{
  GuardianDestination *copy = g_memdup2 (destination, sizeof *destination);
  copy->host = g_strdup (destination->host);
  copy->method = g_strdup (destination->method);
  copy->url = g_strdup (destination->url);
  return copy;
}

void
guardian_destination_free (GuardianDestination *destination)
{
  if (destination == NULL)
    return;
  g_free (destination->host);
  g_free (destination->method);
  g_free (destination->url);
  g_free (destination);
}

static void
set_optional (CardeaJson *json, const char *name, const char *value)
{
  if (value != NULL)
    cardea_json_set_string (json, name, value);
}

CardeaJson *
guardian_destination_describe (const GuardianDestination *destination)
{
  CardeaJson *json = cardea_json_new_object ();

  cardea_json_set_string (json, "host", destination->host);
  cardea_json_set_int (json, "port", destination->port);
  set_optional (json, "scheme", destination->scheme);
  set_optional (json, "method", destination->method);
  set_optional (json, "url", destination->url);
  if (cardea_host_is_address (destination->host))
    cardea_json_set_string (json, "address", destination->host);
  cardea_json_set (json, "labels", cardea_json_new_array ());
  return json;
}

char *
guardian_destination_name (const GuardianDestination *destination)
{
  return cardea_host_format (destination->host, destination->port);
}
