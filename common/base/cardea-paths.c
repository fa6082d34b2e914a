/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/base/cardea-paths.h"

#include "common/base/cardea-autofd.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/stat.h>

G_DEFINE_QUARK (cardea - paths - error - quark, cardea_paths_error)

static const struct {
  const char *variable;
  const char *below_home; /* NULL: has no place below $HOME */
} folders[] = {
  [CARDEA_PATHS_CONFIG] = { "XDG_CONFIG_HOME", ".config" },
  [CARDEA_PATHS_STATE] = { "XDG_STATE_HOME", ".local/state" },
  [CARDEA_PATHS_DATA] = { "XDG_DATA_HOME", ".local/share" },
  [CARDEA_PATHS_CACHE] = { "XDG_CACHE_HOME", ".cache" },
  [CARDEA_PATHS_RUNTIME] = { "XDG_RUNTIME_DIR", NULL },
};

char *
cardea_paths_home (void)
{
  const char *home = g_getenv ("HOME");
  if (home != NULL && g_path_is_absolute (home))
    return g_strdup (home);

  const struct passwd *entry = getpwuid (getuid ());
  return g_strdup (entry != NULL && g_path_is_absolute (entry->pw_dir) ? entry->pw_dir : "/");
}

char *
cardea_paths_folder (CardeaPathsKind kind)
{
  const char *base = g_getenv (folders[kind].variable);
  if (base != NULL && g_path_is_absolute (base))
    return g_build_filename (base, "cardea", NULL);
  if (folders[kind].below_home == NULL)
    return g_strdup_printf ("/tmp/cardea-%u", (unsigned) getuid ());

  g_autofree char *home = cardea_paths_home ();
  return g_build_filename (home, folders[kind].below_home, "cardea", NULL);
}

int
cardea_paths_open_folder (CardeaPathsKind kind, char **ret_path, GError **error)
{
  g_autofree char *path = cardea_paths_folder (kind);
  g_autofree char *parent = g_path_get_dirname (path);

  if ((kind != CARDEA_PATHS_RUNTIME && g_mkdir_with_parents (parent, 0700) != 0)
      || (mkdir (path, 0700) != 0 && errno != EEXIST))
    {
      g_set_error (error, CARDEA_PATHS_ERROR, CARDEA_PATHS_ERROR_FAILED, "cannot make %s: %s", path,
                   g_strerror (errno));
      return -1;
    }

  cardea_autofd int fd = open (path, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  struct stat st;
  if (fd < 0 || fstat (fd, &st) != 0)
    {
      g_set_error (error, CARDEA_PATHS_ERROR, CARDEA_PATHS_ERROR_UNSAFE,
                   "%s is not a folder of its own: %s", path, g_strerror (errno));
      return -1;
    }
  if (st.st_uid != geteuid () || (st.st_mode & 022) != 0)
    {
      g_set_error (error, CARDEA_PATHS_ERROR, CARDEA_PATHS_ERROR_UNSAFE,
                   "%s belongs to someone else or others may write to it", path);
      return -1;
    }
  if (ret_path != NULL)
    *ret_path = g_steal_pointer (&path);
  return cardea_fd_steal (&fd);
}

char *
cardea_paths_program (const char *name, GError **error)
{
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *own = self != NULL ? g_path_get_dirname (self) : g_strdup ("/");
  const char *places[] = { own, CARDEA_LIBEXECDIR, CARDEA_BINDIR };

  for (gsize i = 0; i < G_N_ELEMENTS (places); i++)
    {
      g_autofree char *path = g_build_filename (places[i], name, NULL);
      if (access (path, X_OK) == 0)
        return g_steal_pointer (&path);
    }
  g_set_error (error, CARDEA_PATHS_ERROR, CARDEA_PATHS_ERROR_MISSING,
               "%s is neither in %s nor in %s: the installation is not complete", name, own,
               CARDEA_LIBEXECDIR);
  return NULL;
}

gboolean
cardea_paths_privileged (void)
{
  return getauxval (AT_SECURE) != 0;
}

const char *
cardea_paths_test_seam (const char *variable)
{
  return cardea_paths_privileged () ? NULL : g_getenv (variable);
}
