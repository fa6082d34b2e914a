/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "tests/fuzz/fuzz.h"
#include "ui/chat/ui-copied-files.h"

#include <string.h>

/* Files of a clipboard: every path is a full one, and written as a list again it is the same. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_auto (GStrv) paths = ui_copied_files_parse ((const char *) data, size);
  g_autoptr (GString) text = g_string_new ("copy");

  FUZZ_CHECK (g_strv_length (paths) <= UI_COPIED_FILES_LIMIT);
  for (char **path = paths; *path != NULL; path++)
    {
      g_autofree char *uri = g_filename_to_uri (*path, NULL, NULL);
      FUZZ_CHECK (g_path_is_absolute (*path) && uri != NULL);
      g_string_append_printf (text, "\n%s", uri);
    }
  g_auto (GStrv) again = ui_copied_files_parse (text->str, text->len);
  FUZZ_CHECK (text->len > UI_COPIED_FILES_BYTES
              || g_strv_equal ((const char *const *) paths, (const char *const *) again));
  return 0;
}
