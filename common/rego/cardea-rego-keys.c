/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/rego/cardea-rego-keys.h"

#include "common/rego/cardea-rego-encoding.h"
#include "common/rego/cardea-rego-json.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/hmac.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <string.h>

#define MAX_KEYS 64

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BIO, BIO_free_all)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EVP_MD_CTX, EVP_MD_CTX_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EVP_PKEY_CTX, EVP_PKEY_CTX_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (OSSL_PARAM_BLD, OSSL_PARAM_BLD_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (OSSL_PARAM, OSSL_PARAM_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BIGNUM, BN_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (X509, X509_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ECDSA_SIG, ECDSA_SIG_free)

static void
free_key (gpointer data)
{
  CardeaRegoKey *k = data;
  EVP_PKEY_free (k->key);
  g_clear_pointer (&k->secret, g_bytes_unref);
  g_free (k->kid);
  g_free (k);
}

static GByteArray *
member (CardeaRegoValue jwk, const char *name)
{
  CardeaRegoValue v = cardea_rego_get_c (jwk, name);
  gsize bad;
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  if (v.tag != CARDEA_REGO_STRING || v.s->len > 16384
      || !cardea_rego_base64_decode (v.s->s, v.s->len, TRUE, FALSE, bytes, &bad) || bytes->len == 0)
    return NULL;
  return g_steal_pointer (&bytes);
}

static EVP_PKEY *
make_key (const char *type, OSSL_PARAM_BLD *build)
{
  g_autoptr (OSSL_PARAM) params = OSSL_PARAM_BLD_to_param (build);
  g_autoptr (EVP_PKEY_CTX) ctx = EVP_PKEY_CTX_new_from_name (NULL, type, NULL);
  EVP_PKEY *key = NULL;
  if (params == NULL || ctx == NULL || EVP_PKEY_fromdata_init (ctx) != 1
      || EVP_PKEY_fromdata (ctx, &key, EVP_PKEY_PUBLIC_KEY, params) != 1)
    return NULL;
  return key;
}

static EVP_PKEY *
rsa_key (CardeaRegoValue jwk)
{
  g_autoptr (GByteArray) n = member (jwk, "n");
  g_autoptr (GByteArray) e = member (jwk, "e");
  g_autoptr (OSSL_PARAM_BLD) build = OSSL_PARAM_BLD_new ();
  if (n == NULL || e == NULL || n->len > 2048 || e->len > 8)
    return NULL;
  g_autoptr (BIGNUM) bn = BN_bin2bn (n->data, (gint) n->len, NULL);
  g_autoptr (BIGNUM) be = BN_bin2bn (e->data, (gint) e->len, NULL);
  if (OSSL_PARAM_BLD_push_BN (build, OSSL_PKEY_PARAM_RSA_N, bn) != 1
      || OSSL_PARAM_BLD_push_BN (build, OSSL_PKEY_PARAM_RSA_E, be) != 1)
    return NULL;
  return make_key ("RSA", build);
}

static EVP_PKEY *
ec_key (CardeaRegoValue jwk)
{
  static const struct {
    const char *curve, *group;
    guint size;
  } curves[] = { { "P-256", "P-256", 32 }, { "P-384", "P-384", 48 }, { "P-521", "P-521", 66 } };
  g_autoptr (GByteArray) x = member (jwk, "x");
  g_autoptr (GByteArray) y = member (jwk, "y");
  CardeaRegoValue curve = cardea_rego_get_c (jwk, "crv");
  for (guint i = 0; x != NULL && y != NULL && i < G_N_ELEMENTS (curves); i++)
    {
      guint8 point[1 + 2 * 66] = { 4 };
      guint n = curves[i].size;
      if (!cardea_rego_is_str (curve, curves[i].curve) || x->len > n || y->len > n)
        continue;
      memcpy (point + 1 + n - x->len, x->data, x->len);
      memcpy (point + 1 + 2 * n - y->len, y->data, y->len);
      g_autoptr (OSSL_PARAM_BLD) build = OSSL_PARAM_BLD_new ();
      if (OSSL_PARAM_BLD_push_utf8_string (build, OSSL_PKEY_PARAM_GROUP_NAME, curves[i].group, 0)
              != 1
          || OSSL_PARAM_BLD_push_octet_string (build, OSSL_PKEY_PARAM_PUB_KEY, point,
                                               1 + 2 * (gsize) n)
                 != 1)
        return NULL;
      return make_key ("EC", build);
    }
  return NULL;
}

static gboolean
add_jwk (GPtrArray *keys, CardeaRegoValue jwk)
{
  CardeaRegoValue type = cardea_rego_get_c (jwk, "kty"), kid = cardea_rego_get_c (jwk, "kid");
  CardeaRegoKey *k = g_new0 (CardeaRegoKey, 1);
  if (kid.tag == CARDEA_REGO_STRING)
    k->kid = g_strdup (kid.s->s);
  if (cardea_rego_is_str (type, "RSA"))
    k->key = rsa_key (jwk);
  else if (cardea_rego_is_str (type, "EC"))
    k->key = ec_key (jwk);
  else if (cardea_rego_is_str (type, "OKP")
           && cardea_rego_is_str (cardea_rego_get_c (jwk, "crv"), "Ed25519"))
    {
      g_autoptr (GByteArray) x = member (jwk, "x");
      k->key = x != NULL && x->len == 32
                   ? EVP_PKEY_new_raw_public_key (EVP_PKEY_ED25519, NULL, x->data, 32)
                   : NULL;
    }
  else if (cardea_rego_is_str (type, "oct"))
    {
      GByteArray *bytes = member (jwk, "k");
      k->secret = bytes != NULL ? g_byte_array_free_to_bytes (bytes) : NULL;
    }
  gboolean good = k->key != NULL || k->secret != NULL;
  if (good)
    g_ptr_array_add (keys, k);
  else
    free_key (k);
  return good;
}

static gboolean
add_json (GPtrArray *keys, CardeaRegoArena *arena, const char *text, gsize len)
{
  g_autoptr (GString) error = g_string_new (NULL);
  CardeaRegoValue v = cardea_rego_json_parse (arena, text, len, error);
  CardeaRegoValue list = cardea_rego_get_c (v, "keys");
  if (v.tag != CARDEA_REGO_OBJECT)
    return FALSE;
  if (list.tag != CARDEA_REGO_ARRAY)
    return add_jwk (keys, v);
  for (guint32 i = 0; i < list.a->len && i < MAX_KEYS; i++)
    if (!add_jwk (keys, list.a->v[i]))
      return FALSE;
  return keys->len > 0;
}

static const char *
add_pem (GPtrArray *keys, const char *name, const guint8 *data, glong len)
{
  CardeaRegoKey *k = g_new0 (CardeaRegoKey, 1);
  const char *error = NULL;
  if (strcmp (name, "CERTIFICATE") == 0)
    {
      g_autoptr (X509) certificate = d2i_X509 (NULL, &data, len);
      k->key = certificate != NULL ? X509_get_pubkey (certificate) : NULL;
      error = "failed to parse a PEM certificate";
    }
  else if (strcmp (name, "PUBLIC KEY") == 0)
    {
      k->key = d2i_PUBKEY (NULL, &data, len);
      error = "failed to parse a PEM public key";
    }
  else
    error = "failed to extract a Key from the PEM certificate";
  if (k->key != NULL)
    {
      g_ptr_array_add (keys, k);
      return NULL;
    }
  free_key (k);
  return error;
}

GPtrArray *
cardea_rego_keys_read (CardeaRegoArena *arena, const char *text, gsize len, char **ret_error)
{
  g_autoptr (GPtrArray) keys = g_ptr_array_new_with_free_func (free_key);
  g_autoptr (BIO) bio = BIO_new_mem_buf (text, (gint) MIN (len, G_MAXINT32));
  char *name = NULL, *header = NULL;
  guint8 *data = NULL;
  glong size = 0;
  const char *error = NULL;
  if (PEM_read_bio (bio, &name, &header, &data, &size) == 1)
    {
      char *rest = NULL;
      glong left = BIO_get_mem_data (bio, &rest);
      error = left > 0 ? "extra data after a PEM certificate block"
                       : add_pem (keys, name, data, size);
      OPENSSL_free (name);
      OPENSSL_free (header);
      OPENSSL_free (data);
    }
  else if (!add_json (keys, arena, text, len))
    error = "failed to parse a JWK key (set)";
  ERR_clear_error ();
  if (error == NULL)
    return g_steal_pointer (&keys);
  *ret_error = g_strdup (error);
  return NULL;
}

static gboolean
verify_hmac (const CardeaRegoKey *key, const EVP_MD *md, const char *message, gsize len,
             const guint8 *signature, gsize signature_len)
{
  guint8 mac[EVP_MAX_MD_SIZE];
  guint n = 0;
  gsize secret_len;
  if (key->secret == NULL)
    return FALSE;
  const guint8 *secret = g_bytes_get_data (key->secret, &secret_len);
  return HMAC (md, secret != NULL ? (const void *) secret : "", (gint) secret_len,
               (const guint8 *) message, len, mac, &n)
             != NULL
         && n == signature_len && CRYPTO_memcmp (mac, signature, n) == 0;
}

/* JWS writes an ECDSA signature as two numbers of the curve's size. */
static guint8 *
ecdsa_der (EVP_PKEY *key, const guint8 *signature, gsize len, gsize *ret_len)
{
  gsize size = ((gsize) EVP_PKEY_get_bits (key) + 7) / 8;
  guint8 *der = NULL;
  if (len != 2 * size)
    return NULL;
  g_autoptr (ECDSA_SIG) sig = ECDSA_SIG_new ();
  BIGNUM *r = BN_bin2bn (signature, (gint) size, NULL),
         *s = BN_bin2bn (signature + size, (gint) size, NULL);
  if (sig == NULL || ECDSA_SIG_set0 (sig, r, s) != 1)
    {
      BN_free (r);
      BN_free (s);
      return NULL;
    }
  gint n = i2d_ECDSA_SIG (sig, &der);
  *ret_len = n > 0 ? (gsize) n : 0;
  return n > 0 ? der : NULL;
}

gboolean
cardea_rego_key_verify (const CardeaRegoKey *key, CardeaRegoSignKind kind, const EVP_MD *md,
                        const char *message, gsize len, const guint8 *signature,
                        gsize signature_len)
{
  static const gint types[] = { [CARDEA_REGO_SIGN_RS] = EVP_PKEY_RSA,
                                [CARDEA_REGO_SIGN_PS] = EVP_PKEY_RSA,
                                [CARDEA_REGO_SIGN_ES] = EVP_PKEY_EC,
                                [CARDEA_REGO_SIGN_ED] = EVP_PKEY_ED25519 };
  if (kind == CARDEA_REGO_SIGN_HS)
    return verify_hmac (key, md, message, len, signature, signature_len);
  if (key->key == NULL || EVP_PKEY_get_base_id (key->key) != types[kind])
    return FALSE;
  g_autoptr (EVP_MD_CTX) ctx = EVP_MD_CTX_new ();
  EVP_PKEY_CTX *options = NULL;
  guint8 *der = NULL;
  gboolean good = EVP_DigestVerifyInit (ctx, &options, kind == CARDEA_REGO_SIGN_ED ? NULL : md,
                                        NULL, key->key)
                  == 1;
  if (good && kind == CARDEA_REGO_SIGN_PS)
    good = EVP_PKEY_CTX_set_rsa_padding (options, RSA_PKCS1_PSS_PADDING) == 1
           && EVP_PKEY_CTX_set_rsa_pss_saltlen (options, RSA_PSS_SALTLEN_AUTO) == 1;
  if (good && kind == CARDEA_REGO_SIGN_ES)
    {
      signature = der = ecdsa_der (key->key, signature, signature_len, &signature_len);
      good = der != NULL;
    }
  good = good
         && EVP_DigestVerify (ctx, signature, signature_len, (const guint8 *) message, len) == 1;
  OPENSSL_free (der);
  ERR_clear_error ();
  return good;
}
