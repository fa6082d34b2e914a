/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/consent/ui-consent-host.h"

#include "common/base/cardea-host.h"
#include "ui/consent/ui-consent-question.h"
#include "ui/consent/ui-consent-reader.h"

#include <string.h>

/* Trusts: nothing but types. Refuses: a host that is not in its one form, a URL or a domain of
 * another host, a body without what it is. Known gaps: none. */

#define AT(field_) G_STRUCT_OFFSET (UiConsentHost, field_)

static const UiConsentReaderMember resource_members[] = {
  { "host", UI_CONSENT_READER_TEXT, TRUE, AT (host) },
  { "domain", UI_CONSENT_READER_TEXT, FALSE, AT (domain) },
  { "port", UI_CONSENT_READER_INT, TRUE, AT (port) },
  { "scheme", UI_CONSENT_READER_TEXT, FALSE, AT (scheme) },
  { "method", UI_CONSENT_READER_TEXT, FALSE, AT (method) },
  { "url", UI_CONSENT_READER_TEXT, FALSE, AT (url) },
  { "inside", UI_CONSENT_READER_BOOLEAN, FALSE, AT (inside) },
  { "credential", UI_CONSENT_READER_TEXT, FALSE, AT (credential) },
  { "purpose", UI_CONSENT_READER_TEXT, FALSE, AT (purpose) },
  { "headers", UI_CONSENT_READER_SKIP }, /* read_headers() */
  { "tls", UI_CONSENT_READER_SKIP },     /* follows from the scheme */
  { "kind", UI_CONSENT_READER_SKIP },
  { "labels", UI_CONSENT_READER_SKIP },
  { NULL },
};

static const UiConsentReaderMember sends_members[] = {
  { "bytes", UI_CONSENT_READER_INT64, TRUE, AT (bytes) },
  { "sha256", UI_CONSENT_READER_TEXT, TRUE, AT (sha256) },
  { "type", UI_CONSENT_READER_TEXT, FALSE, AT (type) },
  { "text", UI_CONSENT_READER_TEXT, FALSE, AT (text) },
  { "cut", UI_CONSENT_READER_BOOLEAN, FALSE, AT (cut) },
  { "masked", UI_CONSENT_READER_BOOLEAN, FALSE, AT (masked) },
  { NULL },
};

static gboolean
contradicts (GError **error)
{
  g_set_error (error, UI_CONSENT_QUESTION_ERROR, UI_CONSENT_QUESTION_ERROR_REQUEST,
               "the request contradicts itself about its host");
  return FALSE;
}

static void
free_header (gpointer data)
{
  UiConsentHeader *header = data;
  g_free (header->name);
  g_free (header->value);
  g_free (header);
}

static gboolean
read_headers (UiConsentHost *host, const CardeaJson *array, GPtrArray *others, GError **error)
{
  static const UiConsentReaderMember members[] = {
    { "name", UI_CONSENT_READER_TEXT, TRUE, G_STRUCT_OFFSET (UiConsentHeader, name) },
    { "value", UI_CONSENT_READER_TEXT, TRUE, G_STRUCT_OFFSET (UiConsentHeader, value) },
    { NULL },
  };

  if (array == NULL)
    return TRUE;
  if (cardea_json_type (array) != CARDEA_JSON_ARRAY
      || cardea_json_size (array) > UI_CONSENT_HEADERS_LIMIT)
    return contradicts (error);
  for (guint i = 0; i < cardea_json_size (array); i++)
    {
      UiConsentHeader *header = g_new0 (UiConsentHeader, 1);
      g_ptr_array_add (host->headers, header);
      if (!ui_consent_reader_fill (header, cardea_json_nth (array, i), members, "resource.headers.",
                                   others, error))
        return FALSE;
    }
  return TRUE;
}

/* The URL is one of this host: what comes between the scheme and the path is its name and port. */
static gboolean
fits_url (const UiConsentHost *host)
{
  gboolean secure = g_strcmp0 (host->scheme, "https") == 0;
  g_autofree char *name = cardea_host_format (host->host, 65535);
  g_autofree char *begin = NULL;

  if (!secure && g_strcmp0 (host->scheme, "http") != 0)
    return FALSE;
  name[strlen (name) - strlen (":65535")] = '\0'; /* brackets stay */
  if (host->port == (secure ? 443 : 80))
    begin = g_strdup_printf ("%s://%s/", host->scheme, name);
  else
    begin = g_strdup_printf ("%s://%s:%d/", host->scheme, name, host->port);
  return g_str_has_prefix (host->url, begin);
}

static gboolean
check (const UiConsentHost *host, GError **error)
{
  gboolean tunnel = host->url == NULL;

  if (!cardea_host_is_canonical (host->host) || host->port < 1 || host->port > 65535
      || (host->domain != NULL && !cardea_host_is_below (host->host, host->domain))
      || (tunnel && (host->method != NULL || host->scheme != NULL || host->sends))
      || (!tunnel && (host->method == NULL || !fits_url (host))))
    return contradicts (error);
  return TRUE;
}

UiConsentHost *
ui_consent_host_read (const CardeaJson *resource, const CardeaJson *sends, GPtrArray *others,
                      GError **error)
{
  g_autoptr (UiConsentHost) host = g_new0 (UiConsentHost, 1);

  host->headers = g_ptr_array_new_with_free_func (free_header);
  host->sends = sends != NULL;
  if (!ui_consent_reader_fill (host, resource, resource_members, "resource.", others, error)
      || !read_headers (host, cardea_json_get (resource, "headers"), others, error)
      || (sends != NULL
          && !ui_consent_reader_fill (host, sends, sends_members, "sends.", others, error))
      || !check (host, error))
    return NULL;
  return g_steal_pointer (&host);
}

void
ui_consent_host_free (UiConsentHost *host)
{
  if (host == NULL)
    return;
  g_free (host->host);
  g_free (host->domain);
  g_free (host->scheme);
  g_free (host->method);
  g_free (host->url);
  g_free (host->credential);
  g_free (host->purpose);
  g_ptr_array_unref (host->headers);
  g_free (host->sha256);
  g_free (host->type);
  g_free (host->text);
  g_free (host);
}

char *
ui_consent_host_letters (const UiConsentHost *host)
{
  g_autofree char *letters = g_hostname_to_unicode (host->host);

  return letters != NULL && strcmp (letters, host->host) != 0 ? g_steal_pointer (&letters) : NULL;
}
