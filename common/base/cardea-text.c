/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/base/cardea-text.h"

#include <string.h>

/* Characters that change how their neighbours look or take no room themselves. */
static gboolean
is_deceptive (gunichar c)
{
  switch (g_unichar_type (c))
    {
    case G_UNICODE_CONTROL:
    case G_UNICODE_FORMAT: /* zero-width, bidi controls, soft hyphen, tags */
    case G_UNICODE_UNASSIGNED:
    case G_UNICODE_PRIVATE_USE:
    case G_UNICODE_SURROGATE:
    case G_UNICODE_LINE_SEPARATOR:
    case G_UNICODE_PARAGRAPH_SEPARATOR:
      return TRUE;
    default:
      /* Fillers that Unicode counts as letters, and variation selectors, show nothing. */
      return c == 0x115f || c == 0x1160 || c == 0x3164 || c == 0xffa0 || c == 0x034f
             || (c >= 0xfe00 && c <= 0xfe0f) || (c >= 0xe0100 && c <= 0xe01ef)
             || (c != ' ' && g_unichar_isspace (c));
    }
}

static char *
escape (const char *bytes, gsize size, gboolean keep_lines, gboolean *ret_marked)
{
  GString *out = g_string_sized_new (size);
  const char *end = bytes + size;
  gboolean marked = FALSE;

  while (bytes < end)
    {
      gunichar c = g_utf8_get_char_validated (bytes, end - bytes);
      if (c == (gunichar) -1 || c == (gunichar) -2)
        {
          g_string_append_printf (out, "\\x%02x", (guint8) *bytes++);
          marked = TRUE;
          continue;
        }
      if (c == '\\' && !keep_lines)
        g_string_append (out, "\\\\");
      else if (!is_deceptive (c) || (keep_lines && (c == '\n' || c == '\t')))
        g_string_append_unichar (out, c);
      else
        {
          g_string_append_printf (out, "\\u{%04x}", c);
          marked = TRUE;
        }
      /* g_utf8_get_char_validated takes NUL for the end of the text; here it is one more byte. */
      bytes = c == 0 ? bytes + 1 : g_utf8_next_char (bytes);
    }
  if (ret_marked != NULL)
    *ret_marked = marked;
  return g_string_free (out, FALSE);
}

char *
cardea_text_escape (const char *bytes, gsize size, gboolean *ret_marked)
{
  return escape (bytes, size, FALSE, ret_marked);
}

char *
cardea_text_escape_lines (const char *bytes, gsize size)
{
  return escape (bytes, size, TRUE, NULL);
}

char *
cardea_text_shorten (const char *text, gsize limit)
{
  if (g_utf8_strlen (text, -1) <= (glong) limit)
    return g_strdup (text);
  g_autofree char *head = g_utf8_substring (text, 0, (glong) limit - 1);
  return g_strconcat (head, "…", NULL);
}
