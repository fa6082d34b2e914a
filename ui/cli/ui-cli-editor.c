/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/cli/ui-cli-editor.h"

#include "ui/cli/ui-cli-output.h"

#include <string.h>

#define LIMIT_LINE (64u * 1024u) /* bytes; a longer text belongs into a file */
#define LIMIT_HISTORY 200u

struct _UiCliEditor {
  GString *line;
  gsize cursor; /* byte offset, on a character's first byte */
  GPtrArray *history;
  guint recalled; /* index into history; its length: the new line */
  char *draft;    /* the new line while an old one is looked at */
};

UiCliEditor *
ui_cli_editor_new (void)
{
  UiCliEditor *editor = g_new0 (UiCliEditor, 1);
  editor->line = g_string_new (NULL);
  editor->history = g_ptr_array_new_with_free_func (g_free);
  return editor;
}

void
ui_cli_editor_free (UiCliEditor *editor)
{
  g_string_free (editor->line, TRUE);
  g_ptr_array_unref (editor->history);
  g_free (editor->draft);
  g_free (editor);
}

const char *
ui_cli_editor_text (const UiCliEditor *editor)
{
  return editor->line->str;
}

void
ui_cli_editor_clear (UiCliEditor *editor, gboolean remember)
{
  if (remember && editor->line->len > 0)
    {
      if (editor->history->len >= LIMIT_HISTORY)
        g_ptr_array_remove_index (editor->history, 0);
      g_ptr_array_add (editor->history, g_strdup (editor->line->str));
    }
  g_string_truncate (editor->line, 0);
  editor->cursor = 0;
  editor->recalled = editor->history->len;
  g_clear_pointer (&editor->draft, g_free);
}

static gsize
before_cursor (const UiCliEditor *editor)
{
  if (editor->cursor == 0)
    return 0;
  const char *text = editor->line->str;
  return (gsize) (g_utf8_prev_char (text + editor->cursor) - text);
}

static gsize
after_cursor (const UiCliEditor *editor)
{
  if (editor->cursor >= editor->line->len)
    return editor->line->len;
  const char *text = editor->line->str;
  return (gsize) (g_utf8_next_char (text + editor->cursor) - text);
}

static void
erase (UiCliEditor *editor, gsize from, gsize to)
{
  g_string_erase (editor->line, (gssize) from, (gssize) (to - from));
  editor->cursor = from;
}

static void
insert (UiCliEditor *editor, gunichar character)
{
  char bytes[6];
  int size = g_unichar_to_utf8 (character, bytes);
  if (editor->line->len + (gsize) size > LIMIT_LINE)
    return;
  g_string_insert_len (editor->line, (gssize) editor->cursor, bytes, size);
  editor->cursor += (gsize) size;
}

static gsize
word_start (const UiCliEditor *editor)
{
  const char *text = editor->line->str;
  gsize at = editor->cursor;
  while (at > 0 && text[at - 1] == ' ')
    at--;
  while (at > 0 && text[at - 1] != ' ')
    at--;
  return at;
}

static void
recall (UiCliEditor *editor, guint index)
{
  if (index > editor->history->len || index == editor->recalled)
    return;
  if (editor->recalled == editor->history->len)
    {
      g_free (editor->draft);
      editor->draft = g_strdup (editor->line->str);
    }
  const char *text = index < editor->history->len ? editor->history->pdata[index] : editor->draft;
  g_string_assign (editor->line, text != NULL ? text : "");
  editor->recalled = index;
  editor->cursor = editor->line->len;
}

static gboolean
edit (UiCliEditor *editor, UiCliKey key, gunichar character)
{
  switch (key)
    {
    case UI_CLI_KEY_CHARACTER:
    case UI_CLI_KEY_PASTED:
      insert (editor, character);
      return TRUE;
    case UI_CLI_KEY_BACKSPACE:
      erase (editor, before_cursor (editor), editor->cursor);
      return TRUE;
    case UI_CLI_KEY_DELETE:
      erase (editor, editor->cursor, after_cursor (editor));
      return TRUE;
    case UI_CLI_KEY_KILL_BEFORE:
      erase (editor, 0, editor->cursor);
      return TRUE;
    case UI_CLI_KEY_KILL_AFTER:
      erase (editor, editor->cursor, editor->line->len);
      return TRUE;
    case UI_CLI_KEY_KILL_WORD:
      erase (editor, word_start (editor), editor->cursor);
      return TRUE;
    default:
      return FALSE;
    }
}

gboolean
ui_cli_editor_key (UiCliEditor *editor, UiCliKey key, gunichar character)
{
  switch (key)
    {
    case UI_CLI_KEY_LEFT:
      editor->cursor = before_cursor (editor);
      return TRUE;
    case UI_CLI_KEY_RIGHT:
      editor->cursor = after_cursor (editor);
      return TRUE;
    case UI_CLI_KEY_HOME:
      editor->cursor = 0;
      return TRUE;
    case UI_CLI_KEY_END:
      editor->cursor = editor->line->len;
      return TRUE;
    case UI_CLI_KEY_UP:
      recall (editor, editor->recalled > 0 ? editor->recalled - 1 : 0);
      return TRUE;
    case UI_CLI_KEY_DOWN:
      recall (editor, editor->recalled + 1);
      return TRUE;
    case UI_CLI_KEY_REDRAW:
      return TRUE;
    default:
      return edit (editor, key, character);
    }
}

static guint
width_between (const char *from, const char *to)
{
  g_autofree char *part = g_strndup (from, (gsize) (to - from));
  return ui_cli_output_width (part);
}

char *
ui_cli_editor_draw (const UiCliEditor *editor, const char *prompt, guint columns)
{
  const char *text = editor->line->str;
  const char *cursor = text + editor->cursor;
  const char *start = text;
  guint used = ui_cli_output_width (prompt);
  guint room = columns > used + 2 ? columns - used - 1 : 1;

  while (start < cursor && width_between (start, cursor) >= room)
    start = g_utf8_next_char (start);
  const char *end = text + editor->line->len;
  while (end > cursor && width_between (start, end) > room)
    end = g_utf8_prev_char (end);

  g_autofree char *shown = g_strndup (start, (gsize) (end - start));
  guint column = used + width_between (start, cursor);
  GString *out = g_string_new (NULL);
  g_string_append_printf (out, "\r%s%s\033[K\r", prompt, shown);
  if (column > 0)
    g_string_append_printf (out, "\033[%uC", column);
  return g_string_free (out, FALSE);
}
