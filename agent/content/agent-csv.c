/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/content/agent-csv.h"

#include <string.h>

typedef enum {
  STATE_START,  /* at the first byte of a field */
  STATE_PLAIN,  /* in a field without quotes */
  STATE_QUOTED, /* between quotes */
  STATE_QUOTE,  /* after a quote inside quotes: the end, or the first half of a doubled one */
} State;

struct _AgentCsv {
  char separator;
  AgentCsvRowFunc func;
  gpointer user_data;

  State state;
  GString *text;     /* the row's fields, each ended by NUL */
  GPtrArray *fields; /* of the row that is handed out */
  GArray *offsets;   /* gsize: where each begins */
  gsize field;       /* where the field that is being read begins */
  gsize quote;       /* where the open quotes' content begins */
  guint64 line;      /* of the byte being read */
  guint64 row_line;  /* where the row began */
  gboolean after_cr; /* an LF now belongs to the CR before */
  gboolean damaged;
  gboolean literal; /* quotes mean nothing (recovering from one that was never closed) */
  gboolean stopped;
};

AgentCsv *
agent_csv_new (char separator, AgentCsvRowFunc func, gpointer user_data)
{
  AgentCsv *csv = g_new0 (AgentCsv, 1);
  csv->separator = separator;
  csv->func = func;
  csv->user_data = user_data;
  csv->text = g_string_sized_new (4096);
  csv->fields = g_ptr_array_new ();
  csv->offsets = g_array_new (FALSE, FALSE, sizeof (gsize));
  csv->line = csv->row_line = 1;
  return csv;
}

void
agent_csv_free (AgentCsv *csv)
{
  g_string_free (csv->text, TRUE);
  g_ptr_array_unref (csv->fields);
  g_array_unref (csv->offsets);
  g_free (csv);
}

static void
append (AgentCsv *csv, const char *bytes, gsize size)
{
  if (csv->text->len - csv->field + size > AGENT_CSV_LIMIT_FIELD
      || csv->text->len + size > AGENT_CSV_LIMIT_ROW)
    {
      csv->damaged = TRUE;
      return;
    }
  g_string_append_len (csv->text, bytes, (gssize) size);
}

static void
end_field (AgentCsv *csv)
{
  csv->state = STATE_START;
  if (csv->offsets->len == AGENT_CSV_LIMIT_FIELDS)
    {
      csv->damaged = TRUE;
      g_string_truncate (csv->text, csv->field);
      return;
    }
  g_string_append_c (csv->text, '\0');
  g_array_append_val (csv->offsets, csv->field);
  csv->field = csv->text->len;
}

static void
end_row (AgentCsv *csv)
{
  end_field (csv);
  g_ptr_array_set_size (csv->fields, 0);
  for (guint i = 0; i < csv->offsets->len; i++)
    g_ptr_array_add (csv->fields, csv->text->str + g_array_index (csv->offsets, gsize, i));

  AgentCsvRow row
      = { (const char *const *) csv->fields->pdata, csv->fields->len, csv->row_line, csv->damaged };
  if (!csv->stopped && !csv->func (&row, csv->user_data))
    csv->stopped = TRUE;
  g_string_truncate (csv->text, 0);
  g_array_set_size (csv->offsets, 0);
  csv->field = 0;
  csv->damaged = FALSE;
  csv->row_line = csv->line;
}

/* The quotes that were opened last were not closed within the limit: what they swallowed is rows.
 * The row that opened them ends at its line's end and is marked; the rest is read again with
 * quotes meaning nothing, so that no byte is looked at more than twice. */
static void
recover (AgentCsv *csv)
{
  gsize size = csv->text->len - csv->quote;
  g_autofree char *swallowed = g_strndup (csv->text->str + csv->quote, size);
  guint64 lines = 0;
  for (gsize i = 0; i < size; i++)
    lines += swallowed[i] == '\n';

  g_string_truncate (csv->text, csv->quote);
  csv->damaged = TRUE;
  csv->line -= MIN (lines, csv->line - csv->row_line);
  csv->literal = TRUE;
  csv->state = STATE_PLAIN;
  agent_csv_feed (csv, swallowed, size);
  csv->literal = FALSE;
}

static void
end_line (AgentCsv *csv, char byte)
{
  if (byte == '\n' && csv->after_cr)
    {
      csv->after_cr = FALSE;
      csv->row_line = csv->line;
      return;
    }
  csv->after_cr = byte == '\r';
  csv->line++;
  end_row (csv);
}

static void
handle_plain (AgentCsv *csv, char byte)
{
  if (byte == '\n' || byte == '\r')
    {
      end_line (csv, byte);
      return;
    }
  csv->after_cr = FALSE;
  if (byte == csv->separator)
    end_field (csv);
  else if (byte == '"' && csv->state == STATE_START && !csv->literal)
    {
      csv->state = STATE_QUOTED;
      csv->quote = csv->text->len;
    }
  else
    {
      csv->state = STATE_PLAIN;
      append (csv, &byte, 1);
    }
}

static void
handle_quoted (AgentCsv *csv, char byte)
{
  if (byte == '"')
    csv->state = STATE_QUOTE;
  else
    {
      csv->line += byte == '\n';
      append (csv, &byte, 1);
    }
}

static void
handle_byte (AgentCsv *csv, char byte)
{
  if (csv->state == STATE_QUOTED)
    handle_quoted (csv, byte);
  else if (csv->state == STATE_QUOTE && byte == '"')
    {
      csv->state = STATE_QUOTED;
      append (csv, &byte, 1);
    }
  else
    {
      if (csv->state == STATE_QUOTE)
        csv->state = STATE_PLAIN; /* text after the closing quote is kept as it stands */
      handle_plain (csv, byte);
    }
}

/* The bytes that go into the field without a look at each. */
static gsize
run_length (const AgentCsv *csv, const char *text, gsize size)
{
  gsize i = 0;
  if (csv->state == STATE_QUOTED)
    while (i < size && text[i] != '"' && text[i] != '\n')
      i++;
  else if (csv->state == STATE_PLAIN)
    while (i < size && text[i] != csv->separator && text[i] != '\n' && text[i] != '\r')
      i++;
  return i;
}

gboolean
agent_csv_feed (AgentCsv *csv, const char *text, gsize size)
{
  gsize i = 0;
  while (i < size && !csv->stopped)
    {
      gsize run = MIN (run_length (csv, text + i, size - i), 4096);
      if (csv->state == STATE_QUOTED
          && csv->text->len - csv->quote + run + 1 > AGENT_CSV_LIMIT_FIELD - 4096)
        {
          recover (csv);
          continue;
        }
      if (run > 0)
        append (csv, text + i, run);
      else
        handle_byte (csv, text[i++]);
      i += run;
    }
  return !csv->stopped;
}

gboolean
agent_csv_finish (AgentCsv *csv)
{
  if (csv->state == STATE_QUOTED
      && memchr (csv->text->str + csv->quote, '\n', csv->text->len - csv->quote) != NULL)
    recover (csv);
  if (!csv->stopped && (csv->state != STATE_START || csv->offsets->len > 0 || csv->text->len > 0))
    end_row (csv);
  return !csv->stopped;
}

gboolean
agent_csv_row_is_blank (const AgentCsvRow *row)
{
  for (guint i = 0; i < row->n_fields; i++)
    if (row->fields[i][strspn (row->fields[i], " \t\r\n")] != '\0')
      return FALSE;
  return TRUE;
}

/* --- detection --- */

#define DETECT_ROWS 200
#define DETECT_FIELDS 256
#define DETECT_SHARE_MIN 600 /* thousandths of the rows that must be alike */

typedef struct {
  guint counts[DETECT_FIELDS]; /* rows with so many fields */
  guint rows;
  guint fields;
  guint unclean; /* fields that hold another separator */
  guint prose;   /* fields as commas in sentences make them */
  char separator;
} Trial;

static const char separators[] = { ',', ';', '\t', '|' };

static gboolean
count_row (const AgentCsvRow *row, gpointer user_data)
{
  Trial *trial = user_data;
  if (agent_csv_row_is_blank (row))
    return TRUE;

  trial->rows++;
  trial->counts[MIN (row->n_fields, DETECT_FIELDS - 1)]++;
  for (guint i = 0; i < row->n_fields; i++)
    {
      trial->fields++;
      const char *other = strpbrk (row->fields[i], ";\t|");
      /* In prose a comma is followed by a blank. */
      trial->prose += trial->separator == ',' && i > 0 && row->fields[i][0] == ' ';
      trial->unclean += other != NULL && strchr (row->fields[i], ' ') == NULL;
    }
  return trial->rows < DETECT_ROWS;
}

typedef struct {
  guint share; /* thousandths of the rows that are alike, less what reads like prose */
  guint score; /* the same, less what another separator would cut better */
} Fit;

static Fit
try_separator (const char *sample, gsize size, char separator)
{
  Trial trial = { .separator = separator };
  g_autoptr (AgentCsv) csv = agent_csv_new (separator, count_row, &trial);
  if (agent_csv_feed (csv, sample, size))
    agent_csv_finish (csv);

  guint best = 0;
  for (guint i = 2; i < DETECT_FIELDS; i++)
    best = MAX (best, trial.counts[i]);
  if (trial.rows == 0 || trial.fields == 0)
    return (Fit){ 0, 0 };
  guint share = best * 1000 / trial.rows;
  share -= share * trial.prose / trial.fields;
  return (Fit){ share, share - share * trial.unclean / trial.fields };
}

char
agent_csv_detect (const char *sample, gsize size, gboolean complete)
{
  /* The hint that spreadsheets write and read. */
  if (size > 5 && memcmp (sample, "sep=", 4) == 0 && (sample[5] == '\n' || sample[5] == '\r'))
    return sample[4];

  const char *last = complete ? NULL : memrchr (sample, '\n', size);
  gsize used = last != NULL ? (gsize) (last - sample) + 1 : size;
  Fit best = { 0, 0 };
  char found = 0;
  for (gsize i = 0; i < sizeof separators; i++)
    {
      Fit fit = try_separator (sample, used, separators[i]);
      if (fit.score > best.score)
        {
          best = fit;
          found = separators[i];
        }
    }
  return best.share >= DETECT_SHARE_MIN ? found : 0;
}
