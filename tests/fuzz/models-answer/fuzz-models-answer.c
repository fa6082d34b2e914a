/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "tests/fuzz/fuzz.h"
#include "ui/models/ui-models-answer.h"

#include <string.h>

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  const char *text = size > 0 ? (const char *) data : "";
  g_auto (GStrv) models = ui_models_answer_parse (text, size);

  FUZZ_CHECK (models == NULL || g_strv_length (models) <= UI_MODELS_ANSWER_MODELS);
  for (char **id = models; id != NULL && *id != NULL; id++)
    {
      FUZZ_CHECK (**id != '\0' && strlen (*id) <= 128);
      for (const char *p = *id; *p != '\0'; p++)
        FUZZ_CHECK (g_ascii_isgraph (*p));
    }
  return 0;
}
