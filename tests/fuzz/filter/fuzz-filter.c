/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "tests/fuzz/fuzz.h"
#include "ui/cli/ui-cli-filter.h"

#include <string.h>

/* Whatever goes in: what comes out is UTF-8, holds nothing that reaches further than the screen,
 * passes a second time unchanged, and does not depend on how it was cut. */

static GByteArray *
pass (const guint8 *data, gsize size, gsize piece)
{
  g_autoptr (UiCliFilter) filter = ui_cli_filter_new ();
  GByteArray *out = g_byte_array_new ();

  for (gsize i = 0; i < size; i += piece)
    ui_cli_filter_pass (filter, data + i, MIN (piece, size - i), out);
  return out;
}

static gboolean
is_same (const GByteArray *a, const GByteArray *b)
{
  return a->len == b->len && (a->len == 0 || memcmp (a->data, b->data, a->len) == 0);
}

static void
check_escapes (const GByteArray *out)
{
  for (guint i = 0; i < out->len; i++)
    {
      guint8 byte = out->data[i];
      FUZZ_CHECK (byte != 0x05);
      FUZZ_CHECK (byte != 0xc2 || i + 1 == out->len || out->data[i + 1] >= 0xa0);
      if (byte != 0x1b)
        continue;
      FUZZ_CHECK (i + 1 < out->len && strchr ("]PX^_kZc%", out->data[i + 1]) != NULL
                      ? out->data[i + 1] == 'c'
                      : TRUE);
    }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GByteArray) whole = pass (data, size, MAX (size, 1));
  g_autoptr (GByteArray) bytewise = pass (data, size, 1);
  g_autoptr (GByteArray) again = pass (whole->data, whole->len, 7);

  FUZZ_CHECK (is_same (whole, bytewise));
  FUZZ_CHECK (is_same (whole, again));
  FUZZ_CHECK (whole->len <= 3 * size);
  FUZZ_CHECK (memchr (whole->data, 0, whole->len) != NULL
              || g_utf8_validate ((const char *) whole->data, (gssize) whole->len, NULL));
  check_escapes (whole);
  return 0;
}
