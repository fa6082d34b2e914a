/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/base/cardea-secret.h"

#include <sodium.h>
#include <string.h>

#define SECRET_LIMIT (64u * 1024u)

struct _CardeaSecret {
  gatomicrefcount refs;
  gsize size;
  guint8 *bytes;
};

CardeaSecret *
cardea_secret_new (gsize size)
{
  if (size == 0 || size > SECRET_LIMIT || sodium_init () < 0)
    return NULL;

  guint8 *bytes = sodium_malloc (size);
  if (bytes == NULL)
    return NULL;
  sodium_memzero (bytes, size);

  CardeaSecret *secret = g_new0 (CardeaSecret, 1);
  g_atomic_ref_count_init (&secret->refs);
  secret->size = size;
  secret->bytes = bytes;
  return secret;
}

CardeaSecret *
cardea_secret_new_random (gsize size)
{
  CardeaSecret *secret = cardea_secret_new (size);
  if (secret != NULL)
    randombytes_buf (secret->bytes, size);
  return secret;
}

CardeaSecret *
cardea_secret_new_take (void *bytes, gsize size)
{
  CardeaSecret *secret = cardea_secret_new (size);
  if (secret != NULL)
    memcpy (secret->bytes, bytes, size);
  sodium_memzero (bytes, size);
  return secret;
}

CardeaSecret *
cardea_secret_ref (CardeaSecret *secret)
{
  g_atomic_ref_count_inc (&secret->refs);
  return secret;
}

void
cardea_secret_unref (CardeaSecret *secret)
{
  if (secret == NULL || !g_atomic_ref_count_dec (&secret->refs))
    return;
  sodium_free (secret->bytes);
  g_free (secret);
}

gsize
cardea_secret_size (const CardeaSecret *secret)
{
  return secret->size;
}

const guint8 *
cardea_secret_bytes (const CardeaSecret *secret)
{
  return secret->bytes;
}

guint8 *
cardea_secret_writable (CardeaSecret *secret)
{
  return secret->bytes;
}

gboolean
cardea_secret_equal (const CardeaSecret *a, const CardeaSecret *b)
{
  return a->size == b->size && sodium_memcmp (a->bytes, b->bytes, a->size) == 0;
}
