/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

typedef enum {
  CARDEA_CRYPTO_ERROR_FAILED,    /* the library or the machine failed (memory, randomness) */
  CARDEA_CRYPTO_ERROR_MALFORMED, /* a stranger's bytes are not what they should be */
  CARDEA_CRYPTO_ERROR_ALTERED,   /* authentication failed, or the end is missing */
  CARDEA_CRYPTO_ERROR_LIMIT,     /* more than the caller allows */
} CardeaCryptoError;

#define CARDEA_CRYPTO_ERROR (cardea_crypto_error_quark ())
GQuark cardea_crypto_error_quark (void);
