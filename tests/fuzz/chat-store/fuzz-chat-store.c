/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "tests/fuzz/fuzz.h"
#include "ui/store/ui-store-format.h"

#include <string.h>

typedef struct {
  guint count;
} Seen;

/* The files of the corpus are sealed with the key of 32 times 'k' for the context "fuzz", and their
 * records say which they are. Nobody makes another file, or another order, without the key. */
static gboolean
take_cb (const void *bytes, gsize size, gpointer user_data)
{
  Seen *seen = user_data;
  g_autofree char *expected = g_strdup_printf ("record %u", seen->count++);
  FUZZ_CHECK (size == strlen (expected) && memcmp (bytes, expected, size) == 0);
  return TRUE;
}

int
LLVMFuzzerTestOneInput (const uint8_t *bytes, size_t size)
{
  char key[32];
  Seen seen = { 0 };
  guint64 sequence;
  gsize good;

  if (size < UI_STORE_FORMAT_HEADER)
    return 0;
  memset (key, 'k', sizeof key);
  g_autoptr (CardeaSecret) master = cardea_secret_new_take (key, sizeof key);
  g_autoptr (UiStoreKeys) keys = ui_store_format_keys (master, "fuzz", bytes);
  if (keys == NULL)
    return 0;
  UiStoreEnd end
      = ui_store_format_walk (keys, bytes + UI_STORE_FORMAT_HEADER, size - UI_STORE_FORMAT_HEADER,
                              take_cb, &seen, &good, &sequence);
  FUZZ_CHECK (sequence == seen.count);
  FUZZ_CHECK (good <= size - UI_STORE_FORMAT_HEADER);
  FUZZ_CHECK ((end == UI_STORE_END_WHOLE) == (good == size - UI_STORE_FORMAT_HEADER));
  return 0;
}
