/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/egress/guardian-egress-fetch.h"
#include "guardian/egress/guardian-egress-session.h"

/* A WebSocket (RFC 6455): after a request that was decided about, the host's bytes as they come,
 * and the program's messages, each once it was looked at. Nothing of the program's goes on before
 * the host said that it switches; a host that does not may answer, and that is all. */

/* Takes what flow counts (it is not begun afterwards), fetch (connected and raw) and inner, which
 * does not block; head: the request, wiped. Ends by itself. */
void guardian_egress_exchange_start (GuardianEgressFlow *flow, GuardianEgressFetch *fetch,
                                     gboolean tls, int inner, GByteArray *taken_head);
