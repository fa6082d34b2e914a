/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/extract/agent-extract.h"

#include <math.h>
#include <string.h>

/* ECMA-376 part 1, SpreadsheetML: the workbook names the sheets, its relations their parts; cells
 * point into shared strings and into styles, which say whether a number is shown as a date. */

#define STYLES_MAX 65536u
#define PARTS_MAX 4096u

typedef struct {
  char *name;
  char *relation;
} Sheet;

typedef struct {
  GBytes *document;
  AgentExtractOutput *output;
  guint64 inflated;
  gboolean stop;

  GPtrArray *sheets; /* of Sheet */
  GHashTable *parts; /* relation id → member */
  gboolean since_1904;
  GPtrArray *strings; /* of char * */
  guint64 strings_size;
  GHashTable *formats; /* number format id → is a date, those the workbook defines */
  GArray *styles;      /* gboolean: cell style → is a date */
  gboolean in_cell_styles;

  GString *text; /* of the element being read */
  gboolean collect;
  guint phonetic; /* nesting of reading aids, which are no content */
  char type[16];
  guint style;
  guint column;      /* of the cell being read */
  guint next_column; /* where the row has come to */
} Xlsx;

static void
sheet_free (gpointer data)
{
  Sheet *sheet = data;
  g_free (sheet->name);
  g_free (sheet->relation);
  g_free (sheet);
}

static void
text_cb (const char *bytes, gsize size, gpointer user_data)
{
  Xlsx *xlsx = user_data;
  if (xlsx->collect && xlsx->phonetic == 0 && xlsx->text->len + size <= AGENT_EXTRACT_LIMIT_CELL)
    g_string_append_len (xlsx->text, bytes, (gssize) size);
}

/* --- workbook.xml and its relations --- */

static void
workbook_start (const char *name, const char *const *attributes, gpointer user_data)
{
  Xlsx *xlsx = user_data;
  if (strcmp (name, "workbookPr") == 0)
    {
      const char *since = agent_extract_xml_attribute (attributes, "date1904");
      xlsx->since_1904 = g_strcmp0 (since, "1") == 0 || g_strcmp0 (since, "true") == 0;
    }
  if (strcmp (name, "sheet") != 0 || xlsx->sheets->len == AGENT_EXTRACT_LIMIT_SHEETS)
    return;
  Sheet *sheet = g_new0 (Sheet, 1);
  sheet->name = g_strdup (agent_extract_xml_attribute (attributes, "name"));
  sheet->relation = g_strdup (agent_extract_xml_attribute (attributes, "id"));
  g_ptr_array_add (xlsx->sheets, sheet);
}

static void
relations_start (const char *name, const char *const *attributes, gpointer user_data)
{
  Xlsx *xlsx = user_data;
  const char *id = agent_extract_xml_attribute (attributes, "Id");
  const char *target = agent_extract_xml_attribute (attributes, "Target");
  if (strcmp (name, "Relationship") != 0 || id == NULL || target == NULL
      || g_hash_table_size (xlsx->parts) == PARTS_MAX)
    return;
  g_hash_table_replace (xlsx->parts, g_strdup (id),
                        target[0] == '/' ? g_strdup (target + 1)
                                         : g_strconcat ("xl/", target, NULL));
}

/* --- sharedStrings.xml --- */

static void
strings_start (const char *name, const char *const *attributes, gpointer user_data)
{
  Xlsx *xlsx = user_data;
  if (strcmp (name, "si") == 0)
    g_string_truncate (xlsx->text, 0);
  xlsx->phonetic += strcmp (name, "rPh") == 0;
  xlsx->collect = strcmp (name, "t") == 0;
}

static void
strings_end (const char *name, gpointer user_data)
{
  Xlsx *xlsx = user_data;
  xlsx->collect = FALSE;
  xlsx->phonetic -= strcmp (name, "rPh") == 0 && xlsx->phonetic > 0;
  if (strcmp (name, "si") != 0)
    return;
  xlsx->strings_size += xlsx->text->len + sizeof (char *) + 16;
  xlsx->stop = xlsx->strings_size > AGENT_EXTRACT_LIMIT_STRINGS;
  g_ptr_array_add (xlsx->strings, g_strdup (xlsx->text->str));
}

/* --- styles.xml --- */

gboolean
agent_extract_xlsx_is_date_format (const char *format)
{
  gboolean quoted = FALSE;
  for (const char *c = format; *c != '\0' && *c != ';'; c++)
    {
      if (*c == '"')
        quoted = !quoted;
      else if (*c == '\\' || *c == '_' || *c == '*')
        c += c[1] != '\0';
      else if (*c == '[' && strchr ("hms", g_ascii_tolower (c[1])) == NULL)
        c += strcspn (c, "]") - (strchr (c, ']') == NULL);
      else if (!quoted && strchr ("yYdDhHsSmM", *c) != NULL)
        return TRUE;
      else if (!quoted && (g_ascii_strncasecmp (c, "General", 7) == 0))
        return FALSE;
    }
  return FALSE;
}

/* ECMA-376 part 1, 18.8.30: built-in formats, with those of East Asian locales. */
static gboolean
is_builtin_date (guint id)
{
  return (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47)
         || (id >= 50 && id <= 58);
}

static guint
number_attribute (const char *const *attributes, const char *name)
{
  const char *text = agent_extract_xml_attribute (attributes, name);
  return text != NULL ? (guint) MIN (g_ascii_strtoull (text, NULL, 10), G_MAXUINT) : 0;
}

static void
styles_start (const char *name, const char *const *attributes, gpointer user_data)
{
  Xlsx *xlsx = user_data;
  if (strcmp (name, "cellXfs") == 0)
    xlsx->in_cell_styles = TRUE;
  guint id = number_attribute (attributes, "numFmtId");
  if (strcmp (name, "numFmt") == 0 && g_hash_table_size (xlsx->formats) < STYLES_MAX)
    {
      const char *code = agent_extract_xml_attribute (attributes, "formatCode");
      gboolean date = code != NULL && agent_extract_xlsx_is_date_format (code);
      g_hash_table_insert (xlsx->formats, GUINT_TO_POINTER (id), GINT_TO_POINTER (date));
    }
  if (strcmp (name, "xf") != 0 || !xlsx->in_cell_styles || xlsx->styles->len == STYLES_MAX)
    return;
  gpointer defined;
  gboolean date = is_builtin_date (id);
  if (g_hash_table_lookup_extended (xlsx->formats, GUINT_TO_POINTER (id), NULL, &defined))
    date = GPOINTER_TO_INT (defined);
  g_array_append_val (xlsx->styles, date);
}

static void
styles_end (const char *name, gpointer user_data)
{
  if (strcmp (name, "cellXfs") == 0)
    ((Xlsx *) user_data)->in_cell_styles = FALSE;
}

/* --- a sheet --- */

char *
agent_extract_xlsx_date (double serial, gboolean since_1904)
{
  if (!(serial >= 0 && serial < 2958466)) /* 9999-12-31 */
    return NULL;
  gint64 seconds = (gint64) llround (serial * 86400.0);
  gint64 days = seconds / 86400, rest = seconds % 86400;
  if (days == 0 && !since_1904)
    return g_strdup_printf ("%02d:%02d:%02d", (int) (rest / 3600), (int) (rest / 60 % 60),
                            (int) (rest % 60));
  /* The first serial numbers count a 29 February 1900 that never was. */
  const char *epoch = since_1904 ? "1904-01-01" : days < 60 ? "1899-12-31" : "1899-12-30";
  GDate date;
  g_date_clear (&date, 1);
  g_date_set_dmy (&date, (GDateDay) atoi (epoch + 8), (GDateMonth) atoi (epoch + 5),
                  (GDateYear) atoi (epoch));
  g_date_add_days (&date, (guint) days);
  g_autofree char *day = g_strdup_printf ("%04d-%02d-%02d", g_date_get_year (&date),
                                          g_date_get_month (&date), g_date_get_day (&date));
  if (rest == 0)
    return g_steal_pointer (&day);
  return g_strdup_printf ("%s %02d:%02d:%02d", day, (int) (rest / 3600), (int) (rest / 60 % 60),
                          (int) (rest % 60));
}

/* "AB12" → 27; the next column when there is no reference. */
static guint
column_of (const char *reference, guint next)
{
  guint column = 0;
  if (reference == NULL || !g_ascii_isupper (reference[0]))
    return next;
  for (; g_ascii_isupper (*reference) && column < AGENT_EXTRACT_LIMIT_COLUMNS; reference++)
    column = column * 26 + (guint) (*reference - 'A' + 1);
  return column - 1;
}

static void
sheet_start (const char *name, const char *const *attributes, gpointer user_data)
{
  Xlsx *xlsx = user_data;
  if (strcmp (name, "row") == 0)
    xlsx->next_column = 0;
  else if (strcmp (name, "c") == 0)
    {
      const char *type = agent_extract_xml_attribute (attributes, "t");
      g_strlcpy (xlsx->type, type != NULL ? type : "n", sizeof xlsx->type);
      xlsx->style = number_attribute (attributes, "s");
      xlsx->column = column_of (agent_extract_xml_attribute (attributes, "r"), xlsx->next_column);
      g_string_truncate (xlsx->text, 0);
    }
  xlsx->phonetic += strcmp (name, "rPh") == 0;
  xlsx->collect = strcmp (name, "v") == 0 || strcmp (name, "t") == 0;
}

/* Spreadsheets show 15 digits of the binary number they keep: 0.1 + 0.2 is 0.3 there. */
static char *
show_number (const Xlsx *xlsx)
{
  char *end;
  double number = g_ascii_strtod (xlsx->text->str, &end);
  if (end == xlsx->text->str || *end != '\0' || !isfinite (number))
    return g_strdup (xlsx->text->str);
  if (xlsx->style < xlsx->styles->len && g_array_index (xlsx->styles, gboolean, xlsx->style))
    {
      char *date = agent_extract_xlsx_date (number, xlsx->since_1904);
      if (date != NULL)
        return date;
    }
  if (xlsx->text->len <= 15 && strpbrk (xlsx->text->str, "eE") == NULL)
    return g_strdup (xlsx->text->str);
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];
  return g_strdup (g_ascii_formatd (buffer, sizeof buffer, "%.15g", number));
}

static char *
show_cell (const Xlsx *xlsx)
{
  if (strcmp (xlsx->type, "s") == 0)
    {
      guint64 index = g_ascii_strtoull (xlsx->text->str, NULL, 10);
      return g_strdup (index < xlsx->strings->len ? xlsx->strings->pdata[index] : "");
    }
  if (strcmp (xlsx->type, "b") == 0)
    return g_strdup (xlsx->text->str[0] == '1' ? "TRUE" : "FALSE");
  if (strcmp (xlsx->type, "n") == 0)
    return show_number (xlsx);
  return g_strdup (xlsx->text->str);
}

static void
sheet_end (const char *name, gpointer user_data)
{
  Xlsx *xlsx = user_data;
  xlsx->collect = FALSE;
  xlsx->phonetic -= strcmp (name, "rPh") == 0 && xlsx->phonetic > 0;
  if (strcmp (name, "row") == 0)
    agent_extract_output_put (xlsx->output, "\n", 1);
  /* A cell to the left of where the row has come to is damage; it is left out. */
  if (strcmp (name, "c") != 0 || xlsx->column < xlsx->next_column
      || xlsx->column >= AGENT_EXTRACT_LIMIT_COLUMNS || xlsx->text->len == 0)
    return;
  for (guint i = xlsx->next_column; i < xlsx->column; i++)
    agent_extract_output_cell (xlsx->output, "", i == 0);
  g_autofree char *shown = show_cell (xlsx);
  agent_extract_output_cell (xlsx->output, shown, xlsx->column == 0);
  xlsx->next_column = xlsx->column + 1;
  xlsx->stop = agent_extract_output_is_full (xlsx->output);
}

static gboolean
read_part (Xlsx *xlsx, const char *member, const AgentExtractXmlHandler *handler, GError **error)
{
  g_string_truncate (xlsx->text, 0);
  xlsx->collect = FALSE;
  xlsx->phonetic = 0;
  return agent_extract_xml (xlsx->document, member, &xlsx->inflated, handler, xlsx, &xlsx->stop,
                            error);
}

static gboolean
read_book (Xlsx *xlsx, GError **error)
{
  static const AgentExtractXmlHandler workbook = { workbook_start, NULL, NULL };
  static const AgentExtractXmlHandler relations = { relations_start, NULL, NULL };
  static const AgentExtractXmlHandler strings = { strings_start, strings_end, text_cb };
  static const AgentExtractXmlHandler styles = { styles_start, styles_end, NULL };
  g_auto (GStrv) names = agent_extract_archive_names (xlsx->document, error);
  if (names == NULL || !read_part (xlsx, "xl/workbook.xml", &workbook, error)
      || !read_part (xlsx, "xl/_rels/workbook.xml.rels", &relations, error))
    return FALSE;

  const char *const *list = (const char *const *) names;
  if ((g_strv_contains (list, "xl/styles.xml")
       && !read_part (xlsx, "xl/styles.xml", &styles, error))
      || (g_strv_contains (list, "xl/sharedStrings.xml")
          && !read_part (xlsx, "xl/sharedStrings.xml", &strings, error)))
    return FALSE;
  if (xlsx->stop)
    g_set_error_literal (error, AGENT_EXTRACT_ERROR, AGENT_EXTRACT_LIMIT, "too many strings");
  return !xlsx->stop;
}

static gboolean
read_sheets (Xlsx *xlsx, GError **error)
{
  static const AgentExtractXmlHandler handler = { sheet_start, sheet_end, text_cb };
  agent_extract_output_put (xlsx->output, AGENT_EXTRACT_SHEETS, strlen (AGENT_EXTRACT_SHEETS));
  for (guint i = 0; i < xlsx->sheets->len && !xlsx->stop; i++)
    {
      const Sheet *sheet = xlsx->sheets->pdata[i];
      const char *part
          = sheet->relation != NULL ? g_hash_table_lookup (xlsx->parts, sheet->relation) : NULL;
      /* Sheets that hold a chart only have parts of another kind. */
      if (part == NULL || strstr (part, "worksheets/") == NULL)
        continue;
      agent_extract_output_sheet (xlsx->output, sheet->name != NULL ? sheet->name : "");
      if (!read_part (xlsx, part, &handler, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
agent_extract_xlsx (GBytes *document, AgentExtractOutput *output, GError **error)
{
  g_autoptr (GPtrArray) sheets = g_ptr_array_new_with_free_func (sheet_free);
  g_autoptr (GPtrArray) strings = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GHashTable) parts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (GHashTable) formats = g_hash_table_new (NULL, NULL);
  g_autoptr (GArray) styles = g_array_new (FALSE, FALSE, sizeof (gboolean));
  g_autoptr (GString) text = g_string_new (NULL);
  Xlsx xlsx = { .document = document,
                .output = output,
                .sheets = sheets,
                .strings = strings,
                .parts = parts,
                .formats = formats,
                .styles = styles,
                .text = text };
  return read_book (&xlsx, error) && read_sheets (&xlsx, error);
}
