/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/protocol/cardea-message-table.h"

#include "common/protocol/cardea-message-macros.h"
#include "common/protocol/cardea-message-rows.h"

#include <string.h>

/* What it takes from strangers: field by field, nothing undeclared. Limits stand in the rows. */

const CardeaField cardea_message_envelope[] = {
  STRING ("type", TRUE, 64, "the message's name"),
  STRING ("request", FALSE, 64, "pairs an answer with its request; chosen by the asker"),
  ID ("session", FALSE, DIGITS_SESSION, "the session it belongs to"),
  ID ("trace", FALSE, DIGITS_TRACE, "W3C trace id; the same in the log"),
  STRING ("cap", FALSE, 4096, "a capability"),
  { NULL },
};

static const CardeaMessageRow *const tables[] = {
  cardea_message_rows_link,   cardea_message_rows_front, cardea_message_rows_agent,
  cardea_message_rows_worker, cardea_message_rows_files, cardea_message_rows_network,
};

const CardeaMessageRow *
cardea_message_table_row (gsize number)
{
  for (gsize i = 0; i < G_N_ELEMENTS (tables); i++)
    for (const CardeaMessageRow *row = tables[i]; row->name != NULL; row++)
      if (number-- == 0)
        return row;
  return NULL;
}

const CardeaMessageRow *
cardea_message_table_find (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (tables); i++)
    for (const CardeaMessageRow *row = tables[i]; row->name != NULL; row++)
      if (row->name[0] == name[0] && strcmp (row->name, name) == 0)
        return row;
  return NULL;
}

const CardeaField *
cardea_message_table_field (const CardeaMessageRow *row, const char *name)
{
  for (const CardeaField *field = row->fields; field->name != NULL; field++)
    if (field->name[0] == name[0] && strcmp (field->name, name) == 0)
      return field;
  return NULL;
}
