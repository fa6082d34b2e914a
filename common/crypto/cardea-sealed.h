/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/base/cardea-secret.h"
#include "common/crypto/cardea-crypto-error.h"

#include <glib.h>

/* The content of an encrypted file.
 *
 *     "cardea-sealed-1\n"           16 bytes
 *     file id                       16 random bytes
 *     secretstream header           24 bytes
 *     chunks                        65,536 bytes each but the last, and 17 more for tag and MAC
 *
 * The file's own key is HKDF-SHA-256 (key = master, salt = file id, info = "cardea-sealed-1\0" and
 * the context). Chunks are libsodium's crypto_secretstream_xchacha20poly1305; the first one also
 * authenticates the 56 bytes before it; the last one, which may be empty, has the tag FINAL. What
 * was altered, cut short, continued, or belongs to another context, is refused whole. */

/* context names what the file is for, so that one file cannot stand in for another. */
GBytes *cardea_sealed_encode (const CardeaSecret *master, const char *context, const void *bytes,
                              gsize size, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* sealed is untrusted. LIMIT when the content is longer than max_size. The result is wiped before
 * it is freed. */
GBytes *cardea_sealed_decode (const CardeaSecret *master, const char *context, const void *sealed,
                              gsize sealed_size, gsize max_size,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;
