/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/base/cardea-secret.h"
#include "common/crypto/cardea-crypto-error.h"

#include <glib.h>

/* An Ed25519 key pair (RFC 8032) for certificates. It is made here and never leaves the process:
 * there is no way to read its private half. */
typedef struct evp_pkey_st CardeaKey;

CardeaKey *cardea_key_new (GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The same in two steps, for who tells the public half (as cardea_key_spki()) to somebody whose
 * answer takes a while: to draw the private half takes microseconds, to wake OpenSSL the rest. */
CardeaSecret *cardea_key_draw (GBytes **ret_spki, GError **error) G_GNUC_WARN_UNUSED_RESULT;
CardeaKey *cardea_key_new_drawn (const CardeaSecret *drawn,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;
void cardea_key_free (CardeaKey *key);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CardeaKey, cardea_key_free)

/* The public half as DER SubjectPublicKeyInfo (RFC 8410). */
GBytes *cardea_key_spki (const CardeaKey *key, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The public half (CARDEA_KEY_PUBLIC_SIZE bytes, inside bytes) in untrusted bytes, which must be
 * exactly one DER SubjectPublicKeyInfo, Ed25519, nothing behind it; else NULL and MALFORMED.
 * Whether it is a point, a signature's verification finds out. */
#define CARDEA_KEY_PUBLIC_SIZE 32u
const guint8 *cardea_key_read_spki (const void *bytes, gsize size,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
