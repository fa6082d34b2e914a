/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/files/guardian-files-needle.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

/* The first line is looked for in the rest; a place that is found lies in the text. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  if (size == 0)
    return 0;
  const uint8_t *newline = memchr (data, '\n', size);
  if (newline == NULL)
    return 0;
  g_autofree char *wanted = g_strndup ((const char *) data, newline - data);
  if (!g_utf8_validate (wanted, -1, NULL))
    return 0;
  const char *text = (const char *) newline + 1;
  gsize length = size - (newline + 1 - data);
  g_autoptr (GuardianFilesNeedle) needle = guardian_files_needle_new (wanted);
  if (needle == NULL)
    return 0;

  g_autofree char *folded = g_malloc (length + 1);
  gssize found = guardian_files_needle_find (needle, text, length, folded);
  FUZZ_CHECK (found < (gssize) length || found < 0);
  g_autofree char *name = g_strndup (text, length);
  (void) guardian_files_needle_in_name (needle, name);
  return 0;
}
