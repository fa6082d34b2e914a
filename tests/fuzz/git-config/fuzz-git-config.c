/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/base/cardea-git-config.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

/* Before and after, parted by a NUL. What is understood differs from itself in nothing, and what is
 * told of it keeps to its limits. */

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  const char *text = size > 0 ? (const char *) data : "";
  const char *part = memchr (text, '\0', size);
  gsize former = part != NULL ? (gsize) (part - text) : 0;
  gsize begin = part != NULL ? former + 1 : 0;

  g_auto (GStrv) changes = cardea_git_config_changes (text, former, text + begin, size - begin);
  g_auto (GStrv) none
      = cardea_git_config_changes (text + begin, size - begin, text + begin, size - begin);
  FUZZ_CHECK (changes == NULL || (none != NULL && none[0] == NULL));
  for (guint i = 0; changes != NULL && changes[i] != NULL; i++)
    {
      FUZZ_CHECK (i < CARDEA_GIT_CONFIG_CHANGES);
      FUZZ_CHECK (strlen (changes[i]) <= CARDEA_GIT_CONFIG_NAME_LIMIT);
      FUZZ_CHECK (i == 0 || strcmp (changes[i - 1], changes[i]) < 0);
    }
  return 0;
}
