/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/crypto/cardea-sparing.h"

#include "common/crypto/cardea-openssl.h"

/* Names of algorithms are for looking up what a certificate says its signature is made of; Ed25519
 * names one thing. Our own algorithms are fetched from the provider by name, without the tables. */
void
cardea_sparing_init (void)
{
  OPENSSL_init_crypto (OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_ADD_ALL_CIPHERS
                           | OPENSSL_INIT_NO_ADD_ALL_DIGESTS | OPENSSL_INIT_NO_LOAD_CRYPTO_STRINGS
                           | OPENSSL_INIT_NO_ATEXIT,
                       NULL);
}
