/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/files/guardian-files-mounts.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

/* A mount that no line can name is unknown, and so refused. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static const char digits[] = "18446744073709551614";
  g_autoptr (GuardianFilesMounts) mounts
      = guardian_files_mounts_new_parse ((const char *) data, size);
  gboolean named = size > 0 && memmem (data, size, digits, strlen (digits)) != NULL;
  FUZZ_CHECK (named
              || guardian_files_mounts_class (mounts, G_MAXUINT64 - 1)
                     == GUARDIAN_FILES_MOUNTS_UNKNOWN);
  return 0;
}
