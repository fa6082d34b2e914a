/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts the caller's key. Refuses to give out what cardea_bundle_new() would not read, and keys of
 * another kind than the algorithm's. The key is read from locked memory; libcrypto's copy of it is
 * wiped when it is freed. */

#include "common/bundle/cardea-bundle-build.h"

#include "common/bundle/cardea-bundle-archive.h"
#include "common/bundle/cardea-bundle-private.h"
#include "common/crypto/cardea-openssl.h"
#include "common/json/cardea-json.h"

#include <archive.h>
#include <archive_entry.h>
#include <openssl/ecdsa.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <string.h>

#define SIGNATURES ".signatures.json"
#define FILE_MODE 0644
#define MAX_SIGNATURE 1024u

typedef struct archive Writer;

static void
close_writer (Writer *writer)
{
  archive_write_free (writer);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Writer, close_writer)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BIO, BIO_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ECDSA_SIG, ECDSA_SIG_free)

struct _CardeaBundleBuild {
  GTree *files; /* path → GBytes, in the order of the archive */
};

static gint
compare_paths (gconstpointer a, gconstpointer b, gpointer data)
{
  return strcmp (a, b);
}

static gboolean
fail (GError **error, CardeaBundleError code, const char *name, const char *what)
{
  g_set_error (error, CARDEA_BUNDLE_ERROR, (gint) code, "%s: %s", name, what);
  return FALSE;
}

CardeaBundleBuild *
cardea_bundle_build_new (void)
{
  CardeaBundleBuild *build = g_new0 (CardeaBundleBuild, 1);
  build->files = g_tree_new_full (compare_paths, NULL, g_free, (GDestroyNotify) g_bytes_unref);
  return build;
}

CardeaBundleBuild *
cardea_bundle_build_new_from (const CardeaBundle *bundle)
{
  CardeaBundleBuild *build = cardea_bundle_build_new ();
  for (guint i = 0; i < cardea_bundle_size (bundle); i++)
    {
      const CardeaBundleFile *file = cardea_bundle_nth (bundle, i);
      if (strcmp (file->path, SIGNATURES) != 0)
        g_tree_insert (build->files, g_strdup (file->path), g_bytes_ref (file->bytes));
    }
  return build;
}

void
cardea_bundle_build_free (CardeaBundleBuild *build)
{
  g_tree_unref (build->files);
  g_free (build);
}

gboolean
cardea_bundle_build_add (CardeaBundleBuild *build, const char *path, GBytes *bytes, GError **error)
{
  if (!cardea_bundle_is_safe_path (path))
    return fail (error, CARDEA_BUNDLE_ERROR_MALFORMED, path,
                 "this name is not allowed in a bundle");
  if (g_tree_lookup (build->files, path) != NULL)
    return fail (error, CARDEA_BUNDLE_ERROR_MALFORMED, path, "it is there twice");
  g_tree_insert (build->files, g_strdup (path), g_bytes_ref (bytes));
  return TRUE;
}

static GBytes *
write_json (const CardeaJson *json)
{
  gsize size = 0;
  char *text = cardea_json_write (json, &size, NULL);
  return g_bytes_new_take (text, size);
}

gboolean
cardea_bundle_build_add_manifest (CardeaBundleBuild *build, const char *revision,
                                  const char *const *roots, GError **error)
{
  g_autoptr (CardeaJson) manifest = cardea_json_new_object ();
  CardeaJson *list = cardea_json_new_array ();
  for (; roots != NULL && *roots != NULL; roots++)
    cardea_json_append (list, cardea_json_new_string (*roots));
  if (cardea_json_size (list) == 0)
    cardea_json_append (list, cardea_json_new_string (""));
  cardea_json_set_string (manifest, "revision", revision != NULL ? revision : "");
  cardea_json_set (manifest, "roots", list);
  cardea_json_set_int (manifest, "rego_version", 1);
  g_autoptr (GBytes) bytes = write_json (manifest);
  return cardea_bundle_build_add (build, ".manifest", bytes, error);
}

/* --- signing --- */

static gboolean
list_file (gpointer path, gpointer bytes, gpointer data)
{
  CardeaJson *list = data;
  CardeaBundleFile file = { .name = path, .path = path, .bytes = bytes };
  g_autofree char *digest = cardea_bundle_file_digest (&file, G_CHECKSUM_SHA256);
  if (digest == NULL) /* no document: the whole is going to be refused */
    return FALSE;
  CardeaJson *entry = cardea_json_new_object ();
  cardea_json_set_string (entry, "name", path);
  cardea_json_set_string (entry, "hash", digest);
  cardea_json_set_string (entry, "algorithm", "SHA-256");
  cardea_json_append (list, entry);
  return FALSE;
}

static char *
encode_part (const guint8 *bytes, gsize size)
{
  char *text = g_base64_encode (bytes, size);
  g_strdelimit (g_strdelimit (text, "+", '-'), "/", '_');
  text[strcspn (text, "=")] = '\0';
  return text;
}

static char *
encode_json (const CardeaJson *json)
{
  g_autoptr (GBytes) bytes = write_json (json);
  return encode_part (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

static EVP_PKEY *
read_key (CardeaSecret *secret, CardeaRegoSignKind kind)
{
  static const int types[] = { [CARDEA_REGO_SIGN_RS] = EVP_PKEY_RSA,
                               [CARDEA_REGO_SIGN_PS] = EVP_PKEY_RSA,
                               [CARDEA_REGO_SIGN_ES] = EVP_PKEY_EC };
  g_autoptr (BIO) bio
      = BIO_new_mem_buf (cardea_secret_bytes (secret), (int) cardea_secret_size (secret));
  /* "": a key with a passphrase is refused instead of asking for it on the terminal. */
  g_autoptr (EVP_PKEY) key
      = bio != NULL ? PEM_read_bio_PrivateKey (bio, NULL, NULL, (void *) "") : NULL;
  ERR_clear_error ();
  return key != NULL && EVP_PKEY_get_base_id (key) == types[kind] ? g_steal_pointer (&key) : NULL;
}

/* r and s side by side (RFC 7518 §3.4), where libcrypto makes DER. */
static gboolean
flatten_ecdsa (const EVP_PKEY *key, guint8 *signature, gsize *size)
{
  const guint8 *at = signature;
  g_autoptr (ECDSA_SIG) pair = d2i_ECDSA_SIG (NULL, &at, (long) *size);
  int half = (EVP_PKEY_get_bits (key) + 7) / 8;
  if (pair == NULL || 2u * (guint) half > MAX_SIGNATURE
      || BN_bn2binpad (ECDSA_SIG_get0_r (pair), signature, half) != half
      || BN_bn2binpad (ECDSA_SIG_get0_s (pair), signature + half, half) != half)
    return FALSE;
  *size = 2u * (gsize) half;
  return TRUE;
}

static gboolean
sign_with_key (CardeaSecret *secret, const CardeaBundleAlgorithm *algorithm, const char *text,
               guint8 *signature, gsize *size)
{
  g_autoptr (EVP_PKEY) key = read_key (secret, algorithm->kind);
  g_autoptr (EVP_MD_CTX) ctx = EVP_MD_CTX_new ();
  EVP_PKEY_CTX *options = NULL;
  gboolean good = key != NULL && ctx != NULL
                  && EVP_DigestSignInit (ctx, &options, algorithm->md (), NULL, key) == 1;
  if (good && algorithm->kind == CARDEA_REGO_SIGN_PS)
    good = EVP_PKEY_CTX_set_rsa_padding (options, RSA_PKCS1_PSS_PADDING) == 1
           && EVP_PKEY_CTX_set_rsa_pss_saltlen (options, RSA_PSS_SALTLEN_DIGEST) == 1;
  good = good && EVP_DigestSign (ctx, signature, size, (const guint8 *) text, strlen (text)) == 1
         && (algorithm->kind != CARDEA_REGO_SIGN_ES || flatten_ecdsa (key, signature, size));
  ERR_clear_error ();
  return good;
}

static gboolean
sign_text (CardeaSecret *secret, const CardeaBundleAlgorithm *algorithm, const char *text,
           guint8 *signature, gsize *size)
{
  guint length = 0;
  cardea_openssl_init ();
  if (algorithm->kind != CARDEA_REGO_SIGN_HS)
    return sign_with_key (secret, algorithm, text, signature, size);
  gboolean good
      = HMAC (algorithm->md (), cardea_secret_bytes (secret), (int) cardea_secret_size (secret),
              (const guint8 *) text, strlen (text), signature, &length)
        != NULL;
  *size = length;
  return good;
}

static CardeaJson *
make_payload (CardeaBundleBuild *build, const char *key_id, const char *scope)
{
  CardeaJson *payload = cardea_json_new_object ();
  CardeaJson *files = cardea_json_new_array ();
  g_tree_foreach (build->files, list_file, files);
  cardea_json_set (payload, "files", files);
  if (key_id != NULL)
    cardea_json_set_string (payload, "keyid", key_id);
  if (scope != NULL)
    cardea_json_set_string (payload, "scope", scope);
  return payload;
}

gboolean
cardea_bundle_build_sign (CardeaBundleBuild *build, CardeaSecret *key, const char *algorithm,
                          const char *key_id, const char *scope, GError **error)
{
  const CardeaBundleAlgorithm *known = cardea_bundle_algorithm_find (algorithm);
  guint8 signature[MAX_SIGNATURE];
  gsize size = sizeof signature;
  if (known == NULL)
    return fail (error, CARDEA_BUNDLE_ERROR_SIGNATURE, algorithm, "this algorithm is not known");
  g_autoptr (CardeaJson) header = cardea_json_new_object ();
  g_autoptr (CardeaJson) payload = make_payload (build, key_id, scope);
  cardea_json_set_string (header, "alg", known->name);
  cardea_json_set_string (header, "typ", "JWT");
  if (key_id != NULL)
    cardea_json_set_string (header, "kid", key_id);
  g_autofree char *first = encode_json (header);
  g_autofree char *second = encode_json (payload);
  g_autofree char *signed_text = g_strconcat (first, ".", second, NULL);
  if (!sign_text (key, known, signed_text, signature, &size))
    return fail (error, CARDEA_BUNDLE_ERROR_SIGNATURE, "key",
                 "it is not a private key of this algorithm, or has a passphrase");
  g_autofree char *third = encode_part (signature, size);
  g_autofree char *token = g_strconcat (signed_text, ".", third, NULL);
  g_autoptr (CardeaJson) file = cardea_json_new_object ();
  CardeaJson *list = cardea_json_new_array ();
  cardea_json_append (list, cardea_json_new_string (token));
  cardea_json_set (file, "signatures", list);
  g_autoptr (GBytes) bytes = write_json (file);
  return cardea_bundle_build_add (build, SIGNATURES, bytes, error);
}

/* --- the archive --- */

static la_ssize_t
write_bytes (Writer *writer, void *data, const void *bytes, size_t size)
{
  g_byte_array_append (data, bytes, (guint) size);
  return (la_ssize_t) size;
}

typedef struct {
  Writer *writer;
  gboolean failed;
} Packing;

/* No times, owners or numbers of a machine. */
static gboolean
write_file (gpointer path, gpointer bytes, gpointer data)
{
  Packing *packing = data;
  struct archive_entry *entry = archive_entry_new ();
  gsize size = g_bytes_get_size (bytes);
  archive_entry_set_pathname (entry, path);
  archive_entry_set_filetype (entry, AE_IFREG);
  archive_entry_set_perm (entry, FILE_MODE);
  archive_entry_set_size (entry, (la_int64_t) size);
  archive_entry_set_mtime (entry, 0, 0);
  packing->failed = archive_write_header (packing->writer, entry) != ARCHIVE_OK
                    || archive_write_data (packing->writer, g_bytes_get_data (bytes, NULL), size)
                           != (la_ssize_t) size;
  archive_entry_free (entry);
  return packing->failed;
}

static GBytes *
pack (CardeaBundleBuild *build)
{
  g_autoptr (Writer) writer = archive_write_new ();
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  Packing packing = { writer, FALSE };
  if (writer == NULL || archive_write_add_filter_gzip (writer) != ARCHIVE_OK
      || archive_write_set_filter_option (writer, "gzip", "timestamp", NULL) != ARCHIVE_OK
      || archive_write_set_format_ustar (writer) != ARCHIVE_OK
      || archive_write_set_bytes_in_last_block (writer, 1) != ARCHIVE_OK
      || archive_write_open (writer, bytes, NULL, write_bytes, NULL) != ARCHIVE_OK)
    return NULL;
  g_tree_foreach (build->files, write_file, &packing);
  if (packing.failed || archive_write_close (writer) != ARCHIVE_OK)
    return NULL;
  return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
}

GBytes *
cardea_bundle_build_finish (CardeaBundleBuild *build, GError **error)
{
  g_autoptr (GBytes) packed = pack (build);
  if (packed == NULL)
    {
      (void) fail (error, CARDEA_BUNDLE_ERROR_LIMIT, "bundle",
                   "it could not be packed: a name is too long or there is too much of it");
      return NULL;
    }
  g_autoptr (CardeaBundle) bundle = cardea_bundle_new (packed, error);
  g_autoptr (CardeaRegoData) data = cardea_rego_data_new ();
  if (bundle == NULL || !cardea_bundle_add_data (bundle, data, error))
    return NULL;
  return g_steal_pointer (&packed);
}
