/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts the key, algorithm, key id and scope the caller gives; of the token nothing before its
 * signature holds. Refuses any other algorithm than the expected one, weak hashes, more than one
 * signature, and any difference between the files signed and the files there. Times in the token
 * are not looked at, as OPA does not. */

#include "common/bundle/cardea-bundle.h"

#include "common/bundle/cardea-bundle-private.h"
#include "common/json/cardea-json.h"
#include "common/rego/cardea-rego-encoding.h"
#include "common/rego/cardea-rego-keys.h"

#include <string.h>

#define MAX_VALUES 100000u
#define MAX_KEY_MEMORY (1u << 20)
#define MIN_RSA_BITS 2048

static const CardeaBundleAlgorithm algorithms[] = {
  { "ES256", CARDEA_REGO_SIGN_ES, EVP_sha256 }, { "ES384", CARDEA_REGO_SIGN_ES, EVP_sha384 },
  { "ES512", CARDEA_REGO_SIGN_ES, EVP_sha512 }, { "RS256", CARDEA_REGO_SIGN_RS, EVP_sha256 },
  { "RS384", CARDEA_REGO_SIGN_RS, EVP_sha384 }, { "RS512", CARDEA_REGO_SIGN_RS, EVP_sha512 },
  { "PS256", CARDEA_REGO_SIGN_PS, EVP_sha256 }, { "PS384", CARDEA_REGO_SIGN_PS, EVP_sha384 },
  { "PS512", CARDEA_REGO_SIGN_PS, EVP_sha512 }, { "HS256", CARDEA_REGO_SIGN_HS, EVP_sha256 },
  { "HS384", CARDEA_REGO_SIGN_HS, EVP_sha384 }, { "HS512", CARDEA_REGO_SIGN_HS, EVP_sha512 },
};

static const struct {
  const char *name;
  GChecksumType type;
} hashes[] = {
  { "SHA-256", G_CHECKSUM_SHA256 },
  { "SHA-384", G_CHECKSUM_SHA384 },
  { "SHA-512", G_CHECKSUM_SHA512 },
};

const char *
cardea_bundle_key_algorithm (const char *key, gsize size)
{
  static const struct {
    int bits;
    const char *name;
  } curves[] = { { 256, "ES256" }, { 384, "ES384" }, { 521, "ES512" } };
  g_autoptr (CardeaRegoArena) arena = cardea_rego_arena_new (MAX_KEY_MEMORY);
  g_autofree char *problem = NULL;
  g_autoptr (GPtrArray) keys = cardea_rego_keys_read (arena, key, size, &problem);
  const CardeaRegoKey *one = keys != NULL && keys->len == 1 ? keys->pdata[0] : NULL;
  if (one == NULL || one->key == NULL)
    return NULL;
  if (EVP_PKEY_get_base_id (one->key) == EVP_PKEY_RSA)
    return EVP_PKEY_get_bits (one->key) >= MIN_RSA_BITS ? "RS256" : NULL;
  for (guint i = 0; i < G_N_ELEMENTS (curves); i++)
    if (EVP_PKEY_get_base_id (one->key) == EVP_PKEY_EC
        && EVP_PKEY_get_bits (one->key) == curves[i].bits)
      return curves[i].name;
  return NULL;
}

const CardeaBundleAlgorithm *
cardea_bundle_algorithm_find (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (algorithms); i++)
    if (strcmp (algorithms[i].name, name) == 0)
      return &algorithms[i];
  return NULL;
}

static gboolean
fail (GError **error, const char *what)
{
  g_set_error (error, CARDEA_BUNDLE_ERROR, CARDEA_BUNDLE_ERROR_SIGNATURE, "signature: %s", what);
  return FALSE;
}

static GByteArray *
decode_part (const char *part)
{
  g_autoptr (GByteArray) out = g_byte_array_new ();
  gsize bad = 0;
  if (!cardea_rego_base64_decode (part, strlen (part), TRUE, FALSE, out, &bad))
    return NULL;
  return g_steal_pointer (&out);
}

static CardeaJson *
decode_object (const char *part)
{
  g_autoptr (GByteArray) bytes = decode_part (part);
  if (bytes == NULL || bytes->len == 0)
    return NULL;
  g_autoptr (CardeaJson) json
      = cardea_json_parse_bounded ((const char *) bytes->data, bytes->len, MAX_VALUES, NULL);
  if (json == NULL || cardea_json_type (json) != CARDEA_JSON_OBJECT)
    return NULL;
  return g_steal_pointer (&json);
}

static char *
read_token (const CardeaBundle *bundle, GError **error)
{
  const CardeaBundleFile *file = cardea_bundle_find (bundle, ".signatures.json");
  if (file == NULL)
    {
      (void) fail (error, "the bundle has none");
      return NULL;
    }
  gsize size = 0;
  const char *text = g_bytes_get_data (file->bytes, &size);
  g_autoptr (CardeaJson) json
      = cardea_json_parse_bounded (text != NULL ? text : "", size, MAX_VALUES, NULL);
  const CardeaJson *list = json != NULL ? cardea_json_get (json, "signatures") : NULL;
  if (list == NULL || cardea_json_type (list) != CARDEA_JSON_ARRAY || cardea_json_size (list) != 1
      || cardea_json_string (cardea_json_nth (list, 0)) == NULL)
    {
      (void) fail (error, "there must be exactly one");
      return NULL;
    }
  return g_strdup (cardea_json_string (cardea_json_nth (list, 0)));
}

static gboolean
check_key (const char *key, gsize key_size, const CardeaBundleAlgorithm *algorithm,
           const char *token, gsize signed_size, const GByteArray *signature)
{
  const EVP_MD *md = algorithm->md ();
  CardeaRegoSignKind kind = algorithm->kind;
  if (kind == CARDEA_REGO_SIGN_HS)
    {
      g_autoptr (GBytes) secret = g_bytes_new (key, key_size);
      CardeaRegoKey shared = { NULL, secret, NULL };
      return key_size > 0
             && cardea_rego_key_verify (&shared, kind, md, token, signed_size, signature->data,
                                        signature->len);
    }
  g_autoptr (CardeaRegoArena) arena = cardea_rego_arena_new (MAX_KEY_MEMORY);
  g_autofree char *problem = NULL;
  g_autoptr (GPtrArray) keys = cardea_rego_keys_read (arena, key, key_size, &problem);
  return keys != NULL && keys->len == 1
         && cardea_rego_key_verify (keys->pdata[0], kind, md, token, signed_size, signature->data,
                                    signature->len);
}

char *
cardea_bundle_file_digest (const CardeaBundleFile *file, GChecksumType type)
{
  gboolean yaml = FALSE;
  gsize size = 0;
  const char *text = g_bytes_get_data (file->bytes, &size);
  if (!cardea_bundle_is_data (file, &yaml) && strcmp (file->path, ".manifest") != 0)
    return g_compute_checksum_for_bytes (type, file->bytes);
  g_autofree char *canonical
      = cardea_rego_data_canonical (text != NULL ? text : "", size, yaml, NULL);
  return canonical != NULL ? g_compute_checksum_for_string (type, canonical, -1) : NULL;
}

static gboolean
check_file (const CardeaBundle *bundle, const CardeaJson *entry, GHashTable *seen)
{
  const char *name = cardea_json_get_string (entry, "name");
  const char *hash = cardea_json_get_string (entry, "hash");
  const char *algorithm = cardea_json_get_string (entry, "algorithm");
  const CardeaBundleFile *file = name != NULL ? cardea_bundle_find (bundle, name) : NULL;
  if (file == NULL || strcmp (file->name, name) != 0 || hash == NULL
      || !g_hash_table_add (seen, (gpointer) file))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (hashes); i++)
    if (g_strcmp0 (algorithm, hashes[i].name) == 0)
      {
        g_autofree char *have = cardea_bundle_file_digest (file, hashes[i].type);
        return have != NULL && strcmp (have, hash) == 0;
      }
  return FALSE;
}

static gboolean
check_files (const CardeaBundle *bundle, const CardeaJson *payload, GError **error)
{
  const CardeaJson *files = cardea_json_get (payload, "files");
  g_autoptr (GHashTable) seen = g_hash_table_new (g_direct_hash, g_direct_equal);
  if (files == NULL || cardea_json_type (files) != CARDEA_JSON_ARRAY)
    return fail (error, "it names no files");
  for (guint i = 0; i < cardea_json_size (files); i++)
    if (!check_file (bundle, cardea_json_nth (files, i), seen))
      {
        const char *name = cardea_json_get_string (cardea_json_nth (files, i), "name");
        g_autofree char *what
            = g_strdup_printf ("the file \"%s\" is not what was signed", name != NULL ? name : "");
        return fail (error, what);
      }
  for (guint i = 0; i < cardea_bundle_size (bundle); i++)
    {
      const CardeaBundleFile *file = cardea_bundle_nth (bundle, i);
      if (strcmp (file->path, ".signatures.json") == 0 || g_hash_table_contains (seen, file))
        continue;
      g_autofree char *what = g_strdup_printf ("the file \"%s\" was not signed", file->path);
      return fail (error, what);
    }
  return TRUE;
}

gboolean
cardea_bundle_verify (const CardeaBundle *bundle, const char *key, gsize key_size,
                      const char *algorithm, const char *key_id, const char *scope, GError **error)
{
  const CardeaBundleAlgorithm *known = cardea_bundle_algorithm_find (algorithm);
  if (known == NULL)
    return fail (error, "the algorithm expected is not known");
  g_autofree char *token = read_token (bundle, error);
  if (token == NULL)
    return FALSE;
  g_auto (GStrv) parts = g_strsplit (token, ".", 4);
  if (g_strv_length (parts) != 3)
    return fail (error, "it is not a JSON web token");
  g_autoptr (CardeaJson) header = decode_object (parts[0]);
  g_autoptr (GByteArray) signature = decode_part (parts[2]);
  if (header == NULL || signature == NULL)
    return fail (error, "it is not a JSON web token");
  if (g_strcmp0 (cardea_json_get_string (header, "alg"), algorithm) != 0)
    return fail (error, "it was made with another algorithm than expected");
  if (key_id != NULL && g_strcmp0 (cardea_json_get_string (header, "kid"), key_id) != 0)
    return fail (error, "it was made with another key than expected");
  if (!check_key (key, key_size, known, token, strlen (parts[0]) + 1 + strlen (parts[1]),
                  signature))
    return fail (error, "it was not made with this key");
  g_autoptr (CardeaJson) payload = decode_object (parts[1]);
  if (payload == NULL)
    return fail (error, "its content is not a JSON object");
  if (g_strcmp0 (cardea_json_get_string (payload, "scope"), scope) != 0)
    return fail (error, "it was made for another scope");
  return check_files (bundle, payload, error);
}
