/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/files/change/guardian-change-content.h"
#include "guardian/files/change/guardian-change-history.h"
#include "guardian/files/change/guardian-change-journal.h"
#include "guardian/files/change/guardian-change-pieces.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

/* A record that is a journal has steps in folders of its own, under names that are names. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (CardeaJson) json = cardea_json_parse ((const char *) data, size, NULL);
  if (json == NULL || cardea_json_type (json) != CARDEA_JSON_OBJECT)
    return 0;
  g_auto (GuardianChangeJournal) journal = { 0 };
  if (guardian_change_journal_read (json, &journal))
    for (guint i = 0; i < journal.steps->len; i++)
      {
        const GuardianChangeStep *step = journal.steps->pdata[i];
        FUZZ_CHECK (g_ptr_array_find (journal.folders, step->folder, NULL));
        FUZZ_CHECK (strchr (step->name, '/') == NULL && step->name[0] != '\0');
        FUZZ_CHECK (step->temp[0] == '\0' || g_str_has_prefix (step->temp, ".cardea-"));
        FUZZ_CHECK (strchr (step->temp, '/') == NULL);
      }

  GuardianFilesInfo left;
  (void) guardian_change_history_read_left (cardea_json_get (json, "left"), &left);
  const CardeaJson *former = cardea_json_get (json, "former");
  g_autoptr (GuardianChangeFormer) file
      = former != NULL ? guardian_change_former_parse (former) : NULL;
  gint64 end = 0;
  for (guint i = 0; file != NULL && file->pieces != NULL && i < file->pieces->len; i++)
    {
      const GuardianChangePiece *piece = &g_array_index (file->pieces, GuardianChangePiece, i);
      FUZZ_CHECK (piece->offset >= end && piece->size > 0);
      end = piece->offset + piece->size;
    }
  return 0;
}
