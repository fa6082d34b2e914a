/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/base/cardea-secret.h"
#include "common/crypto/cardea-crypto-error.h"

#include <glib.h>

/* One sealed record: XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03) as nonce (24 random bytes),
 * ciphertext, tag (16). What surrounds a record, so that it cannot be moved, is authenticated with
 * it and not written: `around`. key: 32 bytes. */
#define CARDEA_BOX_KEY_SIZE 32u
#define CARDEA_BOX_NONCE_SIZE 24u
#define CARDEA_BOX_EXTRA 40u /* nonce and tag */

/* to: size + CARDEA_BOX_EXTRA bytes. */
void cardea_box_seal (const CardeaSecret *key, const void *around, gsize around_size,
                      const void *bytes, gsize size, guint8 *to);

/* box is untrusted. NULL with ALTERED when it is not what was sealed with this key and this
 * around. The result is wiped before it is freed. */
GBytes *cardea_box_open (const CardeaSecret *key, const void *around, gsize around_size,
                         const void *box, gsize box_size, GError **error) G_GNUC_WARN_UNUSED_RESULT;
