/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* CONNECT (RFC 9110, 9.3.6). Trusts: nothing. Refuses: a target that has not one meaning, another
 * Host than the target; what the core refuses. Known gaps: none beyond the tunnel's. */

#include "guardian/egress/guardian-egress-intercept.h"
#include "guardian/egress/guardian-egress-tunnel.h"
#include "guardian/egress/guardian-egress-visitor.h"

#include "guardian/egress/guardian-egress-hello.h"

#include <string.h>
#include <unistd.h>

typedef struct {
  GuardianEgressErrand errand;
  GuardianEgressTarget target;
  guint64 waiter; /* at the desk */
  GuardianEgressTunnel *tunnel;
  gboolean intercepted; /* it ends here: each request in it is asked about */
} Connect;

static void
connect_free (GuardianEgressErrand *errand)
{
  Connect *connect = (Connect *) (gpointer) errand;
  GuardianEgressSession *session = guardian_egress_visitor_session (errand->visitor);

  guardian_egress_desk_cancel (guardian_egress_session_desk (session), connect->waiter);
  if (connect->tunnel != NULL)
    guardian_egress_tunnel_abandon (connect->tunnel, "the program does not wait any more");
  guardian_egress_errand_end (errand);
  g_free (connect);
}

static void
refuse (Connect *connect, guint status, const char *code, const char *reason)
{
  g_autoptr (SoupServerMessage) message = g_object_ref (connect->errand.message);

  connect_free (&connect->errand);
  guardian_egress_visitor_refuse (message, status, code, reason);
  soup_server_message_unpause (message);
}

/* What the program sent without waiting for the answer was read by libsoup: it goes with the
 * tunnel. */
static gsize
read_rest (GIOStream *stream, guint8 *bytes, gsize size)
{
  GPollableInputStream *input = G_POLLABLE_INPUT_STREAM (g_io_stream_get_input_stream (stream));
  gsize filled = 0;
  gssize count;

  do
    {
      count = filled < size ? g_pollable_input_stream_read_nonblocking (input, bytes + filled,
                                                                        size - filled, NULL, NULL)
                            : 0;
      filled += count > 0 ? (gsize) count : 0;
    }
  while (count > 0);
  return filled;
}

/* The answer has been written: the connection is the tunnel's. */
static void
answered_cb (SoupServerMessage *message, gpointer user_data)
{
  Connect *connect = user_data;
  GuardianEgressTunnel *tunnel = g_steal_pointer (&connect->tunnel);
  GuardianEgressVisitor *visitor = connect->errand.visitor;
  guint8 bytes[GUARDIAN_EGRESS_HELLO_BYTES];

  if (tunnel == NULL && !connect->intercepted) /* cut meanwhile */
    {
      guardian_egress_visitor_close (visitor);
      return;
    }
  g_autoptr (SoupServerMessage) kept = g_object_ref (message);
  int fd = guardian_egress_visitor_steal_fd (visitor);
  GuardianEgressSession *session = guardian_egress_visitor_session (visitor);
  const GuardianEgressTarget target = connect->target;
  connect_free (&connect->errand);
  g_autoptr (GIOStream) stream = soup_server_message_steal_connection (kept);
  gsize size = stream != NULL ? read_rest (stream, bytes, sizeof bytes) : 0;
  if (tunnel != NULL)
    guardian_egress_tunnel_start (tunnel, fd, bytes, size);
  else
    guardian_egress_intercept_start (session, &target, fd, bytes, size);
}

static void
answer (Connect *connect)
{
  SoupServerMessage *message = connect->errand.message;

  soup_server_message_set_status (message, SOUP_STATUS_OK, "Connection established");
  soup_message_headers_set_encoding (soup_server_message_get_response_headers (message),
                                     SOUP_ENCODING_NONE);
  g_signal_connect (message, "wrote-body", G_CALLBACK (answered_cb), connect);
  guardian_egress_errand_resume (&connect->errand);
}

static void
opened_cb (GuardianEgressTunnel *tunnel, const GuardianEgressDialled *dialled, gpointer user_data)
{
  Connect *connect = user_data;
  SoupServerMessage *message = connect->errand.message;

  connect->tunnel = dialled->why == NULL ? tunnel : NULL;
  if (dialled->why != NULL && soup_server_message_get_status (message) == 0)
    {
      g_autofree char *reason = g_strdup_printf ("%s: %s", connect->target.name.text, dialled->why);
      refuse (connect, dialled->refused ? SOUP_STATUS_FORBIDDEN : SOUP_STATUS_BAD_GATEWAY,
              dialled->refused ? "denied" : "unavailable", reason);
    }
  if (dialled->why == NULL)
    answer (connect);
}

static void
decided_cb (const GuardianEgressVerdict *verdict, gpointer user_data)
{
  Connect *connect = user_data;
  GuardianEgressSession *session = guardian_egress_visitor_session (connect->errand.visitor);

  connect->waiter = 0;
  connect->intercepted = verdict->looked_into;
  if (verdict->code != NULL)
    refuse (connect, SOUP_STATUS_FORBIDDEN, verdict->code, verdict->reason);
  else if (connect->intercepted)
    answer (connect);
  else
    connect->tunnel
        = guardian_egress_tunnel_new (session, &connect->target, verdict, opened_cb, connect);
}

/* A Host that says something else than the target is a trick, or a mistake nobody can act on. */
static const char *
read_target (SoupServerMessage *message, GuardianEgressTarget *ret_target)
{
  GUri *uri = soup_server_message_get_uri (message);
  const char *host = g_uri_get_host (uri);
  const char *header
      = soup_message_headers_get_list (soup_server_message_get_request_headers (message), "Host");
  GuardianEgressName said;
  guint16 said_port = 0;
  const char *why = NULL;

  ret_target->port = (guint16) g_uri_get_port (uri);
  if (!guardian_egress_name_parse (host, strlen (host), &ret_target->name, &why))
    return why;
  if (header == NULL)
    return NULL;
  if (!guardian_egress_name_parse_authority (header, strlen (header), ret_target->port, &said,
                                             &said_port, &why))
    return why;
  return strcmp (said.text, ret_target->name.text) == 0 && said_port == ret_target->port
             ? NULL
             : "Host names another place than the request";
}

void
guardian_egress_connect_begin (GuardianEgressVisitor *visitor, SoupServerMessage *message)
{
  GuardianEgressTarget target = { .method = NULL };
  const char *why = read_target (message, &target);

  if (why != NULL)
    {
      const char *host = g_uri_get_host (soup_server_message_get_uri (message));
      guardian_egress_session_report (guardian_egress_visitor_session (visitor), host,
                                      strlen (host), why);
      guardian_egress_visitor_refuse (message, SOUP_STATUS_BAD_REQUEST, "malformed", why);
      return;
    }
  Connect *connect = g_new0 (Connect, 1);
  connect->target = target;
  guardian_egress_errand_begin (&connect->errand, visitor, message, connect_free);
  connect->intercepted
      = guardian_egress_intercept_wanted (guardian_egress_visitor_session (visitor), &target);
  if (connect->intercepted)
    {
      answer (connect);
      return;
    }
  guint64 waiter = guardian_egress_desk_ask (
      guardian_egress_session_desk (guardian_egress_visitor_session (visitor)), &connect->target,
      decided_cb, connect);
  if (waiter != 0) /* else it may be gone */
    connect->waiter = waiter;
}
