/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: OpenSSL. Refuses: nonces that would break out of a proof. Known gaps: the key is in
 * OpenSSL's memory, which is not locked. */

#include "guardian/egress/guardian-egress-proof.h"

#include "common/base/cardea-encoding.h"
#include "common/crypto/cardea-openssl.h"
#include "common/json/cardea-json.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <string.h>

#define COORDINATE 32 /* bytes */
#define ID_BYTES 16
#define LIMIT_NONCE 256u

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BIGNUM, BN_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ECDSA_SIG, ECDSA_SIG_free)

struct _GuardianEgressProof {
  EVP_PKEY *key;
  char *nonce; /* NULL: none is wanted */
};

static GuardianEgressProof *
take_key (EVP_PKEY *key)
{
  GuardianEgressProof *proof = g_new0 (GuardianEgressProof, 1);

  proof->key = key;
  return proof;
}

GuardianEgressProof *
guardian_egress_proof_new (void)
{
  EVP_PKEY *key = EVP_EC_gen ("P-256");
  return key != NULL ? take_key (key) : NULL;
}

GuardianEgressProof *
guardian_egress_proof_load (const char *text, gsize size)
{
  g_autofree char *copy = g_strndup (text, size);
  g_autoptr (GBytes) bytes = cardea_base64_decode (copy);
  const guint8 *at = bytes != NULL ? g_bytes_get_data (bytes, NULL) : NULL;
  EVP_PKEY *key
      = at != NULL ? d2i_AutoPrivateKey (NULL, &at, (long) g_bytes_get_size (bytes)) : NULL;

  explicit_bzero (copy, size);
  if (key != NULL && EVP_PKEY_is_a (key, "EC") && EVP_PKEY_get_bits (key) == COORDINATE * 8)
    return take_key (key);
  EVP_PKEY_free (key);
  return NULL;
}

void
guardian_egress_proof_free (GuardianEgressProof *proof)
{
  if (proof == NULL)
    return;
  EVP_PKEY_free (proof->key);
  g_free (proof->nonce);
  g_free (proof);
}

char *
guardian_egress_proof_save (const GuardianEgressProof *proof)
{
  guint8 *der = NULL;
  int size = i2d_PrivateKey (proof->key, &der);
  char *text = size > 0 ? cardea_base64_encode (der, (gsize) size) : NULL;

  if (size > 0)
    OPENSSL_clear_free (der, (gsize) size);
  return text;
}

void
guardian_egress_proof_set_nonce (GuardianEgressProof *proof, const char *nonce)
{
  gsize size = nonce != NULL ? strlen (nonce) : 0;
  gboolean good = size > 0 && size <= LIMIT_NONCE;

  for (gsize i = 0; good && i < size; i++)
    good = g_ascii_isgraph (nonce[i]);
  g_free (proof->nonce);
  proof->nonce = good ? g_strdup (nonce) : NULL;
}

gboolean
guardian_egress_proof_has_nonce (const GuardianEgressProof *proof, const char *nonce)
{
  return g_strcmp0 (proof->nonce, nonce) == 0;
}

/* --- making one --- */

static gboolean
set_coordinate (const GuardianEgressProof *proof, CardeaJson *jwk, const char *name,
                const char *parameter)
{
  BIGNUM *number = NULL;
  guint8 bytes[COORDINATE];
  gboolean good = EVP_PKEY_get_bn_param (proof->key, parameter, &number) == 1;
  g_autoptr (BIGNUM) owned = number;

  if (!good || BN_bn2binpad (owned, bytes, sizeof bytes) != (int) sizeof bytes)
    return FALSE;
  g_autofree char *text = cardea_base64url_encode (bytes, sizeof bytes);
  cardea_json_set_string (jwk, name, text);
  return TRUE;
}

static char *
encode (const CardeaJson *json)
{
  gsize size = 0;
  g_autofree char *text = cardea_json_write (json, &size, NULL);
  return text != NULL ? cardea_base64url_encode ((const guint8 *) text, size) : NULL;
}

static char *
make_head (const GuardianEgressProof *proof)
{
  g_autoptr (CardeaJson) head = cardea_json_new_object ();
  CardeaJson *jwk = cardea_json_new_object ();

  cardea_json_set_string (head, "alg", "ES256");
  cardea_json_set_string (head, "typ", "dpop+jwt");
  cardea_json_set (head, "jwk", jwk);
  cardea_json_set_string (jwk, "kty", "EC");
  cardea_json_set_string (jwk, "crv", "P-256");
  return set_coordinate (proof, jwk, "x", OSSL_PKEY_PARAM_EC_PUB_X)
                 && set_coordinate (proof, jwk, "y", OSSL_PKEY_PARAM_EC_PUB_Y)
             ? encode (head)
             : NULL;
}

static char *
make_claims (const GuardianEgressProof *proof, const char *method, const char *url,
             const CardeaSecret *access)
{
  g_autoptr (CardeaJson) claims = cardea_json_new_object ();
  g_autofree char *id = cardea_id_new (ID_BYTES);

  cardea_json_set_string (claims, "jti", id);
  cardea_json_set_string (claims, "htm", method);
  cardea_json_set_string (claims, "htu", url);
  cardea_json_set_int (claims, "iat", g_get_real_time () / G_USEC_PER_SEC);
  if (proof->nonce != NULL)
    cardea_json_set_string (claims, "nonce", proof->nonce);
  if (access != NULL)
    {
      guint8 digest[32];
      if (EVP_Digest (cardea_secret_bytes (access), cardea_secret_size (access), digest, NULL,
                      EVP_sha256 (), NULL)
          != 1)
        return NULL;
      g_autofree char *hash = cardea_base64url_encode (digest, sizeof digest);
      cardea_json_set_string (claims, "ath", hash);
    }
  return encode (claims);
}

/* ES256 is r and s side by side (RFC 7518, 3.4), OpenSSL's is DER. */
static char *
sign (const GuardianEgressProof *proof, const char *text)
{
  g_autoptr (EVP_MD_CTX) context = EVP_MD_CTX_new ();
  guint8 der[128];
  gsize size = sizeof der;
  const guint8 *at = der;
  guint8 pair[2 * COORDINATE];

  if (context == NULL || EVP_DigestSignInit (context, NULL, EVP_sha256 (), NULL, proof->key) != 1
      || EVP_DigestSign (context, der, &size, (const guint8 *) text, strlen (text)) != 1)
    return NULL;
  g_autoptr (ECDSA_SIG) signature = d2i_ECDSA_SIG (NULL, &at, (long) size);
  if (signature == NULL
      || BN_bn2binpad (ECDSA_SIG_get0_r (signature), pair, COORDINATE) != COORDINATE
      || BN_bn2binpad (ECDSA_SIG_get0_s (signature), pair + COORDINATE, COORDINATE) != COORDINATE)
    return NULL;
  return cardea_base64url_encode (pair, sizeof pair);
}

char *
guardian_egress_proof_make (const GuardianEgressProof *proof, const char *method, const char *url,
                            const CardeaSecret *access)
{
  g_autofree char *head = make_head (proof);
  g_autofree char *claims = make_claims (proof, method, url, access);

  if (head == NULL || claims == NULL)
    return NULL;
  g_autofree char *text = g_strjoin (".", head, claims, NULL);
  g_autofree char *signature = sign (proof, text);
  return signature != NULL ? g_strjoin (".", text, signature, NULL) : NULL;
}
