/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts nothing: another program wrote it. Refuses what is no list of files, other machines' files
 * and names that hide something. Known gaps: that a path is there is not looked at here. */

#include "ui/chat/ui-copied-files.h"

#include <string.h>

static const char *const verbs[] = { "copy", "cut", NULL };

/* NULL: no file of this machine. */
static char *
read_line (const char *line)
{
  g_autofree char *host = NULL;
  g_autofree char *path = g_filename_from_uri (line, &host, NULL);

  if (path == NULL || !g_path_is_absolute (path)
      || (host != NULL && *host != '\0' && g_ascii_strcasecmp (host, "localhost") != 0))
    return NULL;
  return g_steal_pointer (&path);
}

char **
ui_copied_files_parse (const char *bytes, gsize size)
{
  g_autoptr (GStrvBuilder) paths = g_strv_builder_new ();
  guint count = 0;

  if (size == 0 || size > UI_COPIED_FILES_BYTES || memchr (bytes, '\0', size) != NULL)
    return g_strv_builder_end (paths);
  g_autofree char *text = g_strndup (bytes, size);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  for (char **line = lines; *line != NULL; line++)
    g_strchomp (*line);
  if (lines[0] == NULL || !g_strv_contains (verbs, lines[0]))
    return g_strv_builder_end (paths);
  for (guint i = 1; lines[i] != NULL && count < UI_COPIED_FILES_LIMIT; i++)
    {
      g_autofree char *path = read_line (lines[i]);
      if (path == NULL)
        continue;
      g_strv_builder_add (paths, path);
      count++;
    }
  return g_strv_builder_end (paths);
}
