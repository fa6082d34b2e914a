/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* A program that speaks TLS to a port of its loopback for which a service of this computer stands.
 * Trusts: nothing. Refuses: what the core refuses, and what a tunnel refuses. Known gaps: no answer
 * has a place for a reason; the core's record has it. */

#include "guardian/egress/guardian-egress-guest.h"

#include "common/base/cardea-autofd.h"
#include "guardian/egress/guardian-egress-intercept.h"
#include "guardian/egress/guardian-egress-tunnel.h"

#include <glib-unix.h>
#include <poll.h>
#include <string.h>

typedef struct {
  GuardianEgressGuest guest;
  guint watch;
  guint64 waiter; /* at the desk */
  GuardianEgressTarget target;
  GuardianEgressTunnel *tunnel; /* on its way */
} Direct;

static void
direct_free (GuardianEgressGuest *guest)
{
  Direct *direct = (Direct *) (gpointer) guest;

  g_clear_handle_id (&direct->watch, g_source_remove);
  guardian_egress_desk_cancel (guardian_egress_session_desk (guest->session), direct->waiter);
  if (direct->tunnel != NULL)
    guardian_egress_tunnel_abandon (direct->tunnel, "the program does not wait any more");
  guardian_egress_guest_end (guest);
  g_free (direct);
}

static void
opened_cb (GuardianEgressTunnel *tunnel, const GuardianEgressDialled *dialled, gpointer user_data)
{
  Direct *direct = user_data;

  direct->tunnel = NULL;
  if (dialled->why == NULL)
    guardian_egress_tunnel_start (tunnel, cardea_fd_steal (&direct->guest.fd), NULL, 0);
  direct_free (&direct->guest);
}

static void
decided_cb (const GuardianEgressVerdict *verdict, gpointer user_data)
{
  Direct *direct = user_data;

  direct->waiter = 0;
  if (verdict->code == NULL && verdict->looked_into)
    guardian_egress_intercept_start (direct->guest.session, &direct->target,
                                     cardea_fd_steal (&direct->guest.fd), NULL, 0);
  if (verdict->code != NULL || verdict->looked_into)
    direct_free (&direct->guest);
  else
    direct->tunnel = guardian_egress_tunnel_new (direct->guest.session, &direct->target, verdict,
                                                 opened_cb, direct);
}

static gboolean
gone_cb (gint fd, GIOCondition condition, gpointer user_data)
{
  Direct *direct = user_data;

  direct->watch = 0;
  direct_free (&direct->guest);
  return G_SOURCE_REMOVE;
}

void
guardian_egress_guest_direct_new (GuardianEgressSession *session, int fd, guint16 port)
{
  GuardianEgressDesk *desk = guardian_egress_session_desk (session);
  const char *name = guardian_egress_desk_own_name (desk, port);
  Direct *direct = g_new0 (Direct, 1);

  guardian_egress_guest_begin (&direct->guest, session, fd, direct_free);
  direct->target.port = port;
  if (name == NULL /* taken back meanwhile */
      || !guardian_egress_name_parse (name, strlen (name), &direct->target.name, NULL))
    {
      direct_free (&direct->guest);
      return;
    }
  direct->watch
      = g_unix_fd_add (fd, (GIOCondition) POLLRDHUP | G_IO_HUP | G_IO_ERR, gone_cb, direct);
  guint64 waiter = guardian_egress_desk_ask (desk, &direct->target, decided_cb, direct);
  if (waiter != 0) /* else it may be gone */
    direct->waiter = waiter;
}
