/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/base/cardea-secret.h"

/* Proofs of possession (RFC 9449, DPoP): a key of this process (ECDSA P-256, ES256) to which a
 * token is bound, so that whoever copies the token alone has nothing. */
typedef struct _GuardianEgressProof GuardianEgressProof;

/* A new key; NULL: OpenSSL cannot. */
GuardianEgressProof *guardian_egress_proof_new (void) G_GNUC_WARN_UNUSED_RESULT;
/* One that guardian_egress_proof_save() gave; NULL: it is none. */
GuardianEgressProof *guardian_egress_proof_load (const char *text,
                                                 gsize size) G_GNUC_WARN_UNUSED_RESULT;
void guardian_egress_proof_free (GuardianEgressProof *proof);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GuardianEgressProof, guardian_egress_proof_free)

/* The private key as base64 of PKCS #8, the caller's to wipe; NULL: OpenSSL cannot. */
char *guardian_egress_proof_save (const GuardianEgressProof *proof);

/* What the server wants to see in every proof from now on (RFC 9449, 8); anything that is no nonce
 * is forgotten. */
void guardian_egress_proof_set_nonce (GuardianEgressProof *proof, const char *nonce);
gboolean guardian_egress_proof_has_nonce (const GuardianEgressProof *proof, const char *nonce);

/* The value of the header DPoP; url without query. access: the token it goes with; NULL: it is
 * asked for. NULL: OpenSSL cannot. The caller owns it. */
char *guardian_egress_proof_make (const GuardianEgressProof *proof, const char *method,
                                  const char *url, const CardeaSecret *access);
