/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/egress/guardian-egress-session.h"

/* A tunnel that is looked into: TLS of the program ends here, as a server of the session's
 * authority; what is inside becomes a visitor whose requests go to that place only. Where: to hosts
 * that a credential is bound to, and those of which a grant names methods. */

#define GUARDIAN_EGRESS_INTERCEPT_SECONDS 15u /* for the handshake */

/* Whether tunnels to that place are looked into. */
gboolean guardian_egress_intercept_wanted (GuardianEgressSession *session,
                                           const GuardianEgressTarget *target);

/* TLS of a program to the proxy itself: badges are asked for there, bound to the certificate that
 * it shows, whoever signed that. Takes fd. */
void guardian_egress_intercept_badges (GuardianEgressSession *session, int fd);

/* Takes inner, which does not block; bytes: what was read of it already. Ends by itself. */
void guardian_egress_intercept_start (GuardianEgressSession *session,
                                      const GuardianEgressTarget *target, int inner,
                                      const guint8 *bytes, gsize size);
