/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/models/agent-mend.h"

#include <string.h>

#define REPLACEMENT "\xef\xbf\xbd"
#define REPLACEMENT_ESCAPED "\\ufffd"
#define ESCAPE_SIZE 6 /* \uNNNN */

typedef struct {
  const char *at;
  const char *end;
  GString *out;
} Mending;

/* The value of \uNNNN at text, -1 when there is none. */
static int
read_escape (const char *text, const char *end)
{
  int value = 0;
  if (end - text < ESCAPE_SIZE || text[0] != '\\' || text[1] != 'u')
    return -1;
  for (int i = 2; i < ESCAPE_SIZE; i++)
    {
      int digit = g_ascii_xdigit_value (text[i]);
      if (digit < 0)
        return -1;
      value = value * 16 + digit;
    }
  return value;
}

static gboolean
is_between (int value, int first, int last)
{
  return value >= first && value <= last;
}

static void
copy (Mending *mending, gsize size)
{
  size = MIN (size, (gsize) (mending->end - mending->at));
  g_string_append_len (mending->out, mending->at, (gssize) size);
  mending->at += size;
}

static void
mend_escape (Mending *mending)
{
  int first = read_escape (mending->at, mending->end);
  gboolean high = is_between (first, 0xd800, 0xdbff);
  gboolean low = is_between (first, 0xdc00, 0xdfff);
  gboolean pair
      = high && is_between (read_escape (mending->at + ESCAPE_SIZE, mending->end), 0xdc00, 0xdfff);
  if (pair)
    copy (mending, 2 * (gsize) ESCAPE_SIZE);
  else if (high || low)
    {
      g_string_append (mending->out, REPLACEMENT_ESCAPED);
      mending->at += ESCAPE_SIZE;
    }
  else if (mending->end - mending->at > 1 && mending->at[1] == '\'')
    {
      g_string_append_c (mending->out, '\'');
      mending->at += 2;
    }
  else
    copy (mending, 2);
}

static void
mend_character (Mending *mending)
{
  guint8 byte = (guint8) *mending->at;
  gunichar c = byte != 0 ? g_utf8_get_char_validated (mending->at, mending->end - mending->at) : 0;
  if (byte < 0x20)
    {
      g_string_append_printf (mending->out, "\\u%04x", byte);
      mending->at++;
    }
  else if (c == (gunichar) -1 || c == (gunichar) -2)
    {
      g_string_append (mending->out, REPLACEMENT);
      mending->at++;
    }
  else
    copy (mending, (gsize) g_unichar_to_utf8 (c, NULL));
}

/* From the quote that begins a string to the one that ends it. */
static void
mend_string (Mending *mending)
{
  copy (mending, 1);
  while (mending->at < mending->end && *mending->at != '"')
    if (*mending->at == '\\')
      mend_escape (mending);
    else
      mend_character (mending);
  copy (mending, 1);
}

static gboolean
mend_word (Mending *mending)
{
  static const char *const words[] = { "NaN", "Infinity", "-Infinity" };
  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    {
      gsize size = strlen (words[i]);
      if ((gsize) (mending->end - mending->at) < size || memcmp (mending->at, words[i], size) != 0)
        continue;
      g_string_append (mending->out, "null");
      mending->at += size;
      return TRUE;
    }
  return FALSE;
}

static GString *
mend (const char *text, gsize size)
{
  Mending mending = { text, text + size, g_string_sized_new (size) };
  while (mending.at < mending.end)
    if (*mending.at == '"')
      mend_string (&mending);
    else if (!mend_word (&mending))
      copy (&mending, 1);
  return mending.out;
}

CardeaJson *
agent_mend_parse (const char *text, gsize size, GError **error)
{
  CardeaJson *strict = cardea_json_parse_bounded (text, size, AGENT_MEND_VALUES_MAX, NULL);
  if (strict != NULL)
    return strict;
  g_autoptr (GString) mended = mend (text, size);
  return cardea_json_parse_bounded (mended->str, mended->len, AGENT_MEND_VALUES_MAX, error);
}

char *
agent_mend_text (const char *text, gsize size)
{
  GString *out = g_string_sized_new (size);
  for (const char *at = text, *end = text + size; at < end;)
    {
      gunichar c = *at != '\0' ? g_utf8_get_char_validated (at, end - at) : 0;
      gboolean invalid = c == (gunichar) -1 || c == (gunichar) -2;
      if (invalid || (g_unichar_iscntrl (c) && c != '\n' && c != '\t' && c != '\r'))
        g_string_append (out, REPLACEMENT);
      else if (c != '\r')
        g_string_append_unichar (out, c);
      at += invalid || c == 0 ? 1 : g_unichar_to_utf8 (c, NULL);
    }
  return g_string_free (out, FALSE);
}

char *
agent_mend_string (const CardeaJson *json)
{
  gsize size;
  const char *text = cardea_json_string_full (json, &size);
  return text != NULL ? agent_mend_text (text, size) : NULL;
}
