/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/files/guardian-files-places.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

/* Always three absolute places, and none with what a shell would expand. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_auto (GStrv) places = guardian_files_places_lookup ("/home/a", (const char *) data, size);
  FUZZ_CHECK (g_strv_length (places) == 3);
  for (char **place = places; *place != NULL; place++)
    FUZZ_CHECK ((*place)[0] == '/' && strpbrk (*place, "$`\"\\") == NULL);
  return 0;
}
