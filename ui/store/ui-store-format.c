/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts the master key. Refuses a record that was altered, moved, repeated, or that another file
 * had; says where a file's whole records end, and whether a crash or something else cut it there.
 * Known gap: a file that ends with an earlier record, or an older whole file, is taken for what it
 * is. */

#include "ui/store/ui-store-format.h"

#include "common/crypto/cardea-box.h"
#include "common/crypto/cardea-digest.h"
#include "common/crypto/cardea-hkdf.h"

#include <sodium.h>
#include <string.h>

#define MAGIC "cardea-records1\n"
#define MAGIC_SIZE (sizeof MAGIC - 1)
#define ID_SIZE (UI_STORE_FORMAT_HEADER - MAGIC_SIZE)
#define INFO "cardea-records1"
#define LENGTH_SIZE 4u
#define CHECK_SIZE 4u
#define FRAME_SIZE (LENGTH_SIZE + CHECK_SIZE)

G_STATIC_ASSERT (MAGIC_SIZE == 16);
G_STATIC_ASSERT (UI_STORE_FORMAT_RECORD_EXTRA == FRAME_SIZE + CARDEA_BOX_EXTRA);

/* --- keys --- */

void
ui_store_format_keys_free (UiStoreKeys *keys)
{
  g_clear_pointer (&keys->lengths, cardea_secret_unref);
  g_clear_pointer (&keys->records, cardea_secret_unref);
  g_free (keys);
}

static CardeaSecret *
derive (const CardeaSecret *master, const guint8 *id, const char *purpose, const char *context)
{
  g_autoptr (GByteArray) info = g_byte_array_new ();
  g_byte_array_append (info, (const guint8 *) INFO, sizeof INFO);
  g_byte_array_append (info, (const guint8 *) purpose, (guint) strlen (purpose) + 1);
  g_byte_array_append (info, (const guint8 *) context, (guint) strlen (context));
  return cardea_hkdf_derive (master, id, ID_SIZE, info->data, info->len, CARDEA_BOX_KEY_SIZE);
}

UiStoreKeys *
ui_store_format_keys (const CardeaSecret *master, const char *context, const guint8 *header)
{
  g_autoptr (UiStoreKeys) keys = g_new0 (UiStoreKeys, 1);

  if (header != NULL && memcmp (header, MAGIC, MAGIC_SIZE) != 0)
    return NULL;
  memcpy (keys->header, MAGIC, MAGIC_SIZE);
  if (header != NULL)
    memcpy (keys->header + MAGIC_SIZE, header + MAGIC_SIZE, ID_SIZE);
  else
    randombytes_buf (keys->header + MAGIC_SIZE, ID_SIZE);
  keys->lengths = derive (master, keys->header + MAGIC_SIZE, "lengths", context);
  keys->records = derive (master, keys->header + MAGIC_SIZE, "records", context);
  return keys->lengths != NULL && keys->records != NULL ? g_steal_pointer (&keys) : NULL;
}

/* --- frames --- */

/* What stands around a record: the file it is in, its number, its length. */
typedef struct {
  guint8 header[UI_STORE_FORMAT_HEADER];
  guint8 sequence[8];
  guint8 length[LENGTH_SIZE];
} Around;

static void
set_around (Around *around, const UiStoreKeys *keys, guint64 sequence, guint32 length)
{
  guint64 big_sequence = GUINT64_TO_BE (sequence);
  guint32 big_length = GUINT32_TO_BE (length);
  memcpy (around->header, keys->header, sizeof around->header);
  memcpy (around->sequence, &big_sequence, sizeof around->sequence);
  memcpy (around->length, &big_length, sizeof around->length);
}

static void
check_of (const UiStoreKeys *keys, const Around *around, guint8 ret_check[CHECK_SIZE])
{
  guint8 digest[CARDEA_DIGEST_SIZE];
  cardea_digest_hmac (cardea_secret_bytes (keys->lengths), cardea_secret_size (keys->lengths),
                      around, sizeof *around, digest);
  memcpy (ret_check, digest, CHECK_SIZE);
}

void
ui_store_format_seal (const UiStoreKeys *keys, guint64 sequence, const void *bytes, gsize size,
                      guint8 *to)
{
  Around around;

  set_around (&around, keys, sequence, (guint32) (size + CARDEA_BOX_EXTRA));
  memcpy (to, around.length, LENGTH_SIZE);
  check_of (keys, &around, to + LENGTH_SIZE);
  cardea_box_seal (keys->records, &around, sizeof around, bytes, size, to + FRAME_SIZE);
}

/* What a file system may leave when the machine stops: a size without the content. */
static gboolean
is_zero (const guint8 *bytes, gsize size)
{
  return sodium_is_zero (bytes, size) == 1;
}

typedef enum { FRAME_TAKEN, FRAME_TORN, FRAME_DAMAGED } Frame;

static Frame
take_frame (const UiStoreKeys *keys, guint64 sequence, const guint8 *bytes, gsize size,
            UiStoreTake take, gpointer user_data, gsize *ret_size)
{
  guint8 check[CHECK_SIZE];
  guint32 length;
  Around around;

  if (size < FRAME_SIZE || is_zero (bytes, size))
    return FRAME_TORN;
  memcpy (&length, bytes, LENGTH_SIZE);
  length = GUINT32_FROM_BE (length);
  set_around (&around, keys, sequence, length);
  check_of (keys, &around, check);
  if (memcmp (check, bytes + LENGTH_SIZE, CHECK_SIZE) != 0
      || length > UI_STORE_FORMAT_RECORD_LIMIT + CARDEA_BOX_EXTRA)
    return FRAME_DAMAGED;
  /* The length is ours: what is missing was never written. */
  if (length > size - FRAME_SIZE)
    return FRAME_TORN;
  g_autoptr (GBytes) record
      = cardea_box_open (keys->records, &around, sizeof around, bytes + FRAME_SIZE, length, NULL);
  *ret_size = FRAME_SIZE + length;
  if (record == NULL)
    /* The last one may have its size and only a part of its content. */
    return *ret_size == size && is_zero (bytes + size - CHECK_SIZE, CHECK_SIZE) ? FRAME_TORN
                                                                                : FRAME_DAMAGED;
  gsize record_size;
  const void *content = g_bytes_get_data (record, &record_size);
  return take (content, record_size, user_data) ? FRAME_TAKEN : FRAME_DAMAGED;
}

UiStoreEnd
ui_store_format_walk (const UiStoreKeys *keys, const guint8 *bytes, gsize size, UiStoreTake take,
                      gpointer user_data, gsize *ret_good, guint64 *ret_sequence)
{
  gsize good = 0, taken = 0;
  guint64 sequence = 0;
  Frame frame = FRAME_TAKEN;

  while (good < size && frame == FRAME_TAKEN)
    {
      frame = take_frame (keys, sequence, bytes + good, size - good, take, user_data, &taken);
      if (frame != FRAME_TAKEN)
        continue;
      good += taken;
      sequence++;
    }
  *ret_good = good;
  *ret_sequence = sequence;
  return frame == FRAME_TAKEN  ? UI_STORE_END_WHOLE
         : frame == FRAME_TORN ? UI_STORE_END_TORN
                               : UI_STORE_END_DAMAGED;
}
