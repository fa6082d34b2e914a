/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/launch/guardian-package.h"

#include <string.h>

#define LISTS "/var/lib/dpkg/info"
#define ENDING ".list"

/* A whole line. */
static gboolean
has_line (const char *text, gsize size, const char *line)
{
  gsize length = strlen (line);
  const char *end = text + size;

  for (const char *at = text; (at = memmem (at, (gsize) (end - at), line, length)) != NULL; at++)
    if ((at == text || at[-1] == '\n') && (at + length == end || at[length] == '\n'))
      return TRUE;
  return FALSE;
}

/* "coreutils", "libc6:amd64" without its architecture. */
static char *
name_of (const char *list)
{
  gsize size = strlen (list) - strlen (ENDING);
  const char *colon = memchr (list, ':', size);

  return g_strndup (list, colon != NULL ? (gsize) (colon - list) : size);
}

char *
guardian_package_find (const char *path)
{
  g_autoptr (GDir) folder = g_dir_open (LISTS, 0, NULL);
  /* Merged /usr: the lists may still have the former name. */
  const char *former = g_str_has_prefix (path, "/usr/") ? path + strlen ("/usr") : path;
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *file = g_build_filename (LISTS, name, NULL);
      g_autoptr (GMappedFile) list
          = g_str_has_suffix (name, ENDING) ? g_mapped_file_new (file, FALSE, NULL) : NULL;
      const char *text = list != NULL ? g_mapped_file_get_contents (list) : NULL;
      gsize size = text != NULL ? g_mapped_file_get_length (list) : 0;
      if (size > 0 && (has_line (text, size, path) || has_line (text, size, former)))
        return name_of (name);
    }
  return NULL;
}
