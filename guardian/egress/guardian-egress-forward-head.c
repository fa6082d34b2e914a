/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Where a request goes, as its head says. Trusts: libsoup to read it. Refuses: a Host that names
 * another place than the request; what is for another place than the tunnel it came through (421);
 * user names. Known gaps: none. */

#include "guardian/egress/guardian-egress-forward-private.h"

#include <string.h>

#define LIMIT_URL 8192u
#define LIMIT_METHOD 32u

/* 0: good; else the status of the refusal. The place of a tunnel is where its requests go. */
static guint
read_target (const GuardianEgressVisitor *visitor, SoupServerMessage *message,
             GuardianEgressForward *forward, const char **ret_why)
{
  GUri *uri = soup_server_message_get_uri (message);
  const GuardianEgressTarget *place = guardian_egress_visitor_place (visitor);
  guint16 fallback = place != NULL ? 443 : 80;
  const char *host = g_uri_get_host (uri);
  const char *header
      = soup_message_headers_get_list (soup_server_message_get_request_headers (message), "Host");
  gboolean https = strcmp (g_uri_get_scheme (uri), "https") == 0;
  int port = g_uri_get_port (uri);
  GuardianEgressName said = { 0 };
  guint16 said_port = 0;

  forward->tls = place != NULL;
  /* libsoup calls what comes through a tunnel http, too, and gives it that port; Host is what says
   * one there. */
  forward->target.port = port > 0 && (place == NULL || https) ? (guint16) port : fallback;
  if (place != NULL && !https)
    forward->target.port = place->port;
  *ret_why = "only http is passed on, and https through CONNECT";
  if (strcmp (g_uri_get_scheme (uri), "http") != 0 && (place == NULL || !https))
    return SOUP_STATUS_BAD_REQUEST;
  *ret_why = "user names in URLs are not passed on";
  if (g_uri_get_userinfo (uri) != NULL
      || !guardian_egress_name_parse (host, strlen (host), &forward->target.name, ret_why))
    return SOUP_STATUS_BAD_REQUEST;
  if (header != NULL
      && !guardian_egress_name_parse_authority (header, strlen (header), fallback, &said,
                                                &said_port, ret_why))
    return SOUP_STATUS_BAD_REQUEST;
  *ret_why = "Host names another place than the request";
  if (header != NULL
      && (strcmp (said.text, forward->target.name.text) != 0 || said_port != forward->target.port))
    return SOUP_STATUS_BAD_REQUEST;
  *ret_why = "the request is for another place than the tunnel";
  return place == NULL
                 || (strcmp (place->name.text, forward->target.name.text) == 0
                     && place->port == forward->target.port)
             ? 0
             : SOUP_STATUS_MISDIRECTED_REQUEST;
}

static guint
read_line (SoupServerMessage *message, GuardianEgressForward *forward, const char **ret_why)
{
  GUri *uri = soup_server_message_get_uri (message);
  const char *path = g_uri_get_path (uri);
  const char *query = g_uri_get_query (uri);
  gboolean brackets = strchr (forward->target.name.text, ':') != NULL;
  gboolean usual = forward->target.port == (forward->tls ? 443 : 80);
  g_autofree char *port = usual ? g_strdup ("") : g_strdup_printf (":%u", forward->target.port);

  forward->target.method = soup_server_message_get_method (message);
  forward->line = g_strconcat (path[0] == '/' ? "" : "/", path, query != NULL ? "?" : "",
                               query != NULL ? query : "", NULL);
  forward->url
      = g_strconcat (forward->tls ? "https://" : "http://", brackets ? "[" : "",
                     forward->target.name.text, brackets ? "]" : "", port, forward->line, NULL);
  forward->target.url = forward->url;
  forward->target.path = forward->line;
  *ret_why = "a URL that is too long, or no text";
  if (strlen (forward->url) > LIMIT_URL || !g_utf8_validate (forward->url, -1, NULL))
    return SOUP_STATUS_REQUEST_URI_TOO_LONG;
  *ret_why = "an unknown method";
  return strlen (forward->target.method) <= LIMIT_METHOD
                 && soup_server_message_is_options_ping (message) == FALSE
             ? 0
             : SOUP_STATUS_NOT_IMPLEMENTED;
}

guint
guardian_egress_forward_head_read (GuardianEgressForward *forward,
                                   const GuardianEgressVisitor *visitor, SoupServerMessage *message,
                                   const char **ret_why)
{
  guint status = read_target (visitor, message, forward, ret_why);
  return status != 0 ? status : read_line (message, forward, ret_why);
}
