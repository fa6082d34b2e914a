/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/tlog/cardea-tlog-key.h"

#include "common/base/cardea-encoding.h"

#include <sodium.h>
#include <string.h>

#define TYPE_ED25519 0x01

gboolean
cardea_tlog_key_is_name (const char *name)
{
  gsize size = strlen (name);

  if (size == 0 || size > CARDEA_TLOG_KEY_LIMIT_NAME || !g_utf8_validate (name, -1, NULL))
    return FALSE;
  for (const char *c = name; *c != '\0'; c = g_utf8_next_char (c))
    if (*c == '+' || (guint8) *c < 0x20 || *c == 0x7f || g_unichar_isspace (g_utf8_get_char (c)))
      return FALSE;
  return TRUE;
}

/* SHA-256 (name || 0x0A || type || key), the first four bytes, big-endian. */
static guint32
make_id (const char *name, const guint8 *bytes)
{
  const guint8 type[2] = { '\n', TYPE_ED25519 };
  guint8 hash[crypto_hash_sha256_BYTES];
  crypto_hash_sha256_state state;

  crypto_hash_sha256_init (&state);
  crypto_hash_sha256_update (&state, (const guint8 *) name, strlen (name));
  crypto_hash_sha256_update (&state, type, sizeof type);
  crypto_hash_sha256_update (&state, bytes, CARDEA_TLOG_KEY_SIZE);
  crypto_hash_sha256_final (&state, hash);
  return (guint32) hash[0] << 24 | (guint32) hash[1] << 16 | (guint32) hash[2] << 8 | hash[3];
}

CardeaTlogKey *
cardea_tlog_key_new (const char *name, const guint8 *bytes, GError **error)
{
  g_autoptr (CardeaTlogKey) key = NULL;

  if (!cardea_tlog_key_is_name (name))
    {
      g_set_error (error, CARDEA_TLOG_ERROR, CARDEA_TLOG_ERROR_FORMAT,
                   "the text before the first plus cannot name a key");
      return NULL;
    }
  key = g_new0 (CardeaTlogKey, 1);
  key->name = g_strdup (name);
  memcpy (key->bytes, bytes, CARDEA_TLOG_KEY_SIZE);
  key->id = make_id (name, bytes);
  return g_steal_pointer (&key);
}

CardeaTlogKey *
cardea_tlog_key_parse (const char *vkey, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (vkey, "+", 3);
  g_autoptr (CardeaTlogKey) key = NULL;
  g_autoptr (GBytes) material = NULL;
  g_autofree char *again = NULL;
  const guint8 *bytes;
  gsize size = 0;

  /* The base64 part may hold plus signs of its own; the name may not. */
  if (g_strv_length (parts) == 3)
    material = cardea_base64_decode (parts[2]);
  bytes = material != NULL ? g_bytes_get_data (material, &size) : NULL;
  if (size != 1 + CARDEA_TLOG_KEY_SIZE || bytes[0] != TYPE_ED25519)
    {
      g_set_error (error, CARDEA_TLOG_ERROR, CARDEA_TLOG_ERROR_FORMAT,
                   "not an Ed25519 verifier key (NAME+ID+KEY)");
      return NULL;
    }
  key = cardea_tlog_key_new (parts[0], bytes + 1, error);
  if (key == NULL)
    return NULL;
  again = cardea_tlog_key_format (key);
  if (strcmp (again, vkey) != 0)
    {
      g_set_error (error, CARDEA_TLOG_ERROR, CARDEA_TLOG_ERROR_FORMAT,
                   "the verifier key's id does not belong to its name and key");
      return NULL;
    }
  return g_steal_pointer (&key);
}

char *
cardea_tlog_key_format (const CardeaTlogKey *key)
{
  guint8 material[1 + CARDEA_TLOG_KEY_SIZE] = { TYPE_ED25519 };
  g_autofree char *text = NULL;

  memcpy (material + 1, key->bytes, CARDEA_TLOG_KEY_SIZE);
  text = cardea_base64_encode (material, sizeof material);
  return g_strdup_printf ("%s+%08x+%s", key->name, key->id, text);
}

gboolean
cardea_tlog_key_equal (const CardeaTlogKey *a, const CardeaTlogKey *b)
{
  return strcmp (a->name, b->name) == 0 && memcmp (a->bytes, b->bytes, sizeof a->bytes) == 0;
}

gboolean
cardea_tlog_key_check (const CardeaTlogKey *key, const guint8 *text, gsize size,
                       const guint8 *signature)
{
  return crypto_sign_verify_detached (signature, text, size, key->bytes) == 0;
}

void
cardea_tlog_key_free (CardeaTlogKey *key)
{
  if (key == NULL)
    return;
  g_free (key->name);
  g_free (key);
}
