/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/chat/ui-path-words.h"

#include "common/base/cardea-limits.h"

#include <string.h>

static const struct {
  const char *open, *close;
} quotes[] = {
  { "\"", "\"" }, { "'", "'" }, { "`", "`" }, { "“", "”" }, { "‘", "’" }, { "«", "»" },
};

static void
add (GPtrArray *words, const char *text, gsize size, const char *home)
{
  g_autofree char *word = g_strndup (text, size);
  char *path
      = g_str_has_prefix (word, "~/") ? g_build_filename (home, word + 2, NULL) : g_strdup (word);
  gsize length = strlen (path);

  /* A folder's name may have been written with its slash. */
  while (length > 1 && path[length - 1] == '/')
    path[--length] = '\0';
  if (words->len < UI_PATH_WORDS_LIMIT && length > 1 && length <= CARDEA_LIMIT_PATH
      && strcmp (path, home) != 0
      && !g_ptr_array_find_with_equal_func (words, path, g_str_equal, NULL))
    g_ptr_array_add (words, path);
  else
    g_free (path);
}

/* The size of the word that begins here, 0 when it is no path. before: what precedes it. */
static gsize
measure (const char *text, const char *close)
{
  if (*text != '/' && !g_str_has_prefix (text, "~/"))
    return 0;
  if (close != NULL)
    {
      const char *end = strstr (text, close);
      gsize line = strcspn (text, "\n");
      return end != NULL && (gsize) (end - text) <= line ? (gsize) (end - text) : 0;
    }
  return strcspn (text, " \t\r\n");
}

char **
ui_path_words (const char *text, const char *home)
{
  GPtrArray *words = g_ptr_array_new ();
  gboolean begins = TRUE; /* a word may begin here */

  while (*text != '\0')
    {
      const char *close = NULL;
      gsize skip = 0;
      for (gsize i = 0; i < G_N_ELEMENTS (quotes) && close == NULL; i++)
        if (begins && g_str_has_prefix (text, quotes[i].open))
          {
            close = quotes[i].close;
            skip = strlen (quotes[i].open);
          }
      if (begins && close == NULL && *text == '(')
        skip = 1;
      gsize size = begins ? measure (text + skip, close) : 0;
      if (size > 0)
        {
          add (words, text + skip, size, home);
          gsize plain = size;
          while (close == NULL && plain > 0
                 && strchr (".,;:!?)]}\"'", text[skip + plain - 1]) != NULL)
            plain--;
          if (plain < size)
            add (words, text + skip, plain, home);
          text += skip + size;
          begins = FALSE;
          continue;
        }
      begins = g_ascii_isspace (*text);
      text++;
    }
  g_ptr_array_add (words, NULL);
  return (char **) g_ptr_array_free (words, FALSE);
}
