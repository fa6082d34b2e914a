/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

/* OpenSSL's types (libcrypto) as g_autoptr, for .c files only. */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ASN1_TIME, ASN1_TIME_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EVP_MD_CTX, EVP_MD_CTX_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EVP_PKEY, EVP_PKEY_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GENERAL_NAMES, GENERAL_NAMES_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (X509, X509_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (X509_EXTENSION, X509_EXTENSION_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (X509_STORE, X509_STORE_free)

/* Before any other call: a configuration file, and with it a variable of the environment, has no
 * say in our cryptography. Costs nothing when repeated. */
static inline void
cardea_openssl_init (void)
{
  OPENSSL_init_crypto (OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
}

/* Text of the oldest error in this thread's queue, which is emptied. Static. */
static inline const char *
cardea_openssl_reason (void)
{
  unsigned long code = ERR_get_error ();
  const char *reason = code != 0 ? ERR_reason_error_string (code) : NULL;
  ERR_clear_error ();
  if (reason != NULL || code == 0)
    return reason != NULL ? reason : "unknown reason";
  /* cardea_sparing_init(): there are no texts. As many as there are errors are ever kept. */
  g_autofree char *number = g_strdup_printf ("openssl errstr %lX", code);
  return g_intern_string (number);
}

/* value as in openssl-x509v3_config(5). issuer: whose key is named in it, where one is. */
static inline gboolean
cardea_openssl_add_extension (X509 *certificate, X509 *issuer, int nid, const char *value)
{
  X509V3_CTX context;

  X509V3_set_ctx_nodb (&context);
  X509V3_set_ctx (&context, issuer, certificate, NULL, NULL, 0);
  g_autoptr (X509_EXTENSION) extension = X509V3_EXT_conf_nid (NULL, &context, nid, value);
  return extension != NULL && X509_add_ext (certificate, extension, -1) == 1;
}
