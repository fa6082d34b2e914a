/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/egress/guardian-egress-name.h"

#include <glib.h>

/* The first message of a TLS client (RFC 8446, 4.1.2; RFC 6066, 3), looked into before it goes on:
 * which name it wants to be understood by. Several records and arbitrary pieces are put together.
 */

#define GUARDIAN_EGRESS_HELLO_MAX (16u * 1024u) /* of the message */
#define GUARDIAN_EGRESS_HELLO_RECORDS 32u       /* it may be cut into */
/* Bytes of a connection that are enough to hold one. */
#define GUARDIAN_EGRESS_HELLO_BYTES                                                                \
  (GUARDIAN_EGRESS_HELLO_MAX + 5 * GUARDIAN_EGRESS_HELLO_RECORDS + 4096)

typedef enum {
  GUARDIAN_EGRESS_HELLO_MORE, /* so far it is one, but not whole */
  GUARDIAN_EGRESS_HELLO_WHOLE,
  GUARDIAN_EGRESS_HELLO_REFUSED, /* it is none, or one that is not understood to the last byte */
} GuardianEgressHelloState;

typedef struct {
  gboolean has_name;
  GuardianEgressName name;
  gboolean encrypted; /* a second hello is hidden in it (ECH); the name is for show */
  gboolean early;     /* data come with it, before the host answered */
  const char *why;    /* of a refusal; static */
} GuardianEgressHello;

/* bytes: a connection from its first byte on; untrusted. */
GuardianEgressHelloState guardian_egress_hello_parse (const guint8 *bytes, gsize size,
                                                      GuardianEgressHello *ret_hello);
