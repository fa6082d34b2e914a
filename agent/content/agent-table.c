/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/content/agent-table.h"

#include "agent/content/agent-column-name.h"
#include "agent/content/agent-error.h"
#include "agent/content/agent-text.h"

#include <string.h>

#define SAMPLE_BYTES (256u * 1024u)
#define SAMPLE_ROWS 200
#define SHOW_NAME 60
#define SHOW_COLUMNS 20
#define COLUMN_BYTES_MAX 4096

struct _AgentTable {
  AgentSource *source;
  char separator;
  GPtrArray *sample; /* of char **: rows that are not blank */
  GPtrArray *names;  /* of char * */
  AgentTableType *types;
  guint first; /* index, among rows that are not blank, of the first row of values */
  gboolean header;
  guint preamble;
  AgentDecimalMark mark;
};

void
agent_table_free (AgentTable *table)
{
  g_ptr_array_unref (table->sample);
  g_ptr_array_unref (table->names);
  g_free (table->types);
  g_free (table);
}

const GPtrArray *
agent_table_names (const AgentTable *table)
{
  return table->names;
}

AgentTableType
agent_table_type (const AgentTable *table, guint column)
{
  return table->types[column];
}

gboolean
agent_table_has_header (const AgentTable *table)
{
  return table->header;
}

guint
agent_table_preamble (const AgentTable *table)
{
  return table->preamble;
}

char
agent_table_separator (const AgentTable *table)
{
  return table->separator;
}

AgentDecimalMark
agent_table_mark (const AgentTable *table)
{
  return table->mark;
}

const char *
agent_table_cell (const AgentCsvRow *row, guint column)
{
  return column < row->n_fields ? row->fields[column] : "";
}

/* --- the sample --- */

static gboolean
keep_row (const AgentCsvRow *row, gpointer user_data)
{
  AgentTable *table = user_data;
  if (!agent_csv_row_is_blank (row))
    {
      GPtrArray *copy = g_ptr_array_new ();
      for (guint i = 0; i < MIN (row->n_fields, AGENT_TABLE_COLUMNS_MAX); i++)
        g_ptr_array_add (copy, g_strndup (row->fields[i], COLUMN_BYTES_MAX));
      g_ptr_array_add (copy, NULL);
      g_ptr_array_add (table->sample, g_ptr_array_free (copy, FALSE));
    }
  return table->sample->len < SAMPLE_ROWS;
}

static gboolean
is_blank (const char *cell)
{
  gsize size;
  agent_text_trim (cell, &size);
  return size == 0;
}

static guint
count_filled (char **row)
{
  guint filled = 0;
  for (; *row != NULL; row++)
    filled += !is_blank (*row);
  return filled;
}

/* The commonest number of cells of a row. */
static guint
usual_width (const AgentTable *table)
{
  guint counts[AGENT_TABLE_COLUMNS_MAX + 1] = { 0 };
  guint best = 1;
  for (guint i = 0; i < table->sample->len; i++)
    counts[g_strv_length (table->sample->pdata[i])]++;
  for (guint i = 1; i <= AGENT_TABLE_COLUMNS_MAX; i++)
    if (counts[i] > counts[best])
      best = i;
  return best;
}

static AgentTableType
cell_type (const char *cell)
{
  AgentNumber number;
  AgentDate date;
  if (is_blank (cell))
    return AGENT_TABLE_EMPTY;
  if (agent_number_parse (cell, AGENT_MARK_UNKNOWN, &number))
    return AGENT_TABLE_NUMBER;
  return agent_date_parse (cell, AGENT_ORDER_UNKNOWN, &date) ? AGENT_TABLE_DATE : AGENT_TABLE_TEXT;
}

static gboolean
is_year (const char *cell)
{
  gsize size;
  const char *text = agent_text_trim (cell, &size);
  return size == 4 && strspn (text, "0123456789") >= 4 && (text[0] == '1' || text[0] == '2');
}

/* A name that promises days, for numbers such as 20240305 that could be either. */
static gboolean
promises_date (const char *name)
{
  static const char *const words[] = { "date", "datum", "day", "fecha", "data", "booked", "time" };
  g_autofree char *folded = agent_text_fold (name);
  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    if (strstr (folded, words[i]) != NULL)
      return TRUE;
  return FALSE;
}

static AgentTableType
column_type (const AgentTable *table, guint column, guint first)
{
  guint counts[4] = { 0 };
  guint compact = 0;
  for (guint i = first; i < table->sample->len; i++)
    {
      char **row = table->sample->pdata[i];
      const char *cell = column < g_strv_length (row) ? row[column] : "";
      AgentDate date;
      counts[cell_type (cell)]++;
      compact += agent_date_parse (cell, AGENT_ORDER_UNKNOWN, &date);
    }
  guint filled = table->sample->len - MIN (first, table->sample->len) - counts[AGENT_TABLE_EMPTY];
  gboolean dated = column < table->names->len && promises_date (table->names->pdata[column]);
  if (filled == 0)
    return AGENT_TABLE_EMPTY;
  if (counts[AGENT_TABLE_DATE] * 2 > filled || (dated && compact * 2 > filled))
    return AGENT_TABLE_DATE;
  return counts[AGENT_TABLE_NUMBER] * 2 > filled ? AGENT_TABLE_NUMBER : AGENT_TABLE_TEXT;
}

/* A row of names: no cell looks like a value, except years above values that are no years. */
static gboolean
is_header (const AgentTable *table, guint index)
{
  char **row = table->sample->pdata[index];
  guint texts = 0;
  for (guint column = 0; row[column] != NULL; column++)
    {
      AgentTableType type = cell_type (row[column]);
      texts += type == AGENT_TABLE_TEXT;
      if (type == AGENT_TABLE_TEXT || type == AGENT_TABLE_EMPTY)
        continue;
      char **next = index + 1 < table->sample->len ? table->sample->pdata[index + 1] : NULL;
      const char *below = next != NULL && column < g_strv_length (next) ? next[column] : "";
      if (!is_year (row[column]) || is_year (below))
        return FALSE;
    }
  return texts > 0;
}

/* The first row that is as wide as the table and mostly filled. */
static guint
find_first (const AgentTable *table, guint width)
{
  for (guint i = 0; i < table->sample->len; i++)
    {
      char **row = table->sample->pdata[i];
      guint cells = g_strv_length (row);
      gboolean wide = cells == width || (cells > width && count_filled (row) == width);
      if (wide && count_filled (row) * 2 > width)
        return i;
    }
  return 0;
}

static void
name_columns (AgentTable *table, guint index, guint width)
{
  char **row = table->header ? table->sample->pdata[index] : NULL;
  guint cells = row != NULL ? g_strv_length (row) : 0;
  guint columns = MAX (width, cells);
  while (cells > 0 && columns > width && is_blank (row[columns - 1]))
    columns--;
  for (guint i = 0; i < columns; i++)
    {
      gsize size = 0;
      const char *name = i < cells ? agent_text_trim (row[i], &size) : "";
      g_ptr_array_add (table->names,
                       size > 0 ? g_strndup (name, size) : g_strdup_printf ("column %u", i + 1));
    }
}

static void
vote_mark (AgentTable *table)
{
  guint votes[3] = { 0 };
  for (guint i = table->first; i < table->sample->len; i++)
    for (char **cell = table->sample->pdata[i]; *cell != NULL; cell++)
      {
        AgentNumber number;
        if (agent_number_parse (*cell, AGENT_MARK_UNKNOWN, &number))
          votes[number.evidence]++;
      }
  if (votes[AGENT_MARK_POINT] != votes[AGENT_MARK_COMMA])
    table->mark
        = votes[AGENT_MARK_POINT] > votes[AGENT_MARK_COMMA] ? AGENT_MARK_POINT : AGENT_MARK_COMMA;
}

static void
understand (AgentTable *table)
{
  guint width = usual_width (table);
  guint index = find_first (table, width);
  table->preamble = index;
  table->header = is_header (table, index);
  name_columns (table, index, width);
  table->first = table->header ? index + 1 : index;
  table->types = g_new0 (AgentTableType, table->names->len);
  for (guint i = 0; i < table->names->len; i++)
    table->types[i] = column_type (table, i, table->first);
  vote_mark (table);
}

static gboolean
is_named_table (const char *path)
{
  static const char *const endings[] = { ".csv", ".tsv", ".tab", ".psv" };
  for (gsize i = 0; i < G_N_ELEMENTS (endings); i++)
    {
      gsize size = strlen (endings[i]), length = strlen (path);
      if (length > size && g_ascii_strcasecmp (path + length - size, endings[i]) == 0)
        return TRUE;
    }
  return FALSE;
}

static gboolean
refuse (AgentSource *source, const char *why, GError **error)
{
  g_autofree char *name = agent_source_show_name (source);
  g_set_error (error, AGENT_ERROR, AGENT_ERROR_UNSUITABLE, "%s %s", name, why);
  return FALSE;
}

static gboolean
read_sample (AgentTable *table, GCancellable *cancellable, GError **error)
{
  gboolean complete;
  g_autofree char *sample
      = agent_text_read (table->source, SAMPLE_BYTES, &complete, cancellable, error);
  if (sample == NULL)
    return FALSE;

  gsize size = strlen (sample);
  if (table->separator == 0)
    table->separator = agent_csv_detect (sample, size, complete);
  if (table->separator == 0 && is_named_table (table->source->path))
    table->separator = ',';
  if (table->separator == 0)
    return refuse (table->source, "does not look like a table: I find no columns in it.", error);

  g_autoptr (AgentCsv) csv = agent_csv_new (table->separator, keep_row, table);
  if (agent_csv_feed (csv, sample, size) && complete)
    agent_csv_finish (csv);
  if (table->sample->len == 0)
    return refuse (table->source, "holds no rows.", error);
  return TRUE;
}

AgentTable *
agent_table_open (AgentSource *source, char separator, GCancellable *cancellable, GError **error)
{
  g_autoptr (AgentTable) table = g_new0 (AgentTable, 1);
  table->source = source;
  table->separator = separator;
  table->sample = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);
  table->names = g_ptr_array_new_with_free_func (g_free);
  if (!read_sample (table, cancellable, error))
    return NULL;
  understand (table);
  return g_steal_pointer (&table);
}

/* --- scanning --- */

typedef struct {
  const AgentTable *table;
  AgentCsv *csv;
  AgentCsvRowFunc func;
  gpointer user_data;
  guint seen; /* rows that are not blank, up to the first row of values */
} Scan;

static gboolean
scan_row (const AgentCsvRow *row, gpointer user_data)
{
  Scan *scan = user_data;
  if (agent_csv_row_is_blank (row))
    return TRUE;
  if (scan->seen < scan->table->first)
    {
      scan->seen++;
      return TRUE;
    }
  return scan->func (row, scan->user_data);
}

static gboolean
scan_text (const char *text, gsize size, gpointer user_data)
{
  return agent_csv_feed (((Scan *) user_data)->csv, text, size);
}

gboolean
agent_table_scan (AgentTable *table, AgentCsvRowFunc func, gpointer user_data,
                  GCancellable *cancellable, GError **error)
{
  Scan scan = { table, NULL, func, user_data, 0 };
  g_autoptr (AgentCsv) csv = agent_csv_new (table->separator, scan_row, &scan);
  scan.csv = csv;
  if (!agent_text_scan (table->source, scan_text, &scan, cancellable, error))
    return FALSE;
  agent_csv_finish (csv);
  return TRUE;
}

/* --- columns by name --- */

char *
agent_table_show_name (const AgentTable *table, guint column)
{
  return agent_text_show (table->names->pdata[column], SHOW_NAME);
}

static char *
list_names (const AgentTable *table)
{
  GString *out = g_string_new (NULL);
  for (guint i = 0; i < MIN (table->names->len, SHOW_COLUMNS); i++)
    {
      g_autofree char *name = agent_table_show_name (table, i);
      g_string_append_printf (out, "%s%s", i > 0 ? ", " : "", name);
    }
  if (table->names->len > SHOW_COLUMNS)
    g_string_append_printf (out, " and %u more", table->names->len - SHOW_COLUMNS);
  return g_string_free (out, FALSE);
}

static gboolean
find_only (const AgentTable *table, AgentTableType type, guint *ret_column, guint *ret_count)
{
  *ret_count = 0;
  for (guint i = 0; i < table->names->len; i++)
    if (table->types[i] == type && (*ret_count)++ == 0)
      *ret_column = i;
  return *ret_count == 1;
}

/* Of several columns of dates the one that is called so, else the first. */
static gboolean
find_date (const AgentTable *table, guint *ret_column)
{
  guint count;
  find_only (table, AGENT_TABLE_DATE, ret_column, &count);
  for (guint i = 0; count > 1 && i < table->names->len; i++)
    if (table->types[i] == AGENT_TABLE_DATE && promises_date (table->names->pdata[i]))
      {
        *ret_column = i;
        break;
      }
  return count > 0;
}

static gboolean
find_by_type (const AgentTable *table, AgentTableType type, guint *ret_column, GError **error)
{
  guint count;
  gboolean found = type == AGENT_TABLE_DATE ? find_date (table, ret_column)
                                            : find_only (table, type, ret_column, &count);
  if (found)
    return TRUE;

  g_autofree char *name = agent_source_show_name (table->source);
  g_autofree char *names = list_names (table);
  g_set_error (error, AGENT_ERROR, AGENT_ERROR_AMBIGUOUS, "Which column of %s? It has %s.%s", name,
               names, type == AGENT_TABLE_DATE ? " None of them holds dates." : "");
  return FALSE;
}

gboolean
agent_table_find_column (const AgentTable *table, const char *wanted, AgentTableType type,
                         guint *ret_column, char **ret_note, GError **error)
{
  *ret_note = NULL;
  AgentColumnMatch match = AGENT_COLUMN_NONE;
  if (wanted != NULL)
    match = agent_column_name_find (table->names, wanted, ret_column);
  if (match == AGENT_COLUMN_EXACT)
    return TRUE;
  if (wanted == NULL)
    {
      if (!find_by_type (table, type, ret_column, error))
        return FALSE;
      g_autofree char *taken = agent_table_show_name (table, *ret_column);
      *ret_note
          = g_strdup_printf (type == AGENT_TABLE_DATE ? "The dates are those of the column “%s”."
                                                      : "No column was named; I took “%s”.",
                             taken);
      return TRUE;
    }

  g_autofree char *asked = agent_text_show (wanted, SHOW_NAME);
  guint count;
  if (match == AGENT_COLUMN_NONE && !table->header && find_only (table, type, ret_column, &count))
    match = AGENT_COLUMN_CLOSE;
  if (match == AGENT_COLUMN_CLOSE)
    {
      g_autofree char *taken = agent_table_show_name (table, *ret_column);
      *ret_note = g_strdup_printf (table->header ? "No column is called exactly “%s”; I took “%s”."
                                                 : "The file has no header; for “%s” I took %s.",
                                   asked, taken);
      return TRUE;
    }
  g_autofree char *name = agent_source_show_name (table->source);
  g_autofree char *names = list_names (table);
  g_set_error (error, AGENT_ERROR,
               match == AGENT_COLUMN_SEVERAL ? AGENT_ERROR_AMBIGUOUS : AGENT_ERROR_NOT_FOUND,
               match == AGENT_COLUMN_SEVERAL
                   ? "Several columns of %s could be “%s”. Its columns are: %s."
                   : "%s has no column “%s”. Its columns are: %s.",
               name, asked, names);
  return FALSE;
}
