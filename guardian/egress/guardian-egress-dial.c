/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: the resolver, which checked the addresses. Refuses: to dial another.
 * Known gaps: addresses are tried in their order, not side by side. */

#include "guardian/egress/guardian-egress-dial.h"

#include "common/base/cardea-autofd.h"

#include <errno.h>
#include <glib-unix.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

struct _GuardianEgressDial {
  GuardianEgressResolver *resolver;
  guint question;
  GuardianEgressAddresses addresses;
  guint at;
  int fd;
  guint watch;
  guint timer; /* for one address */
  gint64 until_us;
  GuardianEgressDialDone done;
  gpointer user_data;
};

static void try_next (GuardianEgressDial *dial, const char *why);

static void
stop (GuardianEgressDial *dial)
{
  g_clear_handle_id (&dial->watch, g_source_remove);
  g_clear_handle_id (&dial->timer, g_source_remove);
}

static void
finish (GuardianEgressDial *dial, gboolean refused, const char *why)
{
  GuardianEgressDialled dialled
      = { .fd = cardea_fd_steal (&dial->fd), .refused = refused, .why = why };

  stop (dial);
  if (dialled.fd >= 0)
    dialled.address = dial->addresses.list[dial->at];
  dial->done (&dialled, dial->user_data);
}

static const char *
explain (int error)
{
  static const struct {
    int error;
    const char *why;
  } reasons[] = {
    { ECONNREFUSED, "the host refuses connections on this port" },
    { ENETUNREACH, "the network of the host cannot be reached" },
    { EHOSTUNREACH, "the host cannot be reached" },
    { ETIMEDOUT, "the host does not answer" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (reasons); i++)
    if (reasons[i].error == error)
      return reasons[i].why;
  return "the host cannot be connected to";
}

static void
fail_address (GuardianEgressDial *dial, const char *why)
{
  stop (dial);
  cardea_fd_clear (&dial->fd);
  dial->at++;
  try_next (dial, why);
}

static gboolean
connected_cb (gint fd, GIOCondition condition, gpointer user_data)
{
  GuardianEgressDial *dial = user_data;
  int error = 0;
  socklen_t size = sizeof error;

  dial->watch = 0;
  if (getsockopt (fd, SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error == 0)
    finish (dial, FALSE, NULL);
  else
    fail_address (dial, explain (error));
  return G_SOURCE_REMOVE;
}

static gboolean
late_cb (gpointer user_data)
{
  GuardianEgressDial *dial = user_data;

  dial->timer = 0;
  fail_address (dial, explain (ETIMEDOUT));
  return G_SOURCE_REMOVE;
}

static void
try_next (GuardianEgressDial *dial, const char *why)
{
  const int on = 1;

  while (dial->at < dial->addresses.count && g_get_monotonic_time () < dial->until_us)
    {
      const GuardianEgressAddress *address = &dial->addresses.list[dial->at];
      dial->fd = socket (address->any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
      if (dial->fd >= 0 && setsockopt (dial->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) == 0
          && setsockopt (dial->fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on) == 0
          && (connect (dial->fd, &address->any, guardian_egress_address_size (address)) == 0
              || errno == EINPROGRESS))
        {
          dial->watch = g_unix_fd_add (dial->fd, G_IO_OUT, connected_cb, dial);
          dial->timer = g_timeout_add_seconds (GUARDIAN_EGRESS_DIAL_ADDRESS_SECONDS, late_cb, dial);
          return;
        }
      why = explain (errno);
      cardea_fd_clear (&dial->fd);
      dial->at++;
    }
  finish (dial, FALSE, why);
}

static void
resolved_cb (const GuardianEgressAddresses *addresses, gpointer user_data)
{
  GuardianEgressDial *dial = user_data;

  dial->question = 0;
  dial->addresses = *addresses;
  if (addresses->count == 0)
    finish (dial, addresses->refused, addresses->why);
  else
    try_next (dial, explain (0));
}

GuardianEgressDial *
guardian_egress_dial_new (GuardianEgressResolver *resolver, const GuardianEgressName *name,
                          guint16 port, gboolean inside, GuardianEgressDialDone done,
                          gpointer user_data)
{
  GuardianEgressDial *dial = g_new0 (GuardianEgressDial, 1);

  dial->resolver = resolver;
  dial->fd = -1;
  dial->until_us = g_get_monotonic_time () + GUARDIAN_EGRESS_DIAL_SECONDS * G_USEC_PER_SEC;
  dial->done = done;
  dial->user_data = user_data;
  dial->question = guardian_egress_resolver_ask (resolver, name, port, inside, resolved_cb, dial);
  return dial;
}

void
guardian_egress_dial_free (GuardianEgressDial *dial)
{
  guardian_egress_resolver_cancel (dial->resolver, dial->question);
  stop (dial);
  cardea_fd_clear (&dial->fd);
  g_free (dial);
}
