/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/crypto/cardea-sealed.h"

#include "common/crypto/cardea-hkdf.h"

#include <sodium.h>
#include <string.h>

/* Trusts the master key. Refuses everything that the master key's holder did not write for this
 * context, and any part of a file without the whole. Known gap: an older whole file of the same
 * context is accepted in place of a newer one; who needs freshness keeps a counter inside. */

#define MAGIC "cardea-sealed-1\n"
#define INFO "cardea-sealed-1"
#define MAGIC_SIZE (sizeof MAGIC - 1)
#define ID_SIZE 16u
#define STREAM_HEADER crypto_secretstream_xchacha20poly1305_HEADERBYTES
#define HEADER_SIZE (MAGIC_SIZE + ID_SIZE + STREAM_HEADER)
#define CHUNK 65536u
#define CHUNK_EXTRA crypto_secretstream_xchacha20poly1305_ABYTES

typedef crypto_secretstream_xchacha20poly1305_state Stream;

static gboolean
fail (GError **error, CardeaCryptoError code, const char *what)
{
  g_set_error_literal (error, CARDEA_CRYPTO_ERROR, code, what);
  return FALSE;
}

static CardeaSecret *
derive_key (const CardeaSecret *master, const guint8 *id, const char *context, GError **error)
{
  g_autoptr (GByteArray) info = g_byte_array_new ();
  g_byte_array_append (info, (const guint8 *) INFO, sizeof INFO);
  g_byte_array_append (info, (const guint8 *) context, (guint) strlen (context));
  CardeaSecret *key = cardea_hkdf_derive (master, id, ID_SIZE, info->data, info->len,
                                          crypto_secretstream_xchacha20poly1305_KEYBYTES);
  if (key == NULL)
    fail (error, CARDEA_CRYPTO_ERROR_FAILED, "no locked memory for a file's key");
  return key;
}

static void
push_chunks (Stream *stream, const guint8 *header, const guint8 *bytes, gsize size, guint8 *to)
{
  gsize done = 0;
  gboolean last;
  do
    {
      gsize piece = MIN (size - done, CHUNK);
      last = piece < CHUNK;
      crypto_secretstream_xchacha20poly1305_push (
          stream, to, NULL, bytes + done, piece, done == 0 ? header : NULL,
          done == 0 ? HEADER_SIZE : 0, last ? crypto_secretstream_xchacha20poly1305_TAG_FINAL : 0);
      to += piece + CHUNK_EXTRA;
      done += piece;
    }
  while (!last);
}

GBytes *
cardea_sealed_encode (const CardeaSecret *master, const char *context, const void *bytes,
                      gsize size, GError **error)
{
  const guint8 *content = size > 0 ? bytes : (const void *) "";
  gsize chunks = size / CHUNK + 1;
  gsize sealed_size = HEADER_SIZE + size + chunks * CHUNK_EXTRA;
  g_autofree guint8 *sealed = g_malloc (sealed_size);
  guint8 *id = sealed + MAGIC_SIZE;
  Stream stream;

  memcpy (sealed, MAGIC, MAGIC_SIZE);
  randombytes_buf (id, ID_SIZE);
  g_autoptr (CardeaSecret) key = derive_key (master, id, context, error);
  if (key == NULL)
    return NULL;
  crypto_secretstream_xchacha20poly1305_init_push (&stream, id + ID_SIZE,
                                                   cardea_secret_bytes (key));
  push_chunks (&stream, sealed, content, size, sealed + HEADER_SIZE);
  sodium_memzero (&stream, sizeof stream);
  return g_bytes_new_take (g_steal_pointer (&sealed), sealed_size);
}

typedef struct {
  gsize size;
  guint8 bytes[];
} Content;

static void
content_free (gpointer data)
{
  Content *content = data;
  sodium_memzero (content->bytes, content->size);
  g_free (content);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Content, content_free)

static gboolean
pull_chunks (Stream *stream, const guint8 *header, const guint8 *from, gsize size, guint8 *to,
             GError **error)
{
  gboolean first = TRUE, last;
  do
    {
      gsize piece = MIN (size, CHUNK + CHUNK_EXTRA);
      guint8 tag;
      last = piece == size && piece < CHUNK + CHUNK_EXTRA;
      if (crypto_secretstream_xchacha20poly1305_pull (
              stream, to, NULL, &tag, from, piece, first ? header : NULL, first ? HEADER_SIZE : 0)
              != 0
          || (tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL) != last)
        return fail (error, CARDEA_CRYPTO_ERROR_ALTERED, "altered, cut short, or of another key");
      to += piece - CHUNK_EXTRA;
      from += piece;
      size -= piece;
      first = FALSE;
    }
  while (!last);
  return TRUE;
}

GBytes *
cardea_sealed_decode (const CardeaSecret *master, const char *context, const void *sealed,
                      gsize sealed_size, gsize max_size, GError **error)
{
  const guint8 *header = sealed;
  Stream stream;

  if (sealed_size < HEADER_SIZE + CHUNK_EXTRA || memcmp (header, MAGIC, MAGIC_SIZE) != 0)
    {
      fail (error, CARDEA_CRYPTO_ERROR_MALFORMED, "not a sealed file");
      return NULL;
    }
  gsize body = sealed_size - HEADER_SIZE;
  gsize chunks = body / (CHUNK + CHUNK_EXTRA) + 1;
  /* The last chunk is shorter than the others but has its tag and MAC; only then is this the size
   * of what the chunks will give. */
  if (body % (CHUNK + CHUNK_EXTRA) < CHUNK_EXTRA)
    {
      fail (error, CARDEA_CRYPTO_ERROR_ALTERED, "cut short");
      return NULL;
    }
  gsize size = body - chunks * CHUNK_EXTRA;
  if (size > max_size)
    {
      fail (error, CARDEA_CRYPTO_ERROR_LIMIT, "longer than it may be");
      return NULL;
    }

  const guint8 *id = header + MAGIC_SIZE;
  g_autoptr (CardeaSecret) key = derive_key (master, id, context, error);
  if (key == NULL)
    return NULL;
  g_autoptr (Content) content = g_malloc (sizeof (Content) + size);
  content->size = size;
  gboolean good
      = crypto_secretstream_xchacha20poly1305_init_pull (&stream, id + ID_SIZE,
                                                         cardea_secret_bytes (key))
            == 0
        && pull_chunks (&stream, header, header + HEADER_SIZE, body, content->bytes, error);
  sodium_memzero (&stream, sizeof stream);
  if (!good)
    return NULL;
  Content *kept = g_steal_pointer (&content);
  return g_bytes_new_with_free_func (kept->bytes, size, content_free, kept);
}
