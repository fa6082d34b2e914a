/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* Bytes from one socket to another and back, without looking at them: splice(2) through a pipe that
 * a relay has only while something is in it. All relays share one epoll descriptor, so that idle
 * ones cost nothing. */
typedef struct _GuardianEgressRelays GuardianEgressRelays;
typedef struct _GuardianEgressRelay GuardianEgressRelay;

#define GUARDIAN_EGRESS_RELAY_PIPE (256 * 1024)  /* bytes on their way in one direction */
#define GUARDIAN_EGRESS_RELAY_SPARE 32u          /* empty pipes that are kept */
#define GUARDIAN_EGRESS_RELAY_TURN (1024 * 1024) /* bytes before others have their turn */
#define GUARDIAN_EGRESS_RELAY_IDLE_SECONDS 3600  /* without a byte */
#define GUARDIAN_EGRESS_RELAY_HALF_SECONDS 120   /* the same, when one end has nothing to say */

/* Called once; it has ended and may be freed inside. reason NULL: both ends closed; else static. */
typedef void (*GuardianEgressRelayEnded) (GuardianEgressRelay *relay, const char *reason,
                                          gpointer user_data);

/* NULL with errno. */
GuardianEgressRelays *guardian_egress_relays_new (void) G_GNUC_WARN_UNUSED_RESULT;
void guardian_egress_relays_free (GuardianEgressRelays *relays);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GuardianEgressRelays, guardian_egress_relays_free)

/* Takes both sockets, which do not block. NULL with errno: they are closed. */
GuardianEgressRelay *guardian_egress_relay_new (GuardianEgressRelays *relays, int inner, int outer,
                                                GuardianEgressRelayEnded ended,
                                                gpointer user_data) G_GNUC_WARN_UNUSED_RESULT;
/* Closes both. */
void guardian_egress_relay_free (GuardianEgressRelay *relay);

/* Bytes that arrived: from inner for outer, and the reverse. */
void guardian_egress_relay_count (const GuardianEgressRelay *relay, guint64 *ret_sent,
                                  guint64 *ret_received);
