/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/audit/guardian-audit-private.h"

#include "common/base/cardea-encoding.h"
#include "common/crypto/cardea-hkdf.h"
#include "common/tlog/cardea-tlog-bytes.h"

#include <sodium.h>
#include <string.h>

/* Each detail is sealed under a random key of its own before there is anything else, so that the
 * leaf can commit to the sealed bytes; that key is wrapped by the key of the file it lies in. To
 * forget a detail is to overwrite both. Trust: the master key. Known gaps: a file system that does
 * not overwrite in place (copy on write, flash) may keep the old blocks; who has both those and the
 * master key can read them. */

#define SALT_SIZE 32u
#define NONCE_SIZE crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG_SIZE crypto_aead_xchacha20poly1305_ietf_ABYTES
#define AD_SIZE (CARDEA_TLOG_DETAIL_MAGIC_SIZE + 8u)

G_STATIC_ASSERT (NONCE_SIZE + GUARDIAN_AUDIT_KEY_SIZE + TAG_SIZE == CARDEA_TLOG_DETAIL_WRAP_SIZE);
G_STATIC_ASSERT (CARDEA_TLOG_PENDING_WRAP_SIZE == CARDEA_TLOG_DETAIL_WRAP_SIZE);
G_STATIC_ASSERT (crypto_aead_xchacha20poly1305_ietf_KEYBYTES == GUARDIAN_AUDIT_KEY_SIZE);
G_STATIC_ASSERT (crypto_auth_hmacsha256_KEYBYTES == SALT_SIZE);

void
guardian_audit_seal_unsealed_free (gpointer data)
{
  GuardianAuditUnsealed *unsealed = data;

  if (unsealed == NULL)
    return;
  sodium_memzero (unsealed->key, sizeof unsealed->key);
  g_byte_array_unref (unsealed->sealed);
  g_free (unsealed);
}

/* Random bytes, drawn from the kernel many at a time and wiped when given out: one system call a
 * record less where it counts. */
static void
draw (GuardianAudit *audit, guint8 *ret, gsize size)
{
  if (audit->random_left < size)
    {
      randombytes_buf (audit->random, sizeof audit->random);
      audit->random_left = sizeof audit->random;
    }
  audit->random_left -= size;
  memcpy (ret, audit->random + audit->random_left, size);
  sodium_memzero (audit->random + audit->random_left, size);
}

gboolean
guardian_audit_seal_detail (GuardianAudit *audit, const CardeaJson *detail,
                            GuardianAuditSealed *ret, GError **error)
{
  static const guint8 nonce[NONCE_SIZE] = { 0 }; /* the key is used once */
  gsize size;
  g_autofree char *text = cardea_json_write (detail, &size, error);
  g_autofree guint8 *plain = NULL;
  unsigned long long sealed_size;

  if (text == NULL)
    return FALSE;
  if (size > CARDEA_TLOG_DETAIL_LIMIT_TEXT)
    {
      g_set_error (error, GUARDIAN_AUDIT_ERROR, GUARDIAN_AUDIT_ERROR_LIMIT,
                   "a detail of %" G_GSIZE_FORMAT " bytes is over the limit", size);
      return FALSE;
    }
  ret->detail = g_new0 (GuardianAuditUnsealed, 1);
  ret->detail->sealed = g_byte_array_sized_new ((guint) (SALT_SIZE + size + TAG_SIZE));
  g_byte_array_set_size (ret->detail->sealed, (guint) (SALT_SIZE + size + TAG_SIZE));
  plain = g_malloc (SALT_SIZE + size);
  draw (audit, plain, SALT_SIZE);
  draw (audit, ret->detail->key, sizeof ret->detail->key);
  memcpy (plain + SALT_SIZE, text, size);
  crypto_auth_hmacsha256 (ret->commitment, (const guint8 *) text, size, plain);
  crypto_aead_xchacha20poly1305_ietf_encrypt (
      ret->detail->sealed->data, &sealed_size, plain, SALT_SIZE + size,
      (const guint8 *) CARDEA_TLOG_DETAIL_MAGIC, CARDEA_TLOG_DETAIL_MAGIC_SIZE, NULL, nonce,
      ret->detail->key);
  cardea_tlog_hash_bytes (audit->hasher, ret->detail->sealed->data, ret->detail->sealed->len,
                          &ret->hash);
  return TRUE;
}

CardeaJson *
guardian_audit_seal_open (const guint8 *key, const guint8 *sealed, gsize sealed_size,
                          const char *commitment, GError **error)
{
  static const guint8 nonce[NONCE_SIZE] = { 0 };
  g_autofree guint8 *plain = g_malloc (sealed_size + 1);
  guint8 wanted[CARDEA_TLOG_HASH_SIZE];
  unsigned long long size = 0;
  gboolean ok
      = sealed_size >= SALT_SIZE + TAG_SIZE && commitment != NULL
        && cardea_hex_decode (commitment, wanted, sizeof wanted)
        && crypto_aead_xchacha20poly1305_ietf_decrypt (plain, &size, NULL, sealed, sealed_size,
                                                       (const guint8 *) CARDEA_TLOG_DETAIL_MAGIC,
                                                       CARDEA_TLOG_DETAIL_MAGIC_SIZE, nonce, key)
               == 0
        && crypto_auth_hmacsha256_verify (wanted, plain + SALT_SIZE, size - SALT_SIZE, plain) == 0;

  if (!ok)
    {
      g_set_error (error, GUARDIAN_AUDIT_ERROR, GUARDIAN_AUDIT_ERROR_DAMAGED,
                   "the detail is not the one the record was made with");
      return NULL;
    }
  return cardea_json_parse ((const char *) plain + SALT_SIZE, size - SALT_SIZE, error);
}

/* What a wrapped key belongs to, bound to it. */
static void
make_ad (gint64 seq, guint8 *ret)
{
  memcpy (ret, CARDEA_TLOG_DETAIL_MAGIC, CARDEA_TLOG_DETAIL_MAGIC_SIZE);
  cardea_tlog_bytes_put_u64 (ret + CARDEA_TLOG_DETAIL_MAGIC_SIZE, (guint64) seq);
}

static void
wrap (GuardianAudit *audit, const guint8 *key, const guint8 *ad, gsize ad_size,
      const guint8 *wrapping, guint8 *ret)
{
  draw (audit, ret, NONCE_SIZE);
  crypto_aead_xchacha20poly1305_ietf_encrypt (ret + NONCE_SIZE, NULL, key, GUARDIAN_AUDIT_KEY_SIZE,
                                              ad, ad_size, NULL, ret, wrapping);
}

static gboolean
unwrap (const guint8 *wrapped, const guint8 *ad, gsize ad_size, const guint8 *wrapping,
        guint8 *ret_key)
{
  return crypto_aead_xchacha20poly1305_ietf_decrypt (ret_key, NULL, NULL, wrapped + NONCE_SIZE,
                                                     GUARDIAN_AUDIT_KEY_SIZE + TAG_SIZE, ad,
                                                     ad_size, wrapped, wrapping)
         == 0;
}

void
guardian_audit_seal_slot (GuardianAudit *audit, gint64 seq, const guint8 *key, const guint8 *sealed,
                          gsize sealed_size, const guint8 *wrapping, GByteArray *out)
{
  guint8 head[CARDEA_TLOG_DETAIL_HEAD_SIZE];
  guint8 wrapped[CARDEA_TLOG_DETAIL_WRAP_SIZE];
  guint8 ad[AD_SIZE];

  make_ad (seq, ad);
  wrap (audit, key, ad, sizeof ad, wrapping, wrapped);
  cardea_tlog_detail_write_head (audit->hasher, seq, sealed_size, wrapped, head);
  g_byte_array_append (out, head, sizeof head);
  g_byte_array_append (out, sealed, (guint) sealed_size);
}

gboolean
guardian_audit_seal_unwrap (const CardeaTlogDetailSlot *slot, const guint8 *wrapping,
                            guint8 *ret_key)
{
  guint8 ad[AD_SIZE];

  make_ad (slot->seq, ad);
  return unwrap (slot->wrap, ad, sizeof ad, wrapping, ret_key);
}

gboolean
guardian_audit_seal_derive (const CardeaSecret *master, gint64 index, guint8 *ret_key)
{
  static const char pending[] = "cardea audit pending";
  static const char detail[] = "cardea audit detail";
  g_autoptr (CardeaSecret) key = NULL;
  guint8 info[sizeof pending + sizeof detail + 8];
  gsize size = index < 0 ? strlen (pending) : strlen (detail);

  memcpy (info, index < 0 ? pending : detail, size);
  if (index >= 0)
    {
      cardea_tlog_bytes_put_u64 (info + size, (guint64) index);
      size += 8;
    }
  key = cardea_hkdf_derive (master, NULL, 0, info, size, GUARDIAN_AUDIT_KEY_SIZE);
  if (key == NULL)
    return FALSE;
  memcpy (ret_key, cardea_secret_bytes (key), GUARDIAN_AUDIT_KEY_SIZE);
  return TRUE;
}

gboolean
guardian_audit_seal_wrap_pending (GuardianAudit *audit, const CardeaSecret *key, guint8 *ret_wrap)
{
  guint8 wrapping[GUARDIAN_AUDIT_KEY_SIZE];

  if (audit->master == NULL || key == NULL
      || !guardian_audit_seal_derive (audit->master, -1, wrapping))
    return FALSE;
  wrap (audit, cardea_secret_bytes (key), (const guint8 *) CARDEA_TLOG_PENDING_MAGIC,
        strlen (CARDEA_TLOG_PENDING_MAGIC), wrapping, ret_wrap);
  sodium_memzero (wrapping, sizeof wrapping);
  return TRUE;
}

CardeaSecret *
guardian_audit_seal_unwrap_pending (GuardianAudit *audit)
{
  g_autoptr (CardeaSecret) key = cardea_secret_new (GUARDIAN_AUDIT_KEY_SIZE);
  guint8 wrapping[GUARDIAN_AUDIT_KEY_SIZE];
  gboolean ok;

  if (key == NULL || audit->master == NULL
      || !guardian_audit_seal_derive (audit->master, -1, wrapping))
    return NULL;
  ok = unwrap (audit->pending_wrap, (const guint8 *) CARDEA_TLOG_PENDING_MAGIC,
               strlen (CARDEA_TLOG_PENDING_MAGIC), wrapping, cardea_secret_writable (key));
  sodium_memzero (wrapping, sizeof wrapping);
  return ok ? g_steal_pointer (&key) : NULL;
}
