/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/consent/ui-consent-diff.h"

#include "common/base/cardea-text.h"

#include <string.h>

/* Trusts: nothing. Content can look like the syntax around it ("-- x" removed is "--- x"), so lines
 * are counted as the hunk's head announces them. Refuses: nothing; what does not fit is shown as it
 * is. Known gaps: none. */

typedef struct {
  UiConsentDiff *diff;
  int before, after;           /* numbers of the next lines */
  int before_left, after_left; /* lines of this hunk that are still to come */
  guint with_cr, content;
} Reading;

static void
free_line (gpointer data)
{
  UiConsentDiffLine *line = data;
  g_free (line->text);
  g_free (line);
}

static void
add_line (Reading *reading, UiConsentDiffKind kind, int before, int after, const char *text,
          gsize size)
{
  UiConsentDiffLine *line = g_new0 (UiConsentDiffLine, 1);
  line->kind = kind;
  line->before = before;
  line->after = after;
  line->text = g_strndup (text, size); /* escaped by finish() */
  g_ptr_array_add (reading->diff->lines, line);
}

/* ",7": how many; absent: 1. */
static gboolean
read_range (const char **at, int *ret_first, int *ret_count)
{
  char *end;
  guint64 first = g_ascii_strtoull (*at, &end, 10);
  guint64 count = 1;
  if (end == *at || first > G_MAXINT32 / 2)
    return FALSE;
  if (*end == ',')
    {
      const char *digits = end + 1;
      count = g_ascii_strtoull (digits, &end, 10);
      if (end == digits || count > G_MAXINT32 / 2)
        return FALSE;
    }
  *at = end;
  *ret_first = (int) first;
  *ret_count = (int) count;
  return TRUE;
}

/* "@@ -1,3 +1,4 @@ …" */
static gboolean
read_hunk (Reading *reading, const char *line)
{
  const char *at = line + strlen ("@@ -");
  int before, after, before_count, after_count;
  if (!g_str_has_prefix (line, "@@ -") || !read_range (&at, &before, &before_count)
      || !g_str_has_prefix (at, " +"))
    return FALSE;
  at += strlen (" +");
  if (!read_range (&at, &after, &after_count) || !g_str_has_prefix (at, " @@"))
    return FALSE;
  reading->before = before;
  reading->after = after;
  reading->before_left = before_count;
  reading->after_left = after_count;
  return TRUE;
}

/* FALSE: line is no part of the hunk. */
static gboolean
read_content (Reading *reading, const char *line, gsize size)
{
  char sign = size > 0 ? line[0] : ' '; /* some tools leave the space of an empty line out */
  gboolean before = (sign == ' ' || sign == '-') && reading->before_left > 0;
  gboolean after = (sign == ' ' || sign == '+') && reading->after_left > 0;
  if ((sign == ' ' && !(before && after)) || (!before && !after))
    return FALSE;

  UiConsentDiffKind kind = UI_CONSENT_DIFF_CONTEXT;
  if (!before)
    kind = UI_CONSENT_DIFF_ADDED;
  else if (!after)
    kind = UI_CONSENT_DIFF_REMOVED;
  add_line (reading, kind, before ? reading->before : 0, after ? reading->after : 0,
            line + MIN (size, 1), size - MIN (size, 1));
  reading->before += before;
  reading->before_left -= before;
  reading->after += after;
  reading->after_left -= after;
  reading->diff->added += kind == UI_CONSENT_DIFF_ADDED;
  reading->diff->removed += kind == UI_CONSENT_DIFF_REMOVED;
  reading->with_cr += size > 1 && line[size - 1] == '\r';
  reading->content++;
  return TRUE;
}

static void
read_line (Reading *reading, const char *line, gsize size)
{
  g_autofree char *text = g_strndup (line, size);
  gboolean first = reading->diff->lines->len == 0;
  if (read_content (reading, text, size))
    return;
  if (read_hunk (reading, text))
    add_line (reading, UI_CONSENT_DIFF_HUNK, reading->before, reading->after, text, size);
  else if (!first || !(g_str_has_prefix (text, "--- ") || g_str_has_prefix (text, "+++ ")))
    add_line (reading, UI_CONSENT_DIFF_REMARK, 0, 0, text, size);
}

static gboolean
is_content (const UiConsentDiffLine *line)
{
  return line->kind != UI_CONSENT_DIFF_HUNK && line->kind != UI_CONSENT_DIFF_REMARK;
}

/* A file written elsewhere ends every line in CR LF: said once, not at every line. */
static void
finish (Reading *reading)
{
  UiConsentDiff *diff = reading->diff;
  diff->crlf = reading->content > 0 && reading->with_cr == reading->content;
  for (guint i = 0; i < diff->lines->len; i++)
    {
      UiConsentDiffLine *line = diff->lines->pdata[i];
      gsize size = strlen (line->text);
      if (diff->crlf && is_content (line))
        size--;
      g_autofree char *raw = g_steal_pointer (&line->text);
      line->text = cardea_text_escape_lines (raw, size);
      diff->marked |= strlen (line->text) != size || memcmp (line->text, raw, size) != 0;
    }
}

UiConsentDiff *
ui_consent_diff_new (const char *text)
{
  UiConsentDiff *diff = g_new0 (UiConsentDiff, 1);
  Reading reading = { .diff = diff };
  diff->lines = g_ptr_array_new_with_free_func (free_line);
  while (*text != '\0')
    {
      gsize size = strcspn (text, "\n");
      read_line (&reading, text, size);
      text += size + (text[size] == '\n');
    }
  finish (&reading);
  return diff;
}

void
ui_consent_diff_free (UiConsentDiff *diff)
{
  g_ptr_array_unref (diff->lines);
  g_free (diff);
}
