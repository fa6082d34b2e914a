/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/crypto/cardea-sealed.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

#define LIMIT (256u * 1024u)

/* The files of the corpus are sealed with the key of 32 times 'k' for the context "fuzz". Whatever
 * opens is "content" repeated: nobody makes another file without the key. */
int
LLVMFuzzerTestOneInput (const uint8_t *bytes, size_t size)
{
  char key[32];
  memset (key, 'k', sizeof key);
  g_autoptr (CardeaSecret) master = cardea_secret_new_take (key, sizeof key);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) content = cardea_sealed_decode (master, "fuzz", bytes, size, LIMIT, &error);

  FUZZ_CHECK ((content == NULL) == (error != NULL));
  if (content == NULL)
    return 0;
  gsize length;
  const char *text = g_bytes_get_data (content, &length);
  for (gsize i = 0; i < length; i++)
    FUZZ_CHECK (text[i] == "content"[i % 7]);
  return 0;
}
