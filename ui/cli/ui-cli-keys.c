/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/cli/ui-cli-keys.h"

#include <string.h>

#define ESCAPE 0x1b

static const struct {
  guint8 byte;
  UiCliKey key;
} controls[] = {
  { 0x01, UI_CLI_KEY_HOME },        { 0x03, UI_CLI_KEY_CANCEL },    { 0x04, UI_CLI_KEY_EOF },
  { 0x05, UI_CLI_KEY_END },         { 0x08, UI_CLI_KEY_BACKSPACE }, { 0x0a, UI_CLI_KEY_ENTER },
  { 0x0b, UI_CLI_KEY_KILL_AFTER },  { 0x0c, UI_CLI_KEY_REDRAW },    { 0x0d, UI_CLI_KEY_ENTER },
  { 0x15, UI_CLI_KEY_KILL_BEFORE }, { 0x17, UI_CLI_KEY_KILL_WORD }, { 0x7f, UI_CLI_KEY_BACKSPACE },
};

/* What follows the escape character. */
static const struct {
  const char *bytes;
  UiCliKey key;
} sequences[] = {
  { "[A", UI_CLI_KEY_UP },       { "[B", UI_CLI_KEY_DOWN },       { "[C", UI_CLI_KEY_RIGHT },
  { "[D", UI_CLI_KEY_LEFT },     { "[H", UI_CLI_KEY_HOME },       { "[F", UI_CLI_KEY_END },
  { "OA", UI_CLI_KEY_UP },       { "OB", UI_CLI_KEY_DOWN },       { "OC", UI_CLI_KEY_RIGHT },
  { "OD", UI_CLI_KEY_LEFT },     { "OH", UI_CLI_KEY_HOME },       { "OF", UI_CLI_KEY_END },
  { "[1~", UI_CLI_KEY_HOME },    { "[3~", UI_CLI_KEY_DELETE },    { "[4~", UI_CLI_KEY_END },
  { "[5~", UI_CLI_KEY_PAGE_UP }, { "[6~", UI_CLI_KEY_PAGE_DOWN },
};

static UiCliKey
find_control (guint8 byte)
{
  for (guint i = 0; i < G_N_ELEMENTS (controls); i++)
    if (controls[i].byte == byte)
      return controls[i].key;
  return UI_CLI_KEY_NONE;
}

/* ECMA-48: after "[" parameters and intermediates, then one final byte; after "O" one byte; else
 * the byte itself ends it. */
static gboolean
sequence_is_complete (char first, guint count, guint8 last)
{
  if (count == 1)
    return last != '[' && last != 'O';
  return first == 'O' || (last >= 0x40 && last <= 0x7e);
}

static UiCliKey
end_sequence (UiCliKeys *keys)
{
  const char *bytes = keys->bytes + 1;
  UiCliKey found = UI_CLI_KEY_NONE;
  if (strcmp (bytes, "[200~") == 0)
    keys->pasting = TRUE;
  else if (strcmp (bytes, "[201~") == 0)
    keys->pasting = FALSE;
  else if (!keys->pasting)
    for (guint i = 0; i < G_N_ELEMENTS (sequences); i++)
      if (strcmp (bytes, sequences[i].bytes) == 0)
        found = sequences[i].key;
  keys->count = 0;
  return found;
}

static UiCliKey
feed_sequence (UiCliKeys *keys, guint8 byte)
{
  if (byte == ESCAPE || byte < 0x20 || byte >= 0x7f)
    {
      /* Not part of any sequence: what was begun is dropped, and this byte is looked at anew. */
      keys->count = 0;
      gunichar ignored;
      return ui_cli_keys_feed (keys, byte, &ignored);
    }
  if (keys->count < UI_CLI_KEYS_SEQUENCE)
    keys->bytes[keys->count++] = (char) byte;
  keys->bytes[keys->count] = '\0';
  if (!sequence_is_complete (keys->bytes[1], keys->count - 1, byte))
    return UI_CLI_KEY_NONE;
  return end_sequence (keys);
}

static UiCliKey
feed_character (UiCliKeys *keys, guint8 byte, gunichar *ret_character)
{
  keys->bytes[keys->count++] = (char) byte;
  keys->bytes[keys->count] = '\0';
  gunichar c = g_utf8_get_char_validated (keys->bytes, (gssize) keys->count);
  if (c == (gunichar) -2 && keys->count < 4)
    return UI_CLI_KEY_NONE;
  gboolean cut_off = c == (gunichar) -1 && keys->count > 1;
  keys->count = 0;
  if (cut_off) /* what was begun is dropped; this byte begins anew */
    return ui_cli_keys_feed (keys, byte, ret_character);
  if (c == (gunichar) -1 || c == (gunichar) -2 || g_unichar_iscntrl (c))
    return UI_CLI_KEY_NONE;
  *ret_character = c;
  return keys->pasting ? UI_CLI_KEY_PASTED : UI_CLI_KEY_CHARACTER;
}

UiCliKey
ui_cli_keys_feed (UiCliKeys *keys, guint8 byte, gunichar *ret_character)
{
  if (keys->count > 0 && (guint8) keys->bytes[0] == ESCAPE)
    return feed_sequence (keys, byte);
  if (byte == ESCAPE)
    {
      keys->bytes[0] = ESCAPE;
      keys->bytes[1] = '\0';
      keys->count = 1;
      return UI_CLI_KEY_NONE;
    }
  if (byte < 0x20 || byte == 0x7f)
    {
      keys->count = 0;
      UiCliKey key = find_control (byte);
      /* A pasted newline is a space; no other control character is taken from a paste. */
      if (!keys->pasting || key == UI_CLI_KEY_CANCEL)
        return key;
      *ret_character = ' ';
      return key == UI_CLI_KEY_ENTER || byte == '\t' ? UI_CLI_KEY_PASTED : UI_CLI_KEY_NONE;
    }
  return feed_character (keys, byte, ret_character);
}
