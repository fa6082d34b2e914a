/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/files/guardian-files-needle.h"

#include <string.h>

struct _GuardianFilesNeedle {
  char *folded;
  gsize size;
  gboolean ascii;
};

static gboolean
is_ascii (const char *text, gsize size)
{
  for (gsize i = 0; i < size; i++)
    if ((guchar) text[i] >= 0x80)
      return FALSE;
  return TRUE;
}

static void
fold_ascii (const char *text, gsize size, char *folded)
{
  for (gsize i = 0; i < size; i++)
    {
      guchar c = text[i];
      folded[i] = c + ((guchar) (c - 'A') < 26 ? 'a' - 'A' : 0);
    }
}

static char *
fold_unicode (const char *text, gsize size)
{
  g_autofree char *valid = g_utf8_make_valid (text, size);
  g_autofree char *composed = g_utf8_normalize (valid, -1, G_NORMALIZE_DEFAULT_COMPOSE);
  g_autofree char *folded = g_utf8_casefold (composed != NULL ? composed : valid, -1);
  /* Folding may leave what composing would join (U+0130). */
  char *again = g_utf8_normalize (folded, -1, G_NORMALIZE_DEFAULT_COMPOSE);
  return again != NULL ? again : g_steal_pointer (&folded);
}

GuardianFilesNeedle *
guardian_files_needle_new (const char *text)
{
  gsize size = strlen (text);
  if (size == 0)
    return NULL;

  GuardianFilesNeedle *needle = g_new0 (GuardianFilesNeedle, 1);
  needle->ascii = is_ascii (text, size);
  if (needle->ascii)
    {
      needle->folded = g_malloc (size + 1);
      fold_ascii (text, size + 1, needle->folded);
    }
  else
    needle->folded = fold_unicode (text, size);
  needle->size = strlen (needle->folded);
  return needle;
}

void
guardian_files_needle_free (GuardianFilesNeedle *needle)
{
  if (needle == NULL)
    return;
  g_free (needle->folded);
  g_free (needle);
}

gsize
guardian_files_needle_size (const GuardianFilesNeedle *needle)
{
  return needle->size;
}

static gboolean
line_has (const GuardianFilesNeedle *needle, const char *line, gsize size)
{
  if (is_ascii (line, size))
    return FALSE;
  g_autofree char *folded = fold_unicode (line, size);
  return strstr (folded, needle->folded) != NULL;
}

gboolean
guardian_files_needle_in_name (const GuardianFilesNeedle *needle, const char *name)
{
  gsize size = strlen (name);
  if (!needle->ascii)
    return line_has (needle, name, size);
  g_autofree char *folded = g_malloc (size + 1);
  return guardian_files_needle_find (needle, name, size, folded) >= 0;
}

gssize
guardian_files_needle_find (const GuardianFilesNeedle *needle, const char *text, gsize size,
                            char *folded)
{
  if (needle->ascii)
    {
      fold_ascii (text, size, folded);
      const char *found = memmem (folded, size, needle->folded, needle->size);
      return found != NULL ? found - folded : -1;
    }
  for (gsize at = 0; at < size;)
    {
      const char *newline = memchr (text + at, '\n', size - at);
      gsize length = newline != NULL ? (gsize) (newline - (text + at)) : size - at;
      if (line_has (needle, text + at, length))
        return at;
      at += length + 1;
    }
  return -1;
}
