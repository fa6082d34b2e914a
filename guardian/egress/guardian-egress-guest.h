/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/egress/guardian-egress-session.h"

/* Whoever connected to a sandbox's listener, until it is known what it wants: its first byte tells
 * SOCKS from HTTP. What it becomes embeds this. */
typedef struct _GuardianEgressGuest GuardianEgressGuest;

#define GUARDIAN_EGRESS_GUEST_FIRST_SECONDS 30u /* without a byte */

struct _GuardianEgressGuest {
  GuardianEgressSession *session;
  GList link; /* of the session's */
  int fd;
  void (*free) (GuardianEgressGuest *guest); /* whatever it waits for is given up */
};

#define GUARDIAN_EGRESS_GUEST_TLS 0x16u /* the first byte of a client's (RFC 8446, 5.1) */

/* Takes fd. port: of the service of this computer for which its listener stands; 0: it came to the
 * proxy. */
void guardian_egress_guest_new (GuardianEgressSession *session, int fd, guint16 port);
void guardian_egress_guest_free (GuardianEgressGuest *guest);

/* For those that embed it: takes fd, enters the session's list; leaves it and closes. */
void guardian_egress_guest_begin (GuardianEgressGuest *guest, GuardianEgressSession *session,
                                  int fd, void (*free_it) (GuardianEgressGuest *guest));
void guardian_egress_guest_end (GuardianEgressGuest *guest);

/* What a guest becomes; all take fd. direct: TLS, to a service for which the listener stands. */
void guardian_egress_guest_direct_new (GuardianEgressSession *session, int fd, guint16 port);
void guardian_egress_guest_socks_new (GuardianEgressSession *session, int fd);
/* local: HTTP, where badges are asked for. thumbprint: of the certificate that was shown (RFC
 * 8705); NULL: it came by the socket. */
void guardian_egress_guest_local_new (GuardianEgressSession *session, int fd,
                                      const char *thumbprint);
void guardian_egress_guest_http_new (GuardianEgressSession *session, int fd);

/* What is inside a tunnel that is looked into: requests for that place only. Takes fd. */
void guardian_egress_guest_inner_new (GuardianEgressSession *session, int fd,
                                      const GuardianEgressTarget *place);
