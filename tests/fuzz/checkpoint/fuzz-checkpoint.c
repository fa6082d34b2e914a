/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/tlog/cardea-tlog-checkpoint.h"
#include "common/tlog/cardea-tlog-note.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

/* A note that reads has a text and signatures; a checkpoint in it that reads begins with what
 * format writes (extension lines may follow). The bytes are also tried as a verifier key. */
int
LLVMFuzzerTestOneInput (const uint8_t *bytes, size_t size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) second = NULL;
  g_autofree char *vkey = g_strndup (size > 0 ? (const char *) bytes : "", size);
  g_autoptr (CardeaTlogKey) key = cardea_tlog_key_parse (vkey, NULL);
  g_autoptr (CardeaTlogNote) note = cardea_tlog_note_parse (bytes, size, &error);

  FUZZ_CHECK ((note == NULL) == (error != NULL));
  if (key != NULL)
    {
      g_autofree char *again = cardea_tlog_key_format (key);
      FUZZ_CHECK (strcmp (again, vkey) == 0);
    }
  if (note == NULL)
    return 0;
  FUZZ_CHECK (note->signatures->len > 0 && g_bytes_get_size (note->text) < size);
  g_autoptr (CardeaTlogCheckpoint) checkpoint = cardea_tlog_checkpoint_parse (note->text, &second);
  FUZZ_CHECK ((checkpoint == NULL) == (second != NULL));
  if (checkpoint == NULL)
    return 0;
  g_autoptr (GBytes) again
      = cardea_tlog_checkpoint_format (checkpoint->origin, checkpoint->size, &checkpoint->root);
  FUZZ_CHECK (g_bytes_get_size (again) <= g_bytes_get_size (note->text));
  FUZZ_CHECK (memcmp (g_bytes_get_data (again, NULL), bytes, g_bytes_get_size (again)) == 0);
  return 0;
}
