/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/crypto/cardea-authority.h"

#include "common/crypto/cardea-key.h"
#include "common/crypto/cardea-openssl.h"

#include <string.h>

/* Trusts its caller about role and name: the keys worker is asked by the core only. Refuses a key
 * that is not Ed25519 and a role that is not in the table. There is no revocation: a certificate is
 * worth nothing without the link it was issued over. */

#define ROLE_PREFIX "cardea:role:"
#define SERIAL_BITS 127
#define DAY (24 * 3600)
#define NAME_MAX_BYTES 64u
/* RFC 5280 §4.1.2.5: for certificates without a well-defined expiration date. */
#define NEVER "99991231235959Z"
#define EVER "19700101000000Z"

struct _CardeaAuthority {
  EVP_PKEY *key;
  X509 *certificate;
};

static const struct {
  const char *role;
  const char *usage; /* extended key usage */
  gboolean lasting;
} roles[] = {
  { "guardian", "serverAuth", TRUE },
  { "front", "clientAuth", FALSE },
  { "consent", "clientAuth", FALSE },
  { "agent", "clientAuth", FALSE },
};

static gboolean
fail (GError **error, const char *what)
{
  g_set_error (error, CARDEA_CRYPTO_ERROR, CARDEA_CRYPTO_ERROR_FAILED, "%s: %s", what,
               cardea_openssl_reason ());
  return FALSE;
}

static gboolean
set_random_serial (X509 *certificate)
{
  BIGNUM *number = BN_new ();
  gboolean good = number != NULL
                  && BN_rand (number, SERIAL_BITS, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) == 1
                  && BN_to_ASN1_INTEGER (number, X509_get_serialNumber (certificate)) != NULL;
  BN_free (number);
  return good;
}

static gboolean
set_validity (X509 *certificate, gboolean lasting)
{
  if (lasting)
    return ASN1_TIME_set_string_X509 (X509_getm_notBefore (certificate), EVER) == 1
           && ASN1_TIME_set_string_X509 (X509_getm_notAfter (certificate), NEVER) == 1;
  return X509_gmtime_adj (X509_getm_notBefore (certificate), -DAY) != NULL
         && X509_gmtime_adj (X509_getm_notAfter (certificate), DAY) != NULL;
}

/* Its bytes as they stand: to make an EVP_PKEY of them, and that a certificate's key, has OpenSSL
 * look for an encoder and a decoder among all it has, which takes longer than to sign. */
static gboolean
set_public (X509 *certificate, const guint8 *public)
{
  guint8 *copy = OPENSSL_memdup (public, CARDEA_KEY_PUBLIC_SIZE);
  if (copy != NULL
      && X509_PUBKEY_set0_param (X509_get_X509_PUBKEY (certificate), OBJ_nid2obj (NID_ED25519),
                                 V_ASN1_UNDEF, NULL, copy, CARDEA_KEY_PUBLIC_SIZE)
             == 1)
    return TRUE;
  OPENSSL_free (copy);
  return FALSE;
}

static X509 *
new_certificate (const guint8 *public, const char *name, gboolean lasting)
{
  g_autoptr (X509) certificate = X509_new ();
  gboolean good = certificate != NULL && X509_set_version (certificate, X509_VERSION_3) == 1
                  && set_random_serial (certificate) && set_validity (certificate, lasting)
                  && X509_NAME_add_entry_by_txt (X509_get_subject_name (certificate), "CN",
                                                 MBSTRING_UTF8, (const guchar *) name, -1, -1, 0)
                         == 1
                  && set_public (certificate, public);
  return good ? g_steal_pointer (&certificate) : NULL;
}

static X509 *
new_authority_certificate (EVP_PKEY *key)
{
  guint8 public[CARDEA_KEY_PUBLIC_SIZE];
  gsize size = sizeof public;
  gboolean known = EVP_PKEY_get_raw_public_key (key, public, &size) == 1 && size == sizeof public;
  g_autoptr (X509) certificate
      = known ? new_certificate (public, "Cardea IPC authority", TRUE) : NULL;
  gboolean good = certificate != NULL
                  && X509_set_issuer_name (certificate, X509_get_subject_name (certificate)) == 1
                  && cardea_openssl_add_extension (certificate, certificate, NID_basic_constraints,
                                                   "critical,CA:TRUE,pathlen:0")
                  && cardea_openssl_add_extension (certificate, certificate, NID_key_usage,
                                                   "critical,keyCertSign")
                  && cardea_openssl_add_extension (certificate, certificate,
                                                   NID_subject_key_identifier, "hash")
                  && X509_sign (certificate, key, NULL) > 0;
  return good ? g_steal_pointer (&certificate) : NULL;
}

CardeaAuthority *
cardea_authority_new (GError **error)
{
  g_autoptr (CardeaAuthority) authority = g_new0 (CardeaAuthority, 1);
  authority->key = cardea_key_new (error);
  if (authority->key == NULL)
    return NULL;
  authority->certificate = new_authority_certificate (authority->key);
  if (authority->certificate == NULL)
    {
      fail (error, "cannot make an authority");
      return NULL;
    }
  return g_steal_pointer (&authority);
}

void
cardea_authority_free (CardeaAuthority *authority)
{
  if (authority == NULL)
    return;
  X509_free (authority->certificate);
  EVP_PKEY_free (authority->key);
  g_free (authority);
}

static GBytes *
to_der (X509 *certificate)
{
  guint8 *der = NULL;
  int size = i2d_X509 (certificate, &der);
  if (size <= 0)
    return NULL;
  GBytes *bytes = g_bytes_new (der, (gsize) size);
  OPENSSL_free (der);
  return bytes;
}

GBytes *
cardea_authority_certificate (const CardeaAuthority *authority)
{
  return to_der (authority->certificate);
}

static X509 *
issue (CardeaAuthority *authority, const guint8 *public, gsize row, const char *name)
{
  g_autofree char *role = g_strconcat ("critical,URI:" ROLE_PREFIX, roles[row].role, NULL);
  g_autofree char *usage = g_strconcat ("critical,", roles[row].usage, NULL);
  X509 *issuer = authority->certificate;
  g_autoptr (X509) certificate = new_certificate (public, name, roles[row].lasting);
  gboolean good = certificate != NULL
                  && X509_set_issuer_name (certificate, X509_get_subject_name (issuer)) == 1
                  && cardea_openssl_add_extension (certificate, issuer, NID_basic_constraints,
                                                   "critical,CA:FALSE")
                  && cardea_openssl_add_extension (certificate, issuer, NID_key_usage,
                                                   "critical,digitalSignature")
                  && cardea_openssl_add_extension (certificate, issuer, NID_ext_key_usage, usage)
                  && cardea_openssl_add_extension (certificate, issuer, NID_subject_alt_name, role)
                  && cardea_openssl_add_extension (certificate, issuer,
                                                   NID_authority_key_identifier, "keyid:always")
                  && X509_sign (certificate, authority->key, NULL) > 0;
  return good ? g_steal_pointer (&certificate) : NULL;
}

GBytes *
cardea_authority_issue (CardeaAuthority *authority, const void *spki, gsize spki_size,
                        const char *role, const char *name, GError **error)
{
  gsize row = 0;
  while (row < G_N_ELEMENTS (roles) && strcmp (roles[row].role, role) != 0)
    row++;
  if (row == G_N_ELEMENTS (roles) || name[0] == '\0' || strlen (name) > NAME_MAX_BYTES
      || !g_utf8_validate (name, -1, NULL))
    {
      g_set_error (error, CARDEA_CRYPTO_ERROR, CARDEA_CRYPTO_ERROR_MALFORMED,
                   "no certificate for such a role or name");
      return NULL;
    }
  const guint8 *public = cardea_key_read_spki (spki, spki_size, error);
  if (public == NULL)
    return NULL;
  g_autoptr (X509) certificate = issue (authority, public, row, name);
  GBytes *der = certificate != NULL ? to_der (certificate) : NULL;
  if (der == NULL)
    fail (error, "cannot issue a certificate");
  return der;
}

static const char *
role_of_uri (const ASN1_IA5STRING *uri)
{
  const char *text = (const char *) ASN1_STRING_get0_data (uri);
  gsize size = (gsize) ASN1_STRING_length (uri);

  for (gsize i = 0; i < G_N_ELEMENTS (roles); i++)
    {
      g_autofree char *expected = g_strconcat (ROLE_PREFIX, roles[i].role, NULL);
      if (size == strlen (expected) && memcmp (text, expected, size) == 0)
        return roles[i].role;
    }
  return NULL;
}

const char *
cardea_authority_role_of (const X509 *certificate)
{
  g_autoptr (GENERAL_NAMES) names
      = X509_get_ext_d2i (certificate, NID_subject_alt_name, NULL, NULL);
  if (names == NULL || sk_GENERAL_NAME_num (names) != 1)
    return NULL;
  const GENERAL_NAME *name = sk_GENERAL_NAME_value (names, 0);
  return name->type == GEN_URI ? role_of_uri (name->d.uniformResourceIdentifier) : NULL;
}
