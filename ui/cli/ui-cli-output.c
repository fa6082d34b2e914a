/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/cli/ui-cli-output.h"

#include "ui/cli/ui-cli-page.h"

#include "common/base/cardea-encoding.h"
#include "common/base/cardea-text.h"
#include "common/base/cardea-time.h"

#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define REMARK_CHARACTERS 70
#define COLUMN_GAP 2
#define DEFAULT_COLUMNS 80
#define LEAST_COLUMNS 20
#define LEAST_WRAPPED 24 /* columns for the last cell of a row, else it stands below */
#define WRAPPED_INDENT 4

struct _UiCliOutput {
  int out_fd;
  int err_fd;
  gboolean out_terminal;
  gboolean err_terminal;
  gboolean colour;
  gboolean failed;
  gboolean reader_gone; /* failed because nobody reads any more ("| head") */
  gboolean line_begun;  /* prose without its newline */
  gboolean remark;      /* a remark is on the screen */
};

static const char *const tones[] = {
  [UI_CLI_TONE_PLAIN] = "",           [UI_CLI_TONE_STRONG] = "\033[1m",
  [UI_CLI_TONE_DIM] = "\033[2m",      [UI_CLI_TONE_GOOD] = "\033[32m",
  [UI_CLI_TONE_WARNING] = "\033[33m", [UI_CLI_TONE_BAD] = "\033[31m",
};

static gboolean
terminal_has_colour (void)
{
  const char *no_colour = g_getenv ("NO_COLOR");
  const char *term = g_getenv ("TERM");
  return (no_colour == NULL || *no_colour == '\0') && term != NULL && *term != '\0'
         && strcmp (term, "dumb") != 0;
}

UiCliOutput *
ui_cli_output_new (int out_fd, int err_fd)
{
  UiCliOutput *output = g_new0 (UiCliOutput, 1);
  output->out_fd = out_fd;
  output->err_fd = err_fd;
  output->out_terminal = isatty (out_fd);
  output->err_terminal = isatty (err_fd);
  output->colour = output->out_terminal && terminal_has_colour ();
  return output;
}

void
ui_cli_output_free (UiCliOutput *output)
{
  ui_cli_output_remark (output, NULL);
  g_free (output);
}

gboolean
ui_cli_output_out_is_terminal (const UiCliOutput *output)
{
  return output->out_terminal;
}

gboolean
ui_cli_output_err_is_terminal (const UiCliOutput *output)
{
  return output->err_terminal;
}

gboolean
ui_cli_output_ok (const UiCliOutput *output)
{
  return !output->failed;
}

gboolean
ui_cli_output_reader_gone (const UiCliOutput *output)
{
  return output->reader_gone;
}

static gboolean
write_all (int fd, const char *text, gsize size)
{
  while (size > 0)
    {
      ssize_t written = write (fd, text, size);
      if (written < 0 && errno == EINTR)
        continue;
      if (written <= 0)
        return FALSE;
      text += written;
      size -= (gsize) written;
    }
  return TRUE;
}

static void
write_out (UiCliOutput *output, const char *text)
{
  ui_cli_output_remark (output, NULL);
  if (output->failed || write_all (output->out_fd, text, strlen (text)))
    return;
  output->failed = TRUE;
  output->reader_gone = errno == EPIPE;
}

void
ui_cli_output_line (UiCliOutput *output, const char *format, ...)
{
  va_list arguments;
  va_start (arguments, format);
  g_autofree char *text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_autofree char *line = g_strconcat (text, "\n", NULL);
  write_out (output, line);
}

void
ui_cli_output_note (UiCliOutput *output, const char *format, ...)
{
  va_list arguments;
  va_start (arguments, format);
  g_autofree char *text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_autofree char *line = g_strconcat (text, "\n", NULL);
  ui_cli_output_remark (output, NULL);
  write_all (output->err_fd, line, strlen (line));
}

static char *
toned (const UiCliOutput *output, UiCliTone tone, const char *text)
{
  if (!output->colour || tone == UI_CLI_TONE_PLAIN)
    return g_strdup (text);
  return g_strconcat (tones[tone], text, "\033[0m", NULL);
}

void
ui_cli_output_tone_line (UiCliOutput *output, UiCliTone tone, const char *text)
{
  g_autofree char *shown = toned (output, tone, text);
  ui_cli_output_line (output, "%s", shown);
}

/* Unlike in a name, invisible characters belong to ordinary writing (joiners, emoji); only what
 * steers a terminal or the direction of reading is written out. */
static gboolean
steers (gunichar c)
{
  return (g_unichar_iscntrl (c) && c != '\n' && c != '\t') || (c >= 0x202a && c <= 0x202e)
         || (c >= 0x2066 && c <= 0x2069) || c == 0x2028 || c == 0x2029;
}

void
ui_cli_output_prose (UiCliOutput *output, const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  g_autoptr (GString) safe = g_string_new (NULL);

  for (const char *at = valid; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);
      if (c == '\r' && at[1] == '\n')
        continue;
      if (steers (c))
        g_string_append_printf (safe, "\\u{%04x}", c);
      else
        g_string_append_unichar (safe, c);
    }
  if (safe->len == 0)
    return;
  write_out (output, safe->str);
  output->line_begun = safe->str[safe->len - 1] != '\n';
}

void
ui_cli_output_end_prose (UiCliOutput *output)
{
  if (output->line_begun)
    write_out (output, "\n");
  output->line_begun = FALSE;
}

void
ui_cli_output_remark (UiCliOutput *output, const char *text)
{
  if (output->remark)
    write_all (output->err_fd, "\r\033[K", 4);
  output->remark = FALSE;
  if (text == NULL || !output->err_terminal || output->line_begun || !terminal_has_colour ())
    return;
  g_autofree char *safe = cardea_text_escape (text, strlen (text), NULL);
  g_autofree char *cut = cardea_text_shorten (safe, REMARK_CHARACTERS);
  g_autofree char *shown = g_strconcat ("\033[2m", cut, "\033[0m", NULL);
  output->remark = write_all (output->err_fd, shown, strlen (shown));
}

void
ui_cli_output_json (UiCliOutput *output, const CardeaJson *json)
{
  g_autofree char *text = cardea_json_write (json, NULL, NULL);
  if (text == NULL)
    output->failed = TRUE;
  else
    ui_cli_output_line (output, "%s", text);
}

/* --- tables --- */

struct _UiCliTable {
  guint columns;
  GPtrArray *cells; /* char *, row after row, the heads first when there are any */
  GArray *tones;    /* UiCliTone, one a row */
  gboolean heads;
};

UiCliTable *
ui_cli_table_new (const char *const *heads, guint columns)
{
  UiCliTable *table = g_new0 (UiCliTable, 1);
  table->columns = columns;
  table->cells = g_ptr_array_new_with_free_func (g_free);
  table->tones = g_array_new (FALSE, FALSE, sizeof (UiCliTone));
  table->heads = heads != NULL;
  for (guint i = 0; heads != NULL && i < columns; i++)
    g_ptr_array_add (table->cells, g_strdup (heads[i]));
  if (heads != NULL)
    {
      UiCliTone tone = UI_CLI_TONE_STRONG;
      g_array_append_val (table->tones, tone);
    }
  return table;
}

void
ui_cli_table_free (UiCliTable *table)
{
  g_ptr_array_unref (table->cells);
  g_array_unref (table->tones);
  g_free (table);
}

void
ui_cli_table_add (UiCliTable *table, UiCliTone tone, ...)
{
  va_list cells;
  va_start (cells, tone);
  for (guint i = 0; i < table->columns; i++)
    {
      char *cell = va_arg (cells, char *);
      g_ptr_array_add (table->cells, cell != NULL ? cell : g_strdup (""));
    }
  va_end (cells);
  g_array_append_val (table->tones, tone);
}

guint
ui_cli_table_size (const UiCliTable *table)
{
  return table->tones->len - (table->heads ? 1 : 0);
}

guint
ui_cli_output_width (const char *text)
{
  guint width = 0;
  for (; *text != '\0'; text = g_utf8_next_char (text))
    {
      gunichar c = g_utf8_get_char (text);
      width += g_unichar_iszerowidth (c) ? 0 : g_unichar_iswide (c) ? 2 : 1;
    }
  return width;
}

/* How many columns stand side by side: all, unless the terminal is too narrow for them. */
static guint
count_beside (const UiCliTable *table, const guint *widths, guint limit)
{
  guint used = 0;
  guint beside = 0;

  while (beside < table->columns && used + widths[beside] <= limit)
    used += widths[beside++] + COLUMN_GAP;
  return MAX (beside, 1);
}

static void
pad (GString *line, guint start, guint width)
{
  guint used = ui_cli_output_width (line->str + start);
  g_string_append_printf (line, "%*s", (int) (width - MIN (width, used)), "");
}

/* The first columns of a row, aligned; what does not fit beside them, wrapped: after them where the
 * last column has room, else below them. */
static void
add_row_lines (GPtrArray *lines, const UiCliTable *table, char *const *cells, const guint *widths,
               guint limit)
{
  guint beside = count_beside (table, widths, limit);
  g_autoptr (GString) line = g_string_new (NULL);
  g_autoptr (GString) rest = g_string_new (NULL);

  for (guint column = 0; column < beside; column++)
    {
      gsize start = line->len;
      g_string_append (line, cells[column]);
      if (column + 1 < table->columns)
        pad (line, (guint) start, widths[column] + COLUMN_GAP);
    }
  for (guint column = beside; column < table->columns; column++)
    if (*cells[column] != '\0')
      g_string_append_printf (rest, "%s%s", rest->len > 0 ? "  " : "", cells[column]);

  guint indent = ui_cli_output_width (line->str);
  if (beside + 1 == table->columns && indent + LEAST_WRAPPED <= limit)
    {
      ui_cli_page_wrap (lines, line->str, indent, rest->str, limit);
      return;
    }
  g_ptr_array_add (lines, g_strdup (line->str));
  if (rest->len > 0)
    ui_cli_page_wrap (lines, "", WRAPPED_INDENT, rest->str, limit);
}

static guint
columns_of (const UiCliOutput *output)
{
  struct winsize size = { 0 };

  if (!output->out_terminal)
    return G_MAXINT;
  if (ioctl (output->out_fd, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
    return DEFAULT_COLUMNS;
  return MAX (size.ws_col, LEAST_COLUMNS);
}

void
ui_cli_output_table (UiCliOutput *output, const UiCliTable *table)
{
  g_autofree guint *widths = g_new0 (guint, table->columns);
  for (guint i = 0; i < table->cells->len; i++)
    widths[i % table->columns]
        = MAX (widths[i % table->columns], ui_cli_output_width (table->cells->pdata[i]));

  for (guint row = 0; row < table->tones->len; row++)
    {
      g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);
      add_row_lines (lines, table, (char *const *) table->cells->pdata + row * table->columns,
                     widths, columns_of (output));
      for (guint i = 0; i < lines->len; i++)
        ui_cli_output_tone_line (output, g_array_index (table->tones, UiCliTone, row),
                                 g_strchomp (lines->pdata[i]));
    }
}

/* --- cells --- */

char *
ui_cli_output_local_time (const char *rfc3339)
{
  gint64 time_us;
  if (rfc3339 == NULL)
    return g_strdup ("");
  if (!cardea_time_parse (rfc3339, &time_us))
    return cardea_text_escape (rfc3339, strlen (rfc3339), NULL);
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (time_us / G_USEC_PER_SEC);
  return time != NULL ? g_date_time_format (time, "%Y-%m-%d %H:%M:%S") : g_strdup (rfc3339);
}

char *
ui_cli_output_cell (const CardeaJson *object, const char *name)
{
  const CardeaJson *value = cardea_json_get (object, name);
  const char *text = value != NULL ? cardea_json_string (value) : NULL;
  if (text == NULL && value != NULL)
    text = cardea_json_number_text (value);
  return text != NULL ? cardea_text_escape (text, strlen (text), NULL) : g_strdup ("");
}

char *
ui_cli_output_path_bytes (const CardeaJson *object, const char *name)
{
  const char *text = cardea_json_get_string (object, name);
  if (text != NULL)
    return g_strdup (text);
  g_autofree char *encoded_name = g_strconcat (name, "_b64", NULL);
  const char *encoded = cardea_json_get_string (object, encoded_name);
  g_autoptr (GBytes) bytes = encoded != NULL ? cardea_base64_decode (encoded) : NULL;
  if (bytes == NULL)
    return NULL;
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);
  return g_strndup (data, size);
}

char *
ui_cli_output_path (const CardeaJson *object, const char *name)
{
  g_autofree char *bytes = ui_cli_output_path_bytes (object, name);
  return bytes != NULL ? cardea_text_escape (bytes, strlen (bytes), NULL) : g_strdup ("");
}
