/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/egress/guardian-egress-name.h"

#include <glib.h>

/* SOCKS 5 (RFC 1928), the server's side: no authentication, CONNECT only. Pure functions on what a
 * sandbox sent so far. */

#define GUARDIAN_EGRESS_SOCKS_VERSION 5
#define GUARDIAN_EGRESS_SOCKS_BYTES 520u /* more than its two messages together */

typedef enum {
  GUARDIAN_EGRESS_SOCKS_MORE,
  GUARDIAN_EGRESS_SOCKS_WHOLE,
  GUARDIAN_EGRESS_SOCKS_REFUSED, /* reply is what to answer */
} GuardianEgressSocksState;

/* The kinds of answer (RFC 1928, 6). */
typedef enum {
  GUARDIAN_EGRESS_SOCKS_GRANTED = 0,
  GUARDIAN_EGRESS_SOCKS_FAILED = 1,
  GUARDIAN_EGRESS_SOCKS_NOT_ALLOWED = 2,
  GUARDIAN_EGRESS_SOCKS_UNREACHABLE = 4,
  GUARDIAN_EGRESS_SOCKS_COMMAND = 7,
  GUARDIAN_EGRESS_SOCKS_ADDRESS = 8,
} GuardianEgressSocksReply;

typedef struct {
  gsize used; /* bytes of it; what follows is not its own */
  GuardianEgressName name;
  guint16 port;
  GuardianEgressSocksReply reply;
  const char *why; /* of a refusal; static */
} GuardianEgressSocksRequest;

/* The greeting. WHOLE: "no authentication" is among what the program offers. */
GuardianEgressSocksState guardian_egress_socks_greet (const guint8 *bytes, gsize size,
                                                      gsize *ret_used);

GuardianEgressSocksState guardian_egress_socks_parse (const guint8 *bytes, gsize size,
                                                      GuardianEgressSocksRequest *ret_request);

#define GUARDIAN_EGRESS_SOCKS_ANSWER 10u
void guardian_egress_socks_answer (GuardianEgressSocksReply reply,
                                   guint8 ret_bytes[GUARDIAN_EGRESS_SOCKS_ANSWER]);
