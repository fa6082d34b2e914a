/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: OpenSSL. Refuses: to certify anything but servers. Known gaps: what a program of the
 * sandbox copies out of it (there is no way) would be trusted by nobody. */

#include "guardian/egress/guardian-egress-authority.h"

#include "common/crypto/cardea-openssl.h"

#include <openssl/rand.h>
#include <string.h>

#define BEFORE_SECONDS (-24 * 3600L) /* clocks inside are this computer's, and may be moved */
#define AFTER_SECONDS (30 * 24 * 3600L)
#define SERIAL_SIZE 16
#define COMMON_NAME_MAX 64u

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ASN1_INTEGER, ASN1_INTEGER_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BIGNUM, BN_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SSL_CTX, SSL_CTX_free)

struct _GuardianEgressAuthority {
  EVP_PKEY *key;
  X509 *certificate;
  EVP_PKEY *server_key; /* of all servers */
  GHashTable *servers;  /* name → SSL_CTX */
};

static gboolean
set_serial (X509 *certificate)
{
  guint8 bytes[SERIAL_SIZE];

  if (RAND_bytes (bytes, sizeof bytes) != 1)
    return FALSE;
  bytes[0] &= 0x7f;
  g_autoptr (BIGNUM) number = BN_bin2bn (bytes, sizeof bytes, NULL);
  return number != NULL && BN_to_ASN1_INTEGER (number, X509_get_serialNumber (certificate)) != NULL;
}

static X509 *
begin_certificate (EVP_PKEY *key, const char *common)
{
  g_autoptr (X509) certificate = X509_new ();
  X509_NAME *subject = certificate != NULL ? X509_get_subject_name (certificate) : NULL;

  if (subject == NULL || X509_set_version (certificate, X509_VERSION_3) != 1
      || !set_serial (certificate)
      || X509_gmtime_adj (X509_getm_notBefore (certificate), BEFORE_SECONDS) == NULL
      || X509_gmtime_adj (X509_getm_notAfter (certificate), AFTER_SECONDS) == NULL
      || X509_set_pubkey (certificate, key) != 1
      || X509_NAME_add_entry_by_NID (subject, NID_commonName, MBSTRING_UTF8,
                                     (const guchar *) common, -1, -1, 0)
             != 1)
    return NULL;
  return g_steal_pointer (&certificate);
}

static X509 *
make_authority (EVP_PKEY *key)
{
  g_autoptr (X509) certificate = begin_certificate (key, "Cardea, of one session");

  if (certificate == NULL
      || X509_set_issuer_name (certificate, X509_get_subject_name (certificate)) != 1
      || !cardea_openssl_add_extension (certificate, certificate, NID_basic_constraints,
                                        "critical,CA:TRUE,pathlen:0")
      || !cardea_openssl_add_extension (certificate, certificate, NID_key_usage,
                                        "critical,keyCertSign")
      || !cardea_openssl_add_extension (certificate, certificate, NID_ext_key_usage, "serverAuth")
      || !cardea_openssl_add_extension (certificate, certificate, NID_subject_key_identifier,
                                        "hash")
      || X509_sign (certificate, key, EVP_sha256 ()) == 0)
    return NULL;
  return g_steal_pointer (&certificate);
}

static X509 *
make_server (const GuardianEgressAuthority *authority, const GuardianEgressName *name)
{
  g_autofree char *common = g_strndup (name->text, COMMON_NAME_MAX);
  g_autofree char *alternative = g_strconcat (name->is_address ? "IP:" : "DNS:", name->text, NULL);
  g_autoptr (X509) certificate = begin_certificate (authority->server_key, common);

  if (certificate == NULL
      || X509_set_issuer_name (certificate, X509_get_subject_name (authority->certificate)) != 1
      || !cardea_openssl_add_extension (certificate, authority->certificate, NID_basic_constraints,
                                        "critical,CA:FALSE")
      || !cardea_openssl_add_extension (certificate, authority->certificate, NID_key_usage,
                                        "critical,digitalSignature")
      || !cardea_openssl_add_extension (certificate, authority->certificate, NID_ext_key_usage,
                                        "serverAuth")
      || !cardea_openssl_add_extension (certificate, authority->certificate,
                                        NID_authority_key_identifier, "keyid:always")
      || !cardea_openssl_add_extension (certificate, authority->certificate, NID_subject_alt_name,
                                        alternative)
      || X509_sign (certificate, authority->key, EVP_sha256 ()) == 0)
    return NULL;
  return g_steal_pointer (&certificate);
}

GuardianEgressAuthority *
guardian_egress_authority_new (void)
{
  g_autoptr (GuardianEgressAuthority) authority = g_new0 (GuardianEgressAuthority, 1);

  authority->servers
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) SSL_CTX_free);
  authority->key = EVP_EC_gen ("P-256");
  authority->server_key = EVP_EC_gen ("P-256");
  if (authority->key != NULL && authority->server_key != NULL)
    authority->certificate = make_authority (authority->key);
  if (authority->certificate != NULL)
    return g_steal_pointer (&authority);
  g_warning ("no authority for a session: %s", cardea_openssl_reason ());
  return NULL;
}

void
guardian_egress_authority_free (GuardianEgressAuthority *authority)
{
  g_hash_table_unref (authority->servers);
  g_clear_pointer (&authority->certificate, X509_free);
  g_clear_pointer (&authority->server_key, EVP_PKEY_free);
  g_clear_pointer (&authority->key, EVP_PKEY_free);
  g_free (authority);
}

GBytes *
guardian_egress_authority_certificate (const GuardianEgressAuthority *authority)
{
  guint8 *der = NULL;
  int size = i2d_X509 (authority->certificate, &der);
  GBytes *bytes = g_bytes_new (der, size > 0 ? (gsize) size : 0);

  OPENSSL_free (der);
  return bytes;
}

/* Whatever a program offers besides, it gets HTTP/1.1 or nothing. */
static int
select_cb (SSL *ssl, const guchar **ret_chosen, guchar *ret_size, const guchar *offered, guint size,
           void *data)
{
  static const guchar http[] = "\x08http/1.1";
  guchar *chosen = NULL;

  if (SSL_select_next_proto (&chosen, ret_size, http, sizeof http - 1, offered, size)
      != OPENSSL_NPN_NEGOTIATED)
    return SSL_TLSEXT_ERR_ALERT_FATAL;
  *ret_chosen = chosen;
  return SSL_TLSEXT_ERR_OK;
}

SSL_CTX *
guardian_egress_authority_server (GuardianEgressAuthority *authority,
                                  const GuardianEgressName *name)
{
  SSL_CTX *known = g_hash_table_lookup (authority->servers, name->text);

  if (known != NULL)
    return known;
  g_autoptr (X509) certificate = make_server (authority, name);
  g_autoptr (SSL_CTX) context = SSL_CTX_new (TLS_server_method ());
  if (certificate == NULL || context == NULL
      || SSL_CTX_set_min_proto_version (context, TLS1_2_VERSION) != 1
      || SSL_CTX_use_certificate (context, certificate) != 1
      || SSL_CTX_use_PrivateKey (context, authority->server_key) != 1)
    {
      g_warning ("no certificate for a session: %s", cardea_openssl_reason ());
      return NULL;
    }
  SSL_CTX_set_alpn_select_cb (context, select_cb, NULL);
  SSL_CTX_set_mode (context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE
                                 | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_session_cache_mode (context, SSL_SESS_CACHE_OFF);
  if (g_hash_table_size (authority->servers) >= GUARDIAN_EGRESS_AUTHORITY_NAMES)
    g_hash_table_remove_all (authority->servers); /* those in use have a reference */
  known = g_steal_pointer (&context);
  g_hash_table_insert (authority->servers, g_strdup (name->text), known);
  return known;
}
