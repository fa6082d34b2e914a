/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/egress/guardian-egress-name.h"

#include <openssl/ssl.h>

/* The interception authority of one session (ECDSA P-256, RFC 5280): trusted inside its sandbox
 * only, signs certificates of servers only. Its key is made here, never leaves this process and
 * ends with the session: it can show nobody anything that this process, which ends that TLS, could
 * not show anyway; the keys worker would only be asked to sign whatever this one says. */
typedef struct _GuardianEgressAuthority GuardianEgressAuthority;

#define GUARDIAN_EGRESS_AUTHORITY_NAMES 256u /* whose certificates are kept */

/* NULL: OpenSSL cannot. */
GuardianEgressAuthority *guardian_egress_authority_new (void) G_GNUC_WARN_UNUSED_RESULT;
void guardian_egress_authority_free (GuardianEgressAuthority *authority);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GuardianEgressAuthority, guardian_egress_authority_free)

/* DER; the caller owns it. */
GBytes *guardian_egress_authority_certificate (const GuardianEgressAuthority *authority);

/* A TLS server of that name, HTTP/1.1 by ALPN; borrowed. NULL: OpenSSL cannot. */
SSL_CTX *guardian_egress_authority_server (GuardianEgressAuthority *authority,
                                           const GuardianEgressName *name);
