/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: nothing the program sends; of the host nothing, it is the program's to check.
 * Refuses: a first message that is no ClientHello, and one for another name than was decided about.
 * Known gaps: what is inside TLS is not seen, nor whether the host serves other names on the same
 * connection; an encrypted hello (ECH) can name one. A program that has no name for its host (an
 * address) need not send any. */

#include "guardian/egress/guardian-egress-tunnel.h"

#include "common/base/cardea-autofd.h"
#include "guardian/egress/guardian-egress-hello.h"

#include <errno.h>
#include <glib-unix.h>
#include <string.h>
#include <sys/socket.h>

#define READ_SIZE 4096

struct _GuardianEgressTunnel {
  GuardianEgressFlow flow;
  GuardianEgressDial *dial;
  int inner;
  int outer;
  GByteArray *first; /* what the program sent; NULL once it went on */
  gsize written;     /* of it */
  guint watch;
  guint timer;
  GuardianEgressRelay *relay;
  GuardianEgressTunnelOpened opened;
  gpointer user_data;
};

static void
end (GuardianEgressTunnel *tunnel, const char *reason)
{
  if (tunnel->relay != NULL)
    {
      guardian_egress_relay_count (tunnel->relay, &tunnel->flow.sent, &tunnel->flow.received);
      tunnel->flow.sent += tunnel->written;
      guardian_egress_relay_free (tunnel->relay);
    }
  g_clear_pointer (&tunnel->dial, guardian_egress_dial_free);
  g_clear_handle_id (&tunnel->watch, g_source_remove);
  g_clear_handle_id (&tunnel->timer, g_source_remove);
  g_clear_pointer (&tunnel->first, g_byte_array_unref);
  cardea_fd_clear (&tunnel->inner);
  cardea_fd_clear (&tunnel->outer);
  guardian_egress_flow_end (&tunnel->flow, reason);
  g_free (tunnel);
}

/* Whoever waits for it to open is told; else it just ends. */
static void
fail (GuardianEgressTunnel *tunnel, const GuardianEgressDialled *dialled)
{
  GuardianEgressTunnelOpened opened = tunnel->opened;

  tunnel->opened = NULL;
  if (opened != NULL)
    opened (NULL, dialled, tunnel->user_data);
  end (tunnel, dialled->why);
}

static void
cut_cb (GuardianEgressFlow *flow, const char *reason)
{
  const GuardianEgressDialled none = { .fd = -1, .refused = TRUE, .why = reason };

  fail ((GuardianEgressTunnel *) (gpointer) flow, &none);
}

/* --- opening --- */

static void
dialled_cb (const GuardianEgressDialled *dialled, gpointer user_data)
{
  GuardianEgressTunnel *tunnel = user_data;
  GuardianEgressTunnelOpened opened = tunnel->opened;
  const GuardianEgressDialled kept
      = { .fd = -1, .address = dialled->address, .refused = dialled->refused, .why = dialled->why };

  g_clear_pointer (&tunnel->dial, guardian_egress_dial_free);
  if (dialled->fd < 0)
    {
      fail (tunnel, &kept);
      return;
    }
  tunnel->outer = dialled->fd;
  guardian_egress_address_print (&kept.address, tunnel->flow.address);
  opened (tunnel, &kept, tunnel->user_data);
}

GuardianEgressTunnel *
guardian_egress_tunnel_new (GuardianEgressSession *session, const GuardianEgressTarget *target,
                            const GuardianEgressVerdict *verdict, GuardianEgressTunnelOpened opened,
                            gpointer user_data)
{
  GuardianEgressTunnel *tunnel = g_new0 (GuardianEgressTunnel, 1);

  tunnel->inner = tunnel->outer = -1;
  tunnel->opened = opened;
  tunnel->user_data = user_data;
  guardian_egress_flow_begin (&tunnel->flow, session, target, verdict, cut_cb);
  tunnel->dial
      = guardian_egress_dial_new (guardian_egress_session_context (session)->resolver,
                                  &target->name, target->port, verdict->inside, dialled_cb, tunnel);
  return tunnel;
}

void
guardian_egress_tunnel_abandon (GuardianEgressTunnel *tunnel, const char *reason)
{
  tunnel->opened = NULL;
  end (tunnel, reason);
}

/* --- the program's first message --- */

static void
relay_ended_cb (GuardianEgressRelay *relay, const char *reason, gpointer user_data)
{
  end (user_data, reason);
}

static void
begin_relay (GuardianEgressTunnel *tunnel)
{
  GuardianEgressRelays *relays = guardian_egress_session_context (tunnel->flow.session)->relays;

  g_clear_handle_id (&tunnel->timer, g_source_remove);
  g_clear_pointer (&tunnel->first, g_byte_array_unref);
  tunnel->relay
      = guardian_egress_relay_new (relays, cardea_fd_steal (&tunnel->inner),
                                   cardea_fd_steal (&tunnel->outer), relay_ended_cb, tunnel);
  if (tunnel->relay == NULL)
    end (tunnel, "too much is connected at the same time");
}

static gboolean
writable_cb (gint fd, GIOCondition condition, gpointer user_data)
{
  GuardianEgressTunnel *tunnel = user_data;
  ssize_t size = send (fd, tunnel->first->data + tunnel->written,
                       tunnel->first->len - tunnel->written, MSG_NOSIGNAL);

  if (size < 0 && (errno == EAGAIN || errno == EINTR))
    return G_SOURCE_CONTINUE;
  if (size >= 0)
    tunnel->written += (gsize) size;
  if (size >= 0 && tunnel->written < tunnel->first->len)
    return G_SOURCE_CONTINUE;
  tunnel->watch = 0;
  if (size < 0)
    end (tunnel, "the host broke the connection off");
  else
    begin_relay (tunnel);
  return G_SOURCE_REMOVE;
}

static const char *
judge (const GuardianEgressTunnel *tunnel, const GuardianEgressHello *hello)
{
  if (!hello->has_name)
    return NULL;
  return strcmp (hello->name.text, tunnel->flow.name.text) == 0
             ? NULL
             : "TLS was begun for another name than the tunnel";
}

/* FALSE: more is to be read. */
static gboolean
look (GuardianEgressTunnel *tunnel)
{
  GuardianEgressHello hello;
  GuardianEgressHelloState state
      = guardian_egress_hello_parse (tunnel->first->data, tunnel->first->len, &hello);
  const char *refusal = state == GUARDIAN_EGRESS_HELLO_WHOLE ? judge (tunnel, &hello) : NULL;

  if (state == GUARDIAN_EGRESS_HELLO_MORE && tunnel->first->len < GUARDIAN_EGRESS_HELLO_BYTES)
    return FALSE;
  if (state != GUARDIAN_EGRESS_HELLO_WHOLE)
    refusal = "what was sent through the tunnel is no TLS";
  g_clear_handle_id (&tunnel->watch, g_source_remove);
  if (refusal != NULL)
    end (tunnel, refusal);
  else
    tunnel->watch = g_unix_fd_add (tunnel->outer, G_IO_OUT, writable_cb, tunnel);
  return TRUE;
}

static gboolean
readable_cb (gint fd, GIOCondition condition, gpointer user_data)
{
  GuardianEgressTunnel *tunnel = user_data;
  guint8 bytes[READ_SIZE];
  ssize_t size = recv (fd, bytes, sizeof bytes, 0);

  if (size < 0 && (errno == EAGAIN || errno == EINTR))
    return G_SOURCE_CONTINUE;
  if (size <= 0)
    {
      tunnel->watch = 0;
      end (tunnel, "the program closed the tunnel before it sent anything");
      return G_SOURCE_REMOVE;
    }
  g_byte_array_append (tunnel->first, bytes, (guint) size);
  return look (tunnel) ? G_SOURCE_REMOVE : G_SOURCE_CONTINUE;
}

static gboolean
late_cb (gpointer user_data)
{
  GuardianEgressTunnel *tunnel = user_data;

  tunnel->timer = 0;
  end (tunnel, "nothing was sent through the tunnel");
  return G_SOURCE_REMOVE;
}

void
guardian_egress_tunnel_start (GuardianEgressTunnel *tunnel, int inner, const guint8 *bytes,
                              gsize size)
{
  tunnel->opened = NULL;
  tunnel->inner = inner;
  tunnel->first = g_byte_array_new ();
  if (size > 0)
    g_byte_array_append (tunnel->first, bytes, (guint) size);
  tunnel->timer = g_timeout_add_seconds (GUARDIAN_EGRESS_TUNNEL_HELLO_SECONDS, late_cb, tunnel);
  if (size == 0 || !look (tunnel))
    tunnel->watch = g_unix_fd_add (inner, G_IO_IN, readable_cb, tunnel);
}
