/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

#define CARDEA_DIGEST_SIZE 32u /* SHA-256 and HMAC-SHA-256 */

/* FIPS 180-4. */
void cardea_digest_sha256 (const void *bytes, gsize size, guint8 ret_digest[CARDEA_DIGEST_SIZE]);
/* The same in lower-case hex; the caller owns it. */
char *cardea_digest_sha256_hex (const void *bytes, gsize size);

/* RFC 2104 with SHA-256; a key of any length. */
void cardea_digest_hmac (const void *key, gsize key_size, const void *bytes, gsize size,
                         guint8 ret_digest[CARDEA_DIGEST_SIZE]);

/* Constant time. */
gboolean cardea_digest_equal (const guint8 a[CARDEA_DIGEST_SIZE],
                              const guint8 b[CARDEA_DIGEST_SIZE]);
