/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts nothing in the text. Refuses what two readers could read
 * differently, as the header lists it. Known
 * gap: percent escapes in path and query are kept as they are, so that two spellings of one
 * resource are two URLs. */

#include "common/base/cardea-url.h"

#include "common/base/cardea-host.h"

#include <string.h>

#define SEPARATOR "://"

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

/* Printable ASCII without what RFC 3986 wants escaped and readers disagree about. */
static gboolean
is_plain (const char *text)
{
  for (const char *p = text; *p != '\0'; p++)
    if (!g_ascii_isgraph (*p) || strchr ("\\\"<>^`{|}", *p) != NULL)
      return FALSE;
  return TRUE;
}

static gboolean
take_scheme (CardeaUrl *url, const char *text, gsize size, GError **error)
{
  g_autofree char *scheme = g_ascii_strdown (text, (gssize) size);

  url->secure = strcmp (scheme, "https") == 0;
  return url->secure || strcmp (scheme, "http") == 0
         || fail (error, CARDEA_URL_ERROR_SCHEME, "a URL begins with https:// or http://");
}

static gboolean
take_authority (CardeaUrl *url, const char *text, gsize size, GError **error)
{
  g_autofree char *authority = g_strndup (text, size);
  const char *colon = strchr (authority, ':');
  gboolean below = FALSE;

  if (strchr (authority, '@') != NULL)
    return fail (error, CARDEA_URL_ERROR_FORM, "a URL with a user or a password is not taken");
  if (authority[0] != '[' && colon != NULL && strchr (colon + 1, ':') != NULL)
    return fail (error, CARDEA_URL_ERROR_FORM, "an IPv6 address stands in brackets in a URL");
  if (!cardea_host_parse (authority, &url->host, &url->port, &below, error))
    return FALSE;
  if (url->port == 0)
    url->port = own_port (url);
  return !below || fail (error, CARDEA_URL_ERROR_FORM, "a URL names one host");
}

CardeaUrl *
cardea_url_parse (const char *text, GError **error)
{
  g_autoptr (CardeaUrl) url = g_new0 (CardeaUrl, 1);
  const char *authority = strstr (text, SEPARATOR);

  if (authority == NULL || strlen (text) > CARDEA_URL_LIMIT)
    {
      fail (error, CARDEA_URL_ERROR_FORM, "this is no URL of the form https://host/path");
      return NULL;
    }
  const char *path
      = authority + strlen (SEPARATOR) + strcspn (authority + strlen (SEPARATOR), "/?#");
  if (!take_scheme (url, text, authority - text, error))
    return NULL;
  authority += strlen (SEPARATOR);
  if (!take_authority (url, authority, path - authority, error))
    return NULL;
  if (strchr (path, '#') != NULL || !is_plain (path))
    {
      fail (error, CARDEA_URL_ERROR_FORM,
            "a URL with a fragment, blanks or unescaped characters is not taken");
      return NULL;
    }
  const char *query = strchr (path, '?');
  url->path = query != NULL ? g_strndup (path, query - path) : g_strdup (path);
  url->query = query != NULL ? g_strdup (query + 1) : NULL;
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
