/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/extract/agent-extract.h"

#include <string.h>

/* OpenDocument 1.3 part 3: content.xml of a text or a spreadsheet. */

#define REPEAT_ROWS_MAX 1000u
#define SPACES_MAX 1000u

typedef struct {
  AgentExtractOutput *output;
  gboolean in_body; /* styles come before it, with elements of the same names */
  gboolean begun;
  gboolean sheets;
  guint paragraphs; /* nesting of paragraphs and headings */
  guint skipped;    /* nesting of notes, comments and tracked changes */
  GString *cell;    /* text of the cell being read, in sheets */
  char *value;      /* what its attributes say, better than the text */
  guint repeat;
  GPtrArray *row;
  guint row_repeat;
  guint sheet_count;
  gboolean stop;
} Odf;

static gboolean
is_skipped (const char *name)
{
  static const char *const names[]
      = { "annotation", "tracked-changes", "note-citation", "deletion", "desc", "title" };
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    if (strcmp (name, names[i]) == 0)
      return TRUE;
  return FALSE;
}

static void
begin (Odf *odf, gboolean sheets)
{
  const char *line = sheets ? AGENT_EXTRACT_SHEETS : AGENT_EXTRACT_TEXT;
  if (odf->begun)
    return;
  odf->begun = TRUE;
  odf->sheets = sheets;
  agent_extract_output_put (odf->output, line, strlen (line));
}

static void
put (Odf *odf, const char *bytes, gsize size)
{
  if (odf->skipped > 0 || !odf->begun)
    return;
  if (!odf->sheets)
    agent_extract_output_put (odf->output, bytes, size);
  else if (odf->cell->len + size <= AGENT_EXTRACT_LIMIT_CELL)
    g_string_append_len (odf->cell, bytes, (gssize) size);
  odf->stop = agent_extract_output_is_full (odf->output);
}

static guint
count_attribute (const char *const *attributes, const char *name, guint limit)
{
  const char *text = agent_extract_xml_attribute (attributes, name);
  guint64 count = text != NULL ? g_ascii_strtoull (text, NULL, 10) : 1;
  return (guint) CLAMP (count, 1, limit);
}

static void
start_cell (Odf *odf, const char *const *attributes)
{
  const char *type = agent_extract_xml_attribute (attributes, "value-type");
  g_string_truncate (odf->cell, 0);
  g_clear_pointer (&odf->value, g_free);
  if (g_strcmp0 (type, "date") == 0)
    odf->value = g_strdup (agent_extract_xml_attribute (attributes, "date-value"));
  else if (g_strcmp0 (type, "float") == 0 || g_strcmp0 (type, "currency") == 0)
    odf->value = g_strdup (agent_extract_xml_attribute (attributes, "value"));
  odf->repeat
      = count_attribute (attributes, "number-columns-repeated", AGENT_EXTRACT_LIMIT_COLUMNS);
}

static void
end_cell (Odf *odf)
{
  const char *text = odf->value != NULL ? odf->value : odf->cell->str;
  for (guint i = 0; i < odf->repeat && odf->row->len < AGENT_EXTRACT_LIMIT_COLUMNS; i++)
    g_ptr_array_add (odf->row, g_strdup (text));
  g_string_truncate (odf->cell, 0);
}

static void
end_row (Odf *odf)
{
  guint filled = odf->row->len;
  while (filled > 0 && ((char *) odf->row->pdata[filled - 1])[0] == '\0')
    filled--;
  for (guint i = 0; filled > 0 && i < odf->row_repeat; i++)
    {
      for (guint j = 0; j < filled; j++)
        agent_extract_output_cell (odf->output, odf->row->pdata[j], j == 0);
      agent_extract_output_put (odf->output, "\n", 1);
    }
  g_ptr_array_set_size (odf->row, 0);
  odf->stop = agent_extract_output_is_full (odf->output);
}

static void
start_in_sheets (Odf *odf, const char *name, const char *const *attributes)
{
  if (strcmp (name, "table") == 0)
    {
      const char *title = agent_extract_xml_attribute (attributes, "name");
      agent_extract_output_sheet (odf->output, title != NULL ? title : "");
      odf->stop = ++odf->sheet_count > AGENT_EXTRACT_LIMIT_SHEETS;
    }
  else if (strcmp (name, "table-row") == 0)
    odf->row_repeat = count_attribute (attributes, "number-rows-repeated", REPEAT_ROWS_MAX);
  else if (strcmp (name, "table-cell") == 0 || strcmp (name, "covered-table-cell") == 0)
    start_cell (odf, attributes);
  else if (strcmp (name, "p") == 0 && odf->cell->len > 0)
    put (odf, "\n", 1);
}

static void
start (const char *name, const char *const *attributes, gpointer user_data)
{
  Odf *odf = user_data;
  odf->skipped += is_skipped (name);
  odf->in_body |= strcmp (name, "body") == 0;
  if (!odf->in_body)
    return;
  if (strcmp (name, "spreadsheet") == 0 || strcmp (name, "text") == 0)
    begin (odf, name[0] == 's');
  odf->paragraphs += strcmp (name, "p") == 0 || strcmp (name, "h") == 0;
  if (strcmp (name, "tab") == 0)
    put (odf, "\t", 1);
  else if (strcmp (name, "line-break") == 0)
    put (odf, "\n", 1);
  else if (strcmp (name, "s") == 0)
    for (guint i = count_attribute (attributes, "c", SPACES_MAX); i > 0; i--)
      put (odf, " ", 1);
  if (odf->sheets)
    start_in_sheets (odf, name, attributes);
}

static void
end_in_text (Odf *odf, const char *name)
{
  if (strcmp (name, "p") == 0 || strcmp (name, "h") == 0)
    put (odf, "\n\n", 2);
  else if (strcmp (name, "table-cell") == 0)
    put (odf, "\t", 1);
}

static void
end (const char *name, gpointer user_data)
{
  Odf *odf = user_data;
  gboolean paragraph = strcmp (name, "p") == 0 || strcmp (name, "h") == 0;
  if (paragraph && odf->paragraphs > 0)
    odf->paragraphs--;
  if (!odf->sheets)
    end_in_text (odf, name);
  else if (strcmp (name, "table-cell") == 0 || strcmp (name, "covered-table-cell") == 0)
    end_cell (odf);
  else if (strcmp (name, "table-row") == 0)
    end_row (odf);
  if (is_skipped (name) && odf->skipped > 0)
    odf->skipped--;
}

static void
text (const char *bytes, gsize size, gpointer user_data)
{
  Odf *odf = user_data;
  if (odf->paragraphs > 0)
    put (odf, bytes, size);
}

gboolean
agent_extract_odf (GBytes *document, AgentExtractOutput *output, GError **error)
{
  static const AgentExtractXmlHandler handler = { start, end, text };
  g_autoptr (GString) cell = g_string_new (NULL);
  g_autoptr (GPtrArray) row = g_ptr_array_new_with_free_func (g_free);
  Odf odf = { .output = output, .cell = cell, .row = row, .repeat = 1, .row_repeat = 1 };
  guint64 inflated = 0;

  gboolean ok
      = agent_extract_xml (document, "content.xml", &inflated, &handler, &odf, &odf.stop, error);
  g_free (odf.value);
  if (ok && (!odf.begun || odf.sheet_count > AGENT_EXTRACT_LIMIT_SHEETS))
    {
      g_set_error_literal (error, AGENT_EXTRACT_ERROR,
                           odf.begun ? AGENT_EXTRACT_LIMIT : AGENT_EXTRACT_UNKNOWN,
                           odf.begun ? "too many sheets" : "neither a text nor a spreadsheet");
      return FALSE;
    }
  return ok;
}
