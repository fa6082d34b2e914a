/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/programs/ui-program-lead.h"

#include "ui/programs/ui-program-request.h"

#include "common/base/cardea-autofd.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LINE_LIMIT 256 /* bytes of "#!…", as the kernel reads it */

static const char *const system_folders[]
    = { "/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", NULL };

static gboolean
lies_in (const char *path, const char *folder)
{
  gsize size = strlen (folder);
  return strncmp (path, folder, size) == 0 && (path[size] == '/' || path[size] == '\0');
}

static gboolean
is_seen (const char *path, char **folders)
{
  const char *access = NULL;

  for (const char *const *folder = system_folders; *folder != NULL; folder++)
    if (lies_in (path, *folder))
      return TRUE;
  for (; folders != NULL && *folders != NULL; folders++)
    {
      g_autofree char *folder = ui_program_request_folder (*folders, &access, NULL);
      if (folder != NULL && lies_in (path, folder))
        return TRUE;
    }
  return FALSE;
}

/* The interpreter that a script names; NULL: it is none. The caller owns it. */
static char *
read_interpreter (const char *path)
{
  char line[LINE_LIMIT + 1];
  cardea_autofd int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  gssize size = fd >= 0 ? read (fd, line, LINE_LIMIT) : -1;

  if (size < 3 || line[0] != '#' || line[1] != '!')
    return NULL;
  line[size] = '\0';
  const char *begin = line + 2 + strspn (line + 2, " \t");
  gsize end = strcspn (begin, " \t\n");
  return begin[0] == '/' && end > 0 ? g_strndup (begin, end) : NULL;
}

/* In the home its first folder, elsewhere the one above "bin". The caller owns it. */
static char *
choose_folder (const char *path)
{
  g_autofree char *home = realpath (g_get_home_dir (), NULL);

  if (home != NULL && lies_in (path, home) && path[strlen (home)] == '/')
    {
      const char *rest = path + strlen (home) + 1;
      const char *slash = strchr (rest, '/');
      return slash != NULL ? g_strndup (path, (gsize) (slash - path)) : NULL;
    }
  g_autofree char *folder = g_path_get_dirname (path);
  return g_path_get_dirname (folder);
}

char *
ui_program_lead_missing (const char *program, char **folders, char **ret_leads)
{
  g_autofree char *way = g_path_get_dirname (program);
  g_autofree char *above = realpath (way, NULL);
  g_autofree char *real = realpath (program, NULL);

  *ret_leads = NULL;
  /* What lies elsewhere comes inside with its installation. */
  if (real == NULL || above == NULL || folders == NULL || !is_seen (above, folders))
    return NULL;
  if (is_seen (real, folders))
    {
      g_autofree char *interpreter = read_interpreter (real);
      g_free (real);
      real = interpreter != NULL ? realpath (interpreter, NULL) : NULL;
    }
  if (real == NULL || is_seen (real, folders))
    return NULL;
  char *folder = choose_folder (real);
  if (folder != NULL)
    *ret_leads = g_steal_pointer (&real);
  return folder;
}

char *
ui_program_lead_interpreter (const char *program)
{
  g_autofree char *interpreter = read_interpreter (program);

  return interpreter == NULL || g_file_test (interpreter, G_FILE_TEST_EXISTS)
             ? NULL
             : g_steal_pointer (&interpreter);
}
