/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts common/base/cardea-url.h for what a URL says. Refuses what is none there. */

#include "guardian/core/guardian-destination.h"

#include "guardian/core/guardian-member.h"

#include "common/base/cardea-host.h"
#include "common/base/cardea-url.h"

G_DEFINE_QUARK (guardian - destination - error - quark, guardian_destination_error)

static gboolean
fail (GError **error, GuardianDestinationError code, const char *reason)
{
  g_set_error_literal (error, GUARDIAN_DESTINATION_ERROR, code, reason);
  return FALSE;
}

static GuardianDestinationError
translate (const GError *error)
{
  static const struct {
    int url;
    GuardianDestinationError code;
  } rows[] = {
    { CARDEA_URL_ERROR_SCHEME, GUARDIAN_DESTINATION_ERROR_SCHEME },
    { CARDEA_URL_ERROR_USER, GUARDIAN_DESTINATION_ERROR_USER },
  };

  if (error->domain == CARDEA_HOST_ERROR)
    return GUARDIAN_DESTINATION_ERROR_HOST;
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    if (g_error_matches (error, CARDEA_URL_ERROR, rows[i].url))
      return rows[i].code;
  return GUARDIAN_DESTINATION_ERROR_URL;
}

GuardianDestination *
guardian_destination_new (const char *method, const char *url, GError **error)
{
  g_autoptr (GError) reason = NULL;
  g_autoptr (CardeaUrl) parts = cardea_url_parse (url, &reason);

  if (parts == NULL)
    {
      fail (error, translate (reason), reason->message);
      return NULL;
    }
  GuardianDestination *destination = g_new0 (GuardianDestination, 1);
  destination->scheme = parts->secure ? "https" : "http";
  destination->host = g_strdup (parts->host);
  destination->port = parts->port;
  destination->method = g_strdup (method);
  destination->url = cardea_url_format (parts);
  return destination;
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

CardeaJson *
guardian_destination_describe (const GuardianDestination *destination)
{
  CardeaJson *json = cardea_json_new_object ();

  cardea_json_set_string (json, "host", destination->host);
  cardea_json_set_int (json, "port", destination->port);
  guardian_member_set_text (json, "scheme", destination->scheme);
  guardian_member_set_text (json, "method", destination->method);
  guardian_member_set_text (json, "url", destination->url);
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
