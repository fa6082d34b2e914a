/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: that the person meant the program of this name; what lies there is measured and bound by
 * inode later.
 * Refuses: what is no executable file, and a prefix that would open more than an installation.
 * Known gaps: an installation elsewhere than below one folder's bin, lib or libexec comes inside as
 * its one file. */

#include "guardian/launch/guardian-program.h"

#include "guardian/launch/guardian-sandbox-parts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

G_DEFINE_QUARK (guardian - program - error - quark, guardian_program_error)

/* Names of folders in which programs lie below their prefix. */
static const char *const inner_folders[] = { "bin", "sbin", "lib", "libexec" };

/* Packages in it need one another; what lies beside it is a project. */
#define PACKAGES "node_modules"

/* Below the home: never a prefix, they hold much else. */
static const char *const shared_folders[] = { ".local", ".config", ".cache", ".local/share" };

static gboolean
is_shared (const char *folder, const char *home)
{
  g_autofree char *real = realpath (home, NULL);
  const char *place = real != NULL ? real : home;

  if (guardian_sandbox_parts_lies_in (place, folder))
    return TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS (shared_folders); i++)
    {
      g_autofree char *shared = g_build_filename (place, shared_folders[i], NULL);
      if (strcmp (folder, shared) == 0)
        return TRUE;
    }
  return FALSE;
}

/* Two elements at least: what lies at the top of the tree holds everything of its kind. */
static gboolean
is_deep (const char *folder)
{
  return strchr (folder + 1, '/') != NULL;
}

static gboolean
is_system (const char *path)
{
  for (const char *const *folder = guardian_sandbox_parts_system; *folder != NULL; folder++)
    if (guardian_sandbox_parts_lies_in (path, *folder))
      return TRUE;
  return FALSE;
}

/* The folder above the outermost of the inner ones that may be one: /opt/x for /opt/x/lib/y/bin/z;
 * /x/node_modules for what lies in that. NULL: there is none. */
static char *
find_prefix (const char *path, const char *home)
{
  g_auto (GStrv) elements = g_strsplit (path + 1, "/", -1);
  g_autoptr (GString) folder = g_string_new (NULL);

  for (guint i = 0; elements[i] != NULL && elements[i + 1] != NULL; i++)
    {
      for (gsize k = 0; folder->len > 0 && k < G_N_ELEMENTS (inner_folders); k++)
        if (strcmp (elements[i], inner_folders[k]) == 0 && is_deep (folder->str)
            && !is_shared (folder->str, home))
          return g_string_free (g_steal_pointer (&folder), FALSE);
      g_string_append_printf (folder, "/%s", elements[i]);
      if (strcmp (elements[i], PACKAGES) == 0 && is_deep (folder->str))
        return g_string_free (g_steal_pointer (&folder), FALSE);
    }
  return NULL;
}

static gboolean
fail (GError **error, GuardianProgramError code, const char *what)
{
  g_set_error_literal (error, GUARDIAN_PROGRAM_ERROR, (int) code, what);
  return FALSE;
}

gboolean
guardian_program_find (const char *path, const char *home, GuardianProgram *ret_program,
                       GError **error)
{
  g_autofree char *real = path[0] == '/' ? realpath (path, NULL) : NULL;
  struct stat st;

  if (real == NULL || stat (real, &st) != 0)
    return fail (
        error, errno == EACCES ? GUARDIAN_PROGRAM_ERROR_UNSUITABLE : GUARDIAN_PROGRAM_ERROR_MISSING,
        path[0] == '/' ? g_strerror (errno) : "its name is not absolute");
  if (S_ISDIR (st.st_mode))
    return fail (error, GUARDIAN_PROGRAM_ERROR_UNSUITABLE, "it is a folder");
  if (!S_ISREG (st.st_mode))
    return fail (error, GUARDIAN_PROGRAM_ERROR_UNSUITABLE, "it is not a file");
  if ((st.st_mode & 0111) == 0 || access (real, X_OK) != 0)
    return fail (error, GUARDIAN_PROGRAM_ERROR_UNSUITABLE, "it is not executable");
  if (!is_system (real))
    {
      ret_program->prefix = find_prefix (real, home);
      if (ret_program->prefix == NULL)
        ret_program->prefix = g_strdup (real);
    }
  ret_program->path = g_strdup (real);
  return TRUE;
}

void
guardian_program_clear (GuardianProgram *program)
{
  g_clear_pointer (&program->path, g_free);
  g_clear_pointer (&program->prefix, g_free);
}
