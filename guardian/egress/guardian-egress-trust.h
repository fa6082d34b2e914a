/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>
#include <openssl/ssl.h>

/* The authorities that the system trusts, read once, when TLS is spoken first: one copy for all
 * sessions. */
typedef struct _GuardianEgressTrust GuardianEgressTrust;

GuardianEgressTrust *guardian_egress_trust_new (void);
void guardian_egress_trust_free (GuardianEgressTrust *trust);

/* Has context verify by them alone. FALSE: there are none, and it must not be used. */
gboolean guardian_egress_trust_apply (GuardianEgressTrust *trust,
                                      SSL_CTX *context) G_GNUC_WARN_UNUSED_RESULT;
