/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/egress/guardian-egress-dial.h"
#include "guardian/egress/guardian-egress-session.h"

/* A way through to a host that was decided about: dialled, then, once the program has been told so,
 * only for a TLS client that asks for exactly that host. */
typedef struct _GuardianEgressTunnel GuardianEgressTunnel;

#define GUARDIAN_EGRESS_TUNNEL_HELLO_SECONDS 15u /* for the program's first message */

/* Never called from inside guardian_egress_tunnel_new(). dialled->fd is always -1: the tunnel keeps
 * the socket; without why it is open, and guardian_egress_tunnel_start() is due. With it, which may
 * also come later, as long as it was not started, it has ended and is gone. */
typedef void (*GuardianEgressTunnelOpened) (GuardianEgressTunnel *tunnel,
                                            const GuardianEgressDialled *dialled,
                                            gpointer user_data);

GuardianEgressTunnel *guardian_egress_tunnel_new (GuardianEgressSession *session,
                                                  const GuardianEgressTarget *target,
                                                  const GuardianEgressVerdict *verdict,
                                                  GuardianEgressTunnelOpened opened,
                                                  gpointer user_data);
/* Before it is started: nobody wants it any more. */
void guardian_egress_tunnel_abandon (GuardianEgressTunnel *tunnel, const char *reason);

/* Takes inner, which does not block. bytes: what was read of it already. From now on the tunnel is
 * its own: it ends itself. */
void guardian_egress_tunnel_start (GuardianEgressTunnel *tunnel, int inner, const guint8 *bytes,
                                   gsize size);
