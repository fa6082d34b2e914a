/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/base/cardea-secret.h"

/* What comes from the one master key: HKDF-SHA-256 (RFC 5869), no salt, info
 * "cardea/1/PURPOSE/CONTEXT". */

#define GUARDIAN_KEYS_MASTER_SIZE 32
#define GUARDIAN_KEYS_DERIVED_SIZE 32
#define GUARDIAN_KEYS_SIGNATURE_SIZE 64

/* context may be "". NULL when no memory could be locked. */
CardeaSecret *guardian_keys_master_derive (const CardeaSecret *master, const char *purpose,
                                           const char *context,
                                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Tells one master key from another without telling it. */
gboolean guardian_keys_master_check (const CardeaSecret *master,
                                     guint8 ret_check[GUARDIAN_KEYS_DERIVED_SIZE],
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The signing keys of the log and of badges (Ed25519, RFC 8032), one never used for the other;
 * their seeds are derived from the master key. */
typedef struct _GuardianKeysSigner GuardianKeysSigner;

/* id: of the master key; part of the log's name. */
GuardianKeysSigner *guardian_keys_signer_new (const CardeaSecret *master, const char *id,
                                              GError **error) G_GNUC_WARN_UNUSED_RESULT;
void guardian_keys_signer_free (GuardianKeysSigner *signer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GuardianKeysSigner, guardian_keys_signer_free)

/* The verifier key of C2SP signed-note: NAME+HASH+base64(0x01 || public key), where NAME is
 * cardea.invalid/log/ID, and HASH the first four bytes, in hex, of SHA-256(NAME || "\n" || 0x01 ||
 * public key). What the log writes to log.vkey. Borrowed. */
const char *guardian_keys_signer_vkey (const GuardianKeysSigner *signer);

#define GUARDIAN_KEYS_PUBLIC_SIZE 32
/* That many bytes; borrowed. */
const guint8 *guardian_keys_signer_badge_key (const GuardianKeysSigner *signer);

void guardian_keys_signer_sign (const GuardianKeysSigner *signer, const guint8 *data, gsize size,
                                guint8 ret_signature[GUARDIAN_KEYS_SIGNATURE_SIZE]);
void guardian_keys_signer_sign_badge (const GuardianKeysSigner *signer, const guint8 *data,
                                      gsize size,
                                      guint8 ret_signature[GUARDIAN_KEYS_SIGNATURE_SIZE]);
