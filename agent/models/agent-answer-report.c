/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/models/agent-answer-private.h"

#include <string.h>

void
agent_answer_add_row (CardeaJson *arguments, const char *const *cells, guint count)
{
  CardeaJson *rows = cardea_json_get (arguments, "rows");
  CardeaJson *row = cardea_json_new_object (), *list = cardea_json_new_array ();
  for (guint i = 0; i < count; i++)
    cardea_json_append (list, cardea_json_new_string (cells[i] != NULL ? cells[i] : ""));
  cardea_json_set (row, "cells", list);
  if (rows == NULL)
    {
      rows = cardea_json_new_array ();
      cardea_json_set (arguments, "rows", rows);
    }
  cardea_json_append (rows, row);
}

static void
set_columns (CardeaJson *arguments, const char *const *titles, guint count)
{
  CardeaJson *list = cardea_json_new_array ();
  for (guint i = 0; i < count; i++)
    cardea_json_append (list, cardea_json_new_string (titles[i]));
  cardea_json_set (arguments, "columns", list);
}

/* The columns of a table, a folder's entries, the lines that hold a text: what stands in the
 * members of a list, whatever kind of value it is. */
static const struct {
  const char *list;
  const char *titles[6];
  const char *fields[6];
} lists[] = {
  { "columns",
    { "Column", "Holds", "Filled", "From", "To", "Total" },
    { "name", "type", "filled", "min", "max", "total" } },
  { "entries", { "Name", "Kind", "Size", "Changed" }, { "name", "kind", "size", "mtime" } },
  { "matches", { "File", "Line", "Text" }, { "file", "line", "text" } },
};

static char *
value_of (const CardeaJson *object, const char *field)
{
  gint64 number;
  const char *text = cardea_json_get_string (object, field);
  if (strcmp (field, "mtime") == 0 && cardea_json_get_int64_string (object, field, &number))
    {
      g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (number / G_USEC_PER_SEC);
      return time != NULL ? g_date_time_format_iso8601 (time) : g_strdup ("");
    }
  if (text == NULL && cardea_json_get_int (object, field, &number))
    return g_strdup_printf ("%" G_GINT64_FORMAT, number);
  return g_strdup (text != NULL ? text : "");
}

static void
add_item (CardeaJson *arguments, const CardeaJson *item, const char *const *fields, guint count)
{
  g_autoptr (GPtrArray) cells = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < count; i++)
    g_ptr_array_add (cells, value_of (item, fields[i]));
  agent_answer_add_row (arguments, (const char *const *) cells->pdata, count);
}

gboolean
agent_answer_fill_report (const AgentIntent *intent, const AgentToolResult *result,
                          CardeaJson *arguments)
{
  if (cardea_json_get (result->data, "totals") != NULL)
    {
      agent_answer_table_fill (intent, result->data, arguments);
      return TRUE;
    }
  for (gsize i = 0; i < G_N_ELEMENTS (lists); i++)
    {
      const CardeaJson *items = cardea_json_get (result->data, lists[i].list);
      guint count = 0;
      if (items == NULL)
        continue;
      while (count < G_N_ELEMENTS (lists[i].titles) && lists[i].titles[count] != NULL)
        count++;
      set_columns (arguments, lists[i].titles, count);
      for (guint j = 0; j < cardea_json_size (items); j++)
        add_item (arguments, cardea_json_nth (items, j), lists[i].fields, count);
      return TRUE;
    }
  return FALSE;
}
