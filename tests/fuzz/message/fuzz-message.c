/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/protocol/cardea-message-table.h"
#include "common/protocol/cardea-message.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

/* Looks at every field in every way; what has the wrong type must give nothing. */
static void
look (const CardeaMessage *message)
{
  const CardeaMessageRow *row = cardea_message_table_find (cardea_message_name (message));
  FUZZ_CHECK (row != NULL);
  for (const CardeaField *field = row->fields; field->name != NULL; field++)
    {
      g_autoptr (GBytes) bytes = cardea_message_get_bytes (message, field->name);
      FUZZ_CHECK (bytes == NULL || g_bytes_get_size (bytes) <= CARDEA_LIMIT_FRAME);
      g_auto (GStrv) paths = cardea_message_get_paths (message, field->name);
      const char *path = cardea_message_get_path (message, field->name);
      gint64 number = cardea_message_get_int (message, field->name, field->min);
      FUZZ_CHECK (paths != NULL);
      if (field->type == CARDEA_FIELD_PATH && path != NULL)
        FUZZ_CHECK (path[0] != '\0' && strlen (path) <= CARDEA_LIMIT_PATH);
      if (field->type == CARDEA_FIELD_PATH && field->required)
        FUZZ_CHECK (path != NULL);
      if (field->type == CARDEA_FIELD_INT)
        FUZZ_CHECK (number >= field->min && number <= field->max);
      FUZZ_CHECK (cardea_message_peek_fd (message, field->name) == -1);
    }
}

/* The text of one message, as any role may send it to any other. */
int
LLVMFuzzerTestOneInput (const uint8_t *bytes, size_t size)
{
  for (guint from = 1; from <= CARDEA_ROLE_NEWCOMER; from <<= 1)
    {
      CardeaRole to = from == CARDEA_ROLE_CORE ? (CardeaRole) ~0u : CARDEA_ROLE_CORE;
      g_autoptr (GError) error = NULL;
      g_autoptr (CardeaMessage) message
          = cardea_message_decode ((const char *) bytes, size, from, to, &error);
      FUZZ_CHECK ((message == NULL) == (error != NULL));
      if (message == NULL)
        continue;
      look (message);

      gsize text_size;
      g_autofree char *text = cardea_message_encode (message, &text_size, &error);
      FUZZ_CHECK (text != NULL);
      g_autoptr (CardeaMessage) again = cardea_message_decode (text, text_size, from, to, &error);
      FUZZ_CHECK (again != NULL);
    }
  return 0;
}
