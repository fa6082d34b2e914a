/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/rego/cardea-rego-value.h"

#include <openssl/evp.h>
#include <openssl/x509.h>

/* Public keys of strangers: PEM certificates and keys, JSON web keys and sets of them. */

typedef struct {
  EVP_PKEY *key; /* NULL: a shared secret */
  GBytes *secret;
  char *kid; /* NULL: none */
} CardeaRegoKey;

/* Keys (CardeaRegoKey) of a text, or NULL with *ret_error (owned by the caller). */
GPtrArray *cardea_rego_keys_read (CardeaRegoArena *arena, const char *text, gsize len,
                                  char **ret_error);

typedef enum {
  CARDEA_REGO_SIGN_RS,
  CARDEA_REGO_SIGN_PS,
  CARDEA_REGO_SIGN_ES,
  CARDEA_REGO_SIGN_ED,
  CARDEA_REGO_SIGN_HS,
} CardeaRegoSignKind;

/* Whether the key's signature over the message holds. A key of another kind never does. */
gboolean cardea_rego_key_verify (const CardeaRegoKey *key, CardeaRegoSignKind kind,
                                 const EVP_MD *md, const char *message, gsize len,
                                 const guint8 *signature, gsize signature_len);
