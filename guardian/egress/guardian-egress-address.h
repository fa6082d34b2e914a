/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <arpa/inet.h>
#include <glib.h>
#include <netinet/in.h>

/* An address a name resolved to, and whether it may be dialled: by the special-purpose registries
 * (RFC 6890 and its successors), and by asking the kernel whether it is this computer's own. */
typedef union {
  struct sockaddr any;
  struct sockaddr_in v4;
  struct sockaddr_in6 v6;
} GuardianEgressAddress;

#define GUARDIAN_EGRESS_ADDRESS_TEXT INET6_ADDRSTRLEN

/* bytes: 4 of AF_INET or 16 of AF_INET6. */
void guardian_egress_address_set (GuardianEgressAddress *ret_address, int family,
                                  const guint8 *bytes, guint16 port);
gboolean guardian_egress_address_parse (const char *text, guint16 port,
                                        GuardianEgressAddress *ret_address);
void guardian_egress_address_print (const GuardianEgressAddress *address,
                                    char ret_text[GUARDIAN_EGRESS_ADDRESS_TEXT]);
socklen_t guardian_egress_address_size (const GuardianEgressAddress *address);
gboolean guardian_egress_address_equal (const GuardianEgressAddress *a,
                                        const GuardianEgressAddress *b);

/* NULL: it may be dialled; else what it is ("a loopback address"), static. inside: addresses of
 * this computer and of the networks around it were meant; what nobody can mean stays refused. */
const char *guardian_egress_address_refusal (const GuardianEgressAddress *address, gboolean inside);
