/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/files/guardian-files-places.h"

#include "guardian/files/guardian-files-error.h"
#include "guardian/files/guardian-files-read.h"

#include <string.h>

#define LIMIT_USER_DIRS (16u * 1024u) /* of user-dirs.dirs; what comes later is not read */

static const struct {
  const char *variable; /* in user-dirs.dirs */
  const char *fallback; /* below home */
} lookups[] = {
  { "XDG_DOCUMENTS_DIR", "Documents" },
  { "XDG_DOWNLOAD_DIR", "Downloads" },
  { "XDG_DESKTOP_DIR", "Desktop" },
};

/* "$HOME/Dokumente" or "/data/Dokumente" in double quotes; an escape or another variable is not
 * simple and the fallback stays. $HOME alone means that the person has no such folder. */
static char *
simple_value (const char *value, const char *home)
{
  gsize size = strlen (value);
  if (size < 2 || value[0] != '"' || value[size - 1] != '"')
    return NULL;

  g_autofree char *inner = g_strndup (value + 1, size - 2);
  const char *rest = g_str_has_prefix (inner, "$HOME/") ? inner + strlen ("$HOME/") : NULL;
  if (strpbrk (rest != NULL ? rest : inner, "\"\\$`") != NULL)
    return NULL;
  if (rest != NULL)
    return rest[0] != '\0' ? g_build_filename (home, rest, NULL) : NULL;
  return inner[0] == '/' ? g_steal_pointer (&inner) : NULL;
}

static void
apply_line (char *line, const char *home, char **places)
{
  g_strstrip (line);
  for (gsize i = 0; i < G_N_ELEMENTS (lookups); i++)
    {
      gsize length = strlen (lookups[i].variable);
      if (strncmp (line, lookups[i].variable, length) != 0 || line[length] != '=')
        continue;
      char *place = simple_value (line + length + 1, home);
      if (place != NULL)
        {
          g_free (places[i]);
          places[i] = place;
        }
    }
}

char **
guardian_files_places_lookup (const char *home, const char *text, gsize size)
{
  char **places = g_new0 (char *, G_N_ELEMENTS (lookups) + 1);
  for (gsize i = 0; i < G_N_ELEMENTS (lookups); i++)
    places[i] = g_build_filename (home, lookups[i].fallback, NULL);
  if (text == NULL)
    return places;

  g_autofree char *copy = g_strndup (text, MIN (size, LIMIT_USER_DIRS));
  g_auto (GStrv) lines = g_strsplit (copy, "\n", -1);
  for (char **line = lines; *line != NULL; line++)
    apply_line (*line, home, places);
  return places;
}

char **
guardian_files_places_lookup_read (const GuardianFilesMounts *mounts, const char *home,
                                   GuardianFilesWalkMode mode, guint64 *ret_mount, GError **error)
{
  const char *config = g_getenv ("XDG_CONFIG_HOME");
  g_autofree char *path = config != NULL && config[0] == '/'
                              ? g_build_filename (config, "user-dirs.dirs", NULL)
                              : g_build_filename (home, ".config", "user-dirs.dirs", NULL);
  g_autoptr (GError) failed = NULL;
  g_autoptr (GuardianFilesObject) object
      = guardian_files_walk (mounts, path, mode, ret_mount, &failed);
  if (g_error_matches (failed, GUARDIAN_FILES_ERROR, GUARDIAN_FILES_ERROR_WOULD_BLOCK))
    {
      g_propagate_error (error, g_steal_pointer (&failed));
      return NULL;
    }
  g_autofree char *text = NULL;
  gsize size = 0;
  if (object != NULL && object->info.kind == GUARDIAN_FILES_KIND_FILE)
    text = guardian_files_read_start (object, LIMIT_USER_DIRS, &size);
  return guardian_files_places_lookup (home, text, size);
}
