/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/crypto/cardea-box.h"

#include <sodium.h>

/* Trusts the key's holder. Refuses a box that is altered, cut short, of another key or that stood
 * somewhere else. Known gap: which boxes there are is not its business; who needs that keeps a
 * number in `around`. */

G_STATIC_ASSERT (CARDEA_BOX_KEY_SIZE == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);
G_STATIC_ASSERT (CARDEA_BOX_NONCE_SIZE == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES);
G_STATIC_ASSERT (CARDEA_BOX_EXTRA
                 == CARDEA_BOX_NONCE_SIZE + crypto_aead_xchacha20poly1305_ietf_ABYTES);

void
cardea_box_seal (const CardeaSecret *key, const void *around, gsize around_size, const void *bytes,
                 gsize size, guint8 *to)
{
  randombytes_buf (to, CARDEA_BOX_NONCE_SIZE);
  crypto_aead_xchacha20poly1305_ietf_encrypt (to + CARDEA_BOX_NONCE_SIZE, NULL, bytes, size, around,
                                              around_size, NULL, to, cardea_secret_bytes (key));
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

GBytes *
cardea_box_open (const CardeaSecret *key, const void *around, gsize around_size, const void *box,
                 gsize box_size, GError **error)
{
  const guint8 *from = box;

  if (box_size < CARDEA_BOX_EXTRA)
    {
      g_set_error (error, CARDEA_CRYPTO_ERROR, CARDEA_CRYPTO_ERROR_ALTERED, "cut short");
      return NULL;
    }
  Content *content = g_malloc (sizeof (Content) + box_size - CARDEA_BOX_EXTRA);
  content->size = box_size - CARDEA_BOX_EXTRA;
  if (crypto_aead_xchacha20poly1305_ietf_decrypt (
          content->bytes, NULL, NULL, from + CARDEA_BOX_NONCE_SIZE,
          box_size - CARDEA_BOX_NONCE_SIZE, around, around_size, from, cardea_secret_bytes (key))
      == 0)
    return g_bytes_new_with_free_func (content->bytes, content->size, content_free, content);
  content_free (content);
  g_set_error (error, CARDEA_CRYPTO_ERROR, CARDEA_CRYPTO_ERROR_ALTERED,
               "altered, or of another key");
  return NULL;
}
