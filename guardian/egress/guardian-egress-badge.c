/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* POST /v1/agent/token, over the socket of a sandbox. Trusts: libsoup to read HTTP. Refuses: every
 * other request; a body that is longer than one can be. Known gaps: none. */

#include "guardian/egress/guardian-egress-visitor.h"

#include <string.h>

#define PLACE "/v1/agent/token"

typedef struct {
  GuardianEgressErrand errand;
  GByteArray *body;
  gboolean long_body;
  guint64 waiter;
} Badge;

static void
badge_free (GuardianEgressErrand *errand)
{
  Badge *badge = (Badge *) (gpointer) errand;
  GuardianEgressSession *session = guardian_egress_visitor_session (errand->visitor);

  guardian_egress_badges_cancel (guardian_egress_session_badges (session), badge->waiter);
  guardian_egress_errand_end (errand);
  g_byte_array_unref (badge->body);
  g_free (badge);
}

static void
finish (Badge *badge, guint status, const CardeaJson *answer)
{
  g_autoptr (SoupServerMessage) message = g_object_ref (badge->errand.message);
  gsize size = 0;
  g_autofree char *text = cardea_json_write (answer, &size, NULL);

  badge_free (&badge->errand);
  soup_server_message_set_status (message, status, NULL);
  soup_message_headers_replace (soup_server_message_get_response_headers (message), "Cache-Control",
                                "no-store");
  soup_server_message_set_response (message, "application/json", SOUP_MEMORY_COPY, text, size);
  soup_server_message_unpause (message);
  explicit_bzero (text, size);
}

/* RFC 6749, 5.2, in its form. */
static void
refuse (Badge *badge, guint status, const char *code, const char *reason)
{
  g_autoptr (CardeaJson) answer = cardea_json_new_object ();

  cardea_json_set_string (answer, "error", code);
  cardea_json_set_string (answer, "error_description", reason);
  finish (badge, status, answer);
}

static guint
status_of (const char *code)
{
  static const struct {
    const char *code;
    guint status;
  } known[] = {
    { "malformed", SOUP_STATUS_BAD_REQUEST },
    { "busy", SOUP_STATUS_SERVICE_UNAVAILABLE },
    { "unavailable", SOUP_STATUS_SERVICE_UNAVAILABLE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (known); i++)
    if (strcmp (known[i].code, code) == 0)
      return known[i].status;
  return SOUP_STATUS_FORBIDDEN;
}

static void
badged_cb (const GuardianEgressBadged *badged, gpointer user_data)
{
  Badge *badge = user_data;
  g_autoptr (CardeaJson) answer = cardea_json_new_object ();

  gboolean certified = guardian_egress_visitor_thumbprint (badge->errand.visitor) != NULL;

  badge->waiter = 0;
  if (badged->code != NULL)
    {
      refuse (badge, status_of (badged->code), badged->code, badged->reason);
      return;
    }
  cardea_json_set_string (answer, "access_token", badged->badge);
  /* RFC 9449, 5: bound to a key. To a certificate: RFC 8705, 3. */
  cardea_json_set_string (answer, "token_type", certified ? "Bearer" : "DPoP");
  cardea_json_set_int (answer, "expires_in", badged->seconds);
  finish (badge, SOUP_STATUS_OK, answer);
}

static void
got_chunk_cb (SoupServerMessage *message, GBytes *chunk, gpointer user_data)
{
  Badge *badge = user_data;
  gsize size = 0;
  const guint8 *bytes = g_bytes_get_data (chunk, &size);

  badge->long_body = badge->long_body || size > GUARDIAN_EGRESS_BADGES_BODY - badge->body->len;
  if (!badge->long_body && size > 0)
    g_byte_array_append (badge->body, bytes, (guint) size);
}

static void
got_body_cb (SoupServerMessage *message, gpointer user_data)
{
  Badge *badge = user_data;
  GuardianEgressSession *session = guardian_egress_visitor_session (badge->errand.visitor);
  const char *thumbprint = guardian_egress_visitor_thumbprint (badge->errand.visitor);
  const char *why = "the request is longer than it can be";
  CardeaMessage *asked
      = !badge->long_body
            ? guardian_egress_badges_read (guardian_egress_session_id (session), thumbprint,
                                           badge->body->data, badge->body->len, &why)
            : NULL;

  if (asked == NULL)
    {
      refuse (badge, SOUP_STATUS_BAD_REQUEST, "malformed", why);
      return;
    }
  guint64 waiter = guardian_egress_badges_ask (
      guardian_egress_session_badges (session), asked,
      thumbprint == NULL ? guardian_egress_visitor_peer (badge->errand.visitor) : -1, badged_cb,
      badge);
  if (waiter != 0) /* else it may be gone */
    badge->waiter = waiter;
}

void
guardian_egress_badge_begin (GuardianEgressVisitor *visitor, SoupServerMessage *message)
{
  const char *path = g_uri_get_path (soup_server_message_get_uri (message));

  if (soup_server_message_get_method (message) != SOUP_METHOD_POST || strcmp (path, PLACE) != 0)
    {
      guardian_egress_visitor_refuse (message, SOUP_STATUS_NOT_FOUND, "malformed",
                                      "here is only POST " PLACE);
      return;
    }
  Badge *badge = g_new0 (Badge, 1);
  badge->body = g_byte_array_new ();
  guardian_egress_errand_begin (&badge->errand, visitor, message, badge_free);
  g_signal_connect (message, "got-chunk", G_CALLBACK (got_chunk_cb), badge);
  g_signal_connect (message, "got-body", G_CALLBACK (got_body_cb), badge);
  guardian_egress_errand_resume (&badge->errand); /* its body is read */
}
