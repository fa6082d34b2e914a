/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/files/change/guardian-change-operation.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

#define CONTENT 1000

/* Whatever is taken lies within the content and leads nowhere upwards. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (CardeaJson) json = cardea_json_parse ((const char *) data, size, NULL);
  if (json == NULL)
    return 0;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) list = guardian_change_operation_read_all (json, CONTENT, &error);
  FUZZ_CHECK ((list == NULL) == (error != NULL));
  for (guint i = 0; list != NULL && i < list->len; i++)
    {
      const GuardianChangeOperation *operation = list->pdata[i];
      FUZZ_CHECK (operation->offset >= 0 && operation->length >= 0);
      FUZZ_CHECK (operation->offset + operation->length <= CONTENT);
      FUZZ_CHECK (operation->mode >= -1 && operation->mode <= 0777);
      FUZZ_CHECK (operation->path != NULL && strstr (operation->path, "/../") == NULL);
      FUZZ_CHECK ((operation->verb == GUARDIAN_CHANGE_RENAME) == (operation->to != NULL));
    }
  return 0;
}
