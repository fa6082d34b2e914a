/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: the guardian, for where a request may go. Refuses: more than was asked for, in bytes,
 * time and redirects. Nothing of an answer is looked into here. */

#include "agent/access/agent-page.h"

#include "agent/content/agent-text.h"
#include "common/base/cardea-host.h"
#include "common/base/cardea-url.h"

#include <string.h>

#define SHOW_HOST 253
#define FOUND 200u

void
agent_page_free (AgentPage *page)
{
  g_free (page->url);
  g_free (page->type);
  g_free (page->charset);
  g_clear_pointer (&page->bytes, g_bytes_unref);
  g_free (page);
}

char *
agent_page_show_host (const char *url)
{
  g_autoptr (CardeaUrl) parts = cardea_url_parse (url, NULL);

  if (parts == NULL)
    return agent_text_show (url, SHOW_HOST);
  gboolean usual = parts->port == (parts->secure ? CARDEA_URL_PORT_HTTPS : CARDEA_URL_PORT_HTTP);
  return cardea_host_format (parts->host, usual ? 0 : parts->port);
}

static gboolean
fail (GError **error, AgentErrorCode code, const char *host, const char *what)
{
  g_set_error (error, AGENT_ERROR, code, "%s: %s.", host, what);
  return FALSE;
}

/* The one form of a URL that a person or a model wrote; NULL with an error. */
static char *
canonical (const char *url, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (CardeaUrl) parts = cardea_url_parse (url, &local);

  if (parts != NULL)
    return cardea_url_format (parts);
  g_autofree char *shown = agent_text_show (url, SHOW_HOST);
  g_set_error (error, AGENT_ERROR, AGENT_ERROR_ARGUMENT, "%s is no address I can get: %s.", shown,
               local->message);
  return NULL;
}

/* --- redirects --- */

static gboolean
is_redirect (guint status)
{
  static const guint all[] = { 301, 302, 303, 307, 308 };

  for (gsize i = 0; i < G_N_ELEMENTS (all); i++)
    if (all[i] == status)
      return TRUE;
  return FALSE;
}

/* Where it leads; NULL with an error. */
static char *
follow (const char *from, const AgentExchange *exchange, const char *host, GError **error)
{
  g_autofree char *to
      = exchange->location != NULL
            ? g_uri_resolve_relative (from, exchange->location, G_URI_FLAGS_ENCODED, NULL)
            : NULL;
  g_autoptr (CardeaUrl) parts = to != NULL ? cardea_url_parse (to, NULL) : NULL;

  if (parts == NULL)
    fail (error, AGENT_ERROR_UNSUITABLE, host, "it leads on to an address that is none");
  else if (!parts->secure && g_str_has_prefix (from, "https:"))
    fail (error, AGENT_ERROR_UNSUITABLE, host, "it leads on to where nothing is encrypted");
  else
    return cardea_url_format (parts);
  return NULL;
}

/* --- the answer --- */

static GBytes *
gather (AgentExchange *exchange, gint64 most, const char *host, GCancellable *cancellable,
        GError **error)
{
  g_autoptr (GByteArray) all = g_byte_array_new ();
  g_autoptr (GError) local = NULL;
  gint64 late = g_get_monotonic_time () + AGENT_PAGE_SECONDS * G_USEC_PER_SEC;

  for (;;)
    {
      g_autoptr (GBytes) piece = agent_exchange_next (exchange, cancellable, &local);
      if (local != NULL)
        return g_propagate_error (error, g_steal_pointer (&local)), NULL;
      if (piece == NULL)
        return g_byte_array_free_to_bytes (g_steal_pointer (&all));
      if ((gint64) (all->len + g_bytes_get_size (piece)) > most)
        return fail (error, AGENT_ERROR_LIMIT, host, "what it sends is larger than I take"), NULL;
      if (g_get_monotonic_time () > late)
        return fail (error, AGENT_ERROR_LIMIT, host, "it takes too long to send it"), NULL;
      g_byte_array_append (all, g_bytes_get_data (piece, NULL), (guint) g_bytes_get_size (piece));
    }
}

static AgentPage *
take (AgentExchange *exchange, const char *url, gint64 most, const char *host,
      GCancellable *cancellable, GError **error)
{
  if (exchange->status != FOUND)
    {
      g_set_error (error, AGENT_ERROR,
                   exchange->status == 404 || exchange->status == 410 ? AGENT_ERROR_NOT_FOUND
                                                                      : AGENT_ERROR_UNAVAILABLE,
                   "%s answered with status %u.", host, exchange->status);
      return NULL;
    }
  if (exchange->encoding != NULL)
    return fail (error, AGENT_ERROR_UNSUITABLE, host, "what it sends is packed, unasked"), NULL;
  GBytes *bytes = gather (exchange, most, host, cancellable, error);
  if (bytes == NULL)
    return NULL;
  AgentPage *page = g_new0 (AgentPage, 1);
  page->url = g_strdup (url);
  page->type = g_strdup (exchange->type);
  page->charset = g_strdup (exchange->charset);
  page->bytes = bytes;
  return page;
}

AgentPage *
agent_page_get (AgentWay *way, const char *url, gint64 most, GCancellable *cancellable,
                GError **error)
{
  static const AgentExchangeHeader headers[]
      = { { "Accept", "text/html, text/*;q=0.9, application/*;q=0.8, */*;q=0.1" }, { NULL } };
  g_autofree char *at = canonical (url, error);

  for (guint i = 0; at != NULL && i <= AGENT_PAGE_REDIRECTS; i++)
    {
      g_autofree char *host = agent_page_show_host (at);
      const AgentExchangeRequest request = { .method = "GET",
                                             .url = at,
                                             .headers = headers,
                                             .object = host,
                                             .max_bytes = most + 1,
                                             .timeout = AGENT_PAGE_QUIET_SECONDS };
      g_autoptr (AgentExchange) exchange = agent_exchange_open (way, &request, cancellable, error);
      if (exchange == NULL)
        return NULL;
      if (!is_redirect (exchange->status))
        return take (exchange, at, most, host, cancellable, error);
      char *next = follow (at, exchange, host, error);
      g_free (at);
      at = next;
    }
  if (at != NULL)
    g_set_error_literal (error, AGENT_ERROR, AGENT_ERROR_UNSUITABLE,
                         "It leads on from one address to the next and comes to no page.");
  return NULL;
}
