/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts GLib to take a URL apart, nothing of the text. Refuses what two readers could read
 * differently: a user before the host, percent signs in the host, characters that RFC 3986 does not
 * allow, another scheme. Known gap: a server may read an escaped path (%2f) in its own way; whoever
 * is asked sees it as it is. */

#include "common/base/cardea-url.h"

#include "common/base/cardea-host.h"

#include <string.h>

#define MARKS "-._~:/?#[]@!$&'()*+,;="

static const struct {
  const char *name;
  gboolean secure;
  guint port;
} schemes[] = {
  { "http", FALSE, CARDEA_URL_PORT_HTTP },
  { "https", TRUE, CARDEA_URL_PORT_HTTPS },
};

G_DEFINE_QUARK (cardea - url - error - quark, cardea_url_error)

static gboolean
fail (GError **error, CardeaUrlError code, const char *what)
{
  g_set_error_literal (error, CARDEA_URL_ERROR, code, what);
  return FALSE;
}

static guint
own_port (const CardeaUrl *url)
{
  return url->secure ? CARDEA_URL_PORT_HTTPS : CARDEA_URL_PORT_HTTP;
}

/* RFC 3986 §2, and no more. */
static gboolean
has_plain_characters (const char *text)
{
  for (const char *c = text; *c != '\0'; c++)
    {
      gboolean escape = *c == '%' && g_ascii_isxdigit (c[1]) && g_ascii_isxdigit (c[2]);
      if (!escape && !g_ascii_isalnum (*c) && strchr (MARKS, *c) == NULL)
        return FALSE;
    }
  return TRUE;
}

/* Escapes of letters and dots are read like these, which no host is written in. */
static gboolean
has_escaped_host (const char *text)
{
  const char *host = strstr (text, "://");
  gsize size = host != NULL ? strcspn (host + 3, "/?#") : 0;
  return host == NULL || memchr (host + 3, '%', size) != NULL;
}

static gboolean
take_scheme (CardeaUrl *url, const char *text, GError **error)
{
  const char *scheme = g_uri_peek_scheme (text);

  for (gsize i = 0; i < G_N_ELEMENTS (schemes); i++)
    if (g_strcmp0 (scheme, schemes[i].name) == 0)
      {
        url->secure = schemes[i].secure;
        url->port = schemes[i].port;
        return TRUE;
      }
  if (scheme != NULL)
    return fail (error, CARDEA_URL_ERROR_SCHEME, "a URL begins with https:// or http://");
  return fail (error, CARDEA_URL_ERROR_FORM, "this is no URL of the form https://host/path");
}

static gboolean
take_authority (CardeaUrl *url, GUri *uri, GError **error)
{
  const char *host = g_uri_get_host (uri);
  int port = g_uri_get_port (uri);

  if (g_uri_get_userinfo (uri) != NULL)
    return fail (error, CARDEA_URL_ERROR_USER, "a URL with a user or a password is not taken");
  url->host = cardea_host_canonical (host != NULL ? host : "", error);
  if (url->host == NULL)
    return FALSE;
  if (port == 0 || port > G_MAXUINT16)
    {
      g_set_error_literal (error, CARDEA_HOST_ERROR, CARDEA_HOST_ERROR_PORT,
                           "a port is a number from 1 to 65535");
      return FALSE;
    }
  url->port = port > 0 ? (guint) port : url->port;
  return TRUE;
}

/* Whatever comes after a base has its path without . and ..; the base itself is never used. */
static GUri *
take_apart (const char *text)
{
  const GUriFlags flags = G_URI_FLAGS_ENCODED | G_URI_FLAGS_NON_DNS;
  g_autoptr (GUri) base = g_uri_parse ("http://none.invalid/", flags, NULL);

  return strlen (text) <= CARDEA_URL_LIMIT && has_plain_characters (text)
             ? g_uri_parse_relative (base, text, flags, NULL)
             : NULL;
}

CardeaUrl *
cardea_url_parse (const char *text, GError **error)
{
  g_autoptr (CardeaUrl) url = g_new0 (CardeaUrl, 1);

  if (!take_scheme (url, text, error))
    return NULL;
  g_autoptr (GUri) uri = take_apart (text);
  if (uri == NULL)
    {
      fail (error, CARDEA_URL_ERROR_FORM,
            "a URL with blanks, unescaped characters or more than 8192 of them is not taken");
      return NULL;
    }
  if (has_escaped_host (text))
    {
      g_set_error_literal (error, CARDEA_HOST_ERROR, CARDEA_HOST_ERROR_NAME,
                           "this is not the name of a host");
      return NULL;
    }
  if (!take_authority (url, uri, error))
    return NULL;
  url->path = g_strdup (g_uri_get_path (uri)[0] != '\0' ? g_uri_get_path (uri) : "/");
  url->query = g_strdup (g_uri_get_query (uri));
  return g_steal_pointer (&url);
}

char *
cardea_url_format (const CardeaUrl *url)
{
  gboolean brackets = strchr (url->host, ':') != NULL;
  g_autofree char *authority = url->port != own_port (url)
                                   ? cardea_host_format (url->host, url->port)
                                   : g_strdup_printf (brackets ? "[%s]" : "%s", url->host);
  return g_strconcat (url->secure ? "https://" : "http://", authority, url->path,
                      url->query != NULL ? "?" : NULL, url->query, NULL);
}

void
cardea_url_free (CardeaUrl *url)
{
  if (url == NULL)
    return;
  g_free (url->host);
  g_free (url->path);
  g_free (url->query);
  g_free (url);
}
