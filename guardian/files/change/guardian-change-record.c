/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: the key. Refuses: whatever was not sealed under it for this segment and this place in it:
 * header and segment are authenticated with the content. Known gaps: lengths, kinds and which
 * chunks are equal can be seen without the key; an older state of a whole segment is taken for the
 * newest. */

#include "guardian/files/change/guardian-change-record.h"

#include <sodium.h>
#include <string.h>

#define MAGIC 0x43557231u /* "CUr1" */
#define AT_TYPE 4
#define AT_SEQUENCE 8
#define AT_SIZE 16
#define AT_ZERO 20
#define AT_ID 24
#define AT_NONCE 56

G_STATIC_ASSERT (GUARDIAN_CHANGE_RECORD_HEADER - AT_NONCE
                 == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES);
G_STATIC_ASSERT (GUARDIAN_CHANGE_RECORD_TAG == crypto_aead_xchacha20poly1305_ietf_ABYTES);
G_STATIC_ASSERT (GUARDIAN_CHANGE_RECORD_KEY == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);

static void
put32 (guint8 *to, guint32 value)
{
  value = GUINT32_TO_BE (value);
  memcpy (to, &value, sizeof value);
}

static guint32
get32 (const guint8 *from)
{
  guint32 value;
  memcpy (&value, from, sizeof value);
  return GUINT32_FROM_BE (value);
}

gboolean
guardian_change_record_read_header (const guint8 *header, GuardianChangeRecord *ret_record)
{
  guint32 type = get32 (header + AT_TYPE);
  guint64 sequence;
  memcpy (&sequence, header + AT_SEQUENCE, sizeof sequence);
  *ret_record = (GuardianChangeRecord){ .type = type,
                                        .sequence = GUINT64_FROM_BE (sequence),
                                        .size = get32 (header + AT_SIZE) };
  memcpy (ret_record->id, header + AT_ID, sizeof ret_record->id);
  return get32 (header) == MAGIC && type >= GUARDIAN_CHANGE_RECORD_CHUNK
         && type < GUARDIAN_CHANGE_RECORD_END && get32 (header + AT_ZERO) == 0
         && ret_record->size <= GUARDIAN_CHANGE_RECORD_LIMIT;
}

static void
bind_place (guint8 *bound, const guint8 *segment, const guint8 *header)
{
  memcpy (bound, segment, GUARDIAN_CHANGE_RECORD_SEGMENT);
  memcpy (bound + GUARDIAN_CHANGE_RECORD_SEGMENT, header, GUARDIAN_CHANGE_RECORD_HEADER);
}

void
guardian_change_record_seal (const CardeaSecret *key, const guint8 *segment,
                             const GuardianChangeRecord *record, const void *content,
                             guint8 *sealed)
{
  guint8 bound[GUARDIAN_CHANGE_RECORD_SEGMENT + GUARDIAN_CHANGE_RECORD_HEADER];
  guint64 sequence = GUINT64_TO_BE (record->sequence);

  put32 (sealed, MAGIC);
  put32 (sealed + AT_TYPE, record->type);
  memcpy (sealed + AT_SEQUENCE, &sequence, sizeof sequence);
  put32 (sealed + AT_SIZE, record->size);
  put32 (sealed + AT_ZERO, 0);
  memcpy (sealed + AT_ID, record->id, sizeof record->id);
  randombytes_buf (sealed + AT_NONCE, GUARDIAN_CHANGE_RECORD_HEADER - AT_NONCE);
  bind_place (bound, segment, sealed);
  crypto_aead_xchacha20poly1305_ietf_encrypt (sealed + GUARDIAN_CHANGE_RECORD_HEADER, NULL, content,
                                              record->size, bound, sizeof bound, NULL,
                                              sealed + AT_NONCE, cardea_secret_bytes (key));
}

gboolean
guardian_change_record_open (const CardeaSecret *key, const guint8 *segment,
                             const GuardianChangeRecord *record, const guint8 *sealed,
                             guint8 *content)
{
  guint8 bound[GUARDIAN_CHANGE_RECORD_SEGMENT + GUARDIAN_CHANGE_RECORD_HEADER];
  bind_place (bound, segment, sealed);
  return crypto_aead_xchacha20poly1305_ietf_decrypt (
             content, NULL, NULL, sealed + GUARDIAN_CHANGE_RECORD_HEADER,
             record->size + GUARDIAN_CHANGE_RECORD_TAG, bound, sizeof bound, sealed + AT_NONCE,
             cardea_secret_bytes (key))
         == 0;
}
