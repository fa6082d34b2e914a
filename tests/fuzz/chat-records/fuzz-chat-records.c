/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "tests/fuzz/fuzz.h"
#include "ui/chat/ui-chat-record.h"

#include <string.h>

#define LIMIT (64u * 1024u)
#define VALUES 4000u

/* A record a line. What was read is written and read again as the same. */
static void
check_entry (UiChatEntry *entry)
{
  g_autoptr (UiChatRecords) again = ui_chat_records_new ();
  g_autoptr (CardeaJson) record = ui_chat_record_entry (entry);

  FUZZ_CHECK (ui_chat_records_take (again, record));
  FUZZ_CHECK (again->entries->len == 1);
  g_autoptr (CardeaJson) second = ui_chat_record_entry (again->entries->pdata[0]);
  FUZZ_CHECK (cardea_json_equal (record, second));
}

int
LLVMFuzzerTestOneInput (const uint8_t *bytes, size_t size)
{
  g_autoptr (UiChatRecords) records = ui_chat_records_new ();
  const char *text = (const char *) bytes;

  if (size > LIMIT)
    return 0;
  while (size > 0)
    {
      const char *newline = memchr (text, '\n', size);
      gsize line = newline != NULL ? (gsize) (newline - text) : size;
      g_autoptr (CardeaJson) record = cardea_json_parse_bounded (text, line, VALUES, NULL);
      if (record == NULL || cardea_json_type (record) != CARDEA_JSON_OBJECT
          || !ui_chat_records_take (records, record))
        break;
      text += MIN (line + 1, size);
      size -= MIN (line + 1, size);
    }
  ui_chat_records_finish (records);
  for (guint i = 0; i < records->entries->len; i++)
    {
      FUZZ_CHECK (ui_chat_entry_get_number (records->entries->pdata[i]) > 0);
      check_entry (records->entries->pdata[i]);
    }
  return 0;
}
