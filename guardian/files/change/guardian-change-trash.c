/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: $XDG_DATA_HOME and the home that the core names. Refuses: a shared $topdir/.Trash that is
 * a link or not sticky, and folders of other people, as the specification asks; a trash that is, or
 * whose halves are, links: what is deleted would turn up where a link's maker wants it. */

#include "guardian/files/change/guardian-change-trash.h"

#include "common/base/cardea-autofd.h"
#include "guardian/files/change/guardian-change-error.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LIMIT_NAMES 1000 /* of one name in the trash */
#define NAME_ROOM 230    /* of 255, for what is added */
#define UNRESERVED "/-_.!~*'()"

void
guardian_change_trash_clear (GuardianChangeTrash *trash)
{
  g_clear_pointer (&trash->name, g_free);
  g_clear_pointer (&trash->info_name, g_free);
  g_clear_pointer (&trash->info_text, g_free);
}

static char *
home_trash (const char *home)
{
  const char *data = g_getenv ("XDG_DATA_HOME");
  return data != NULL && data[0] == '/' ? g_build_filename (data, "Trash", NULL)
                                        : g_build_filename (home, ".local/share/Trash", NULL);
}

/* The mount of path, or of the nearest folder above it that is there. */
static gboolean
mount_of (const char *path, guint64 *ret_mount)
{
  g_autofree char *at = g_strdup (path);
  GuardianFilesInfo info;
  while (!guardian_files_info_read (AT_FDCWD, at, FALSE, &info))
    {
      if (errno != ENOENT || strcmp (at, "/") == 0)
        return FALSE;
      char *above = g_path_get_dirname (at);
      g_free (at);
      at = above;
    }
  *ret_mount = info.mount;
  return info.kind == GUARDIAN_FILES_KIND_FOLDER;
}

/* The highest folder of the mount that folder lies on. */
static char *
top_of (const GuardianChangeFolder *folder)
{
  g_autofree char *top = g_strdup (folder->path);
  while (strcmp (top, "/") != 0)
    {
      GuardianFilesInfo info;
      g_autofree char *above = g_path_get_dirname (top);
      if (!guardian_files_info_read (AT_FDCWD, above, FALSE, &info)
          || info.mount != folder->info.mount)
        break;
      g_free (top);
      top = g_steal_pointer (&above);
    }
  return g_steal_pointer (&top);
}

static gboolean
is_own_folder (const char *path)
{
  struct stat st;
  return lstat (path, &st) == 0 && S_ISDIR (st.st_mode) && st.st_uid == geteuid ();
}

/* The trash of another mount: path, which need not exist yet. NULL: there can be none. */
static char *
mount_trash (const char *top)
{
  struct stat st;
  g_autofree char *shared = g_build_filename (top, ".Trash", NULL);
  if (lstat (shared, &st) == 0 && S_ISDIR (st.st_mode) && (st.st_mode & S_ISVTX) != 0)
    {
      g_autofree char *mine = g_strdup_printf ("%s/%u", shared, geteuid ());
      if (is_own_folder (mine) || (lstat (mine, &st) != 0 && access (shared, W_OK) == 0))
        return g_steal_pointer (&mine);
    }
  g_autofree char *name = g_strdup_printf (".Trash-%u", geteuid ());
  g_autofree char *mine = g_build_filename (top, name, NULL);
  if (is_own_folder (mine) || (lstat (mine, &st) != 0 && access (top, W_OK) == 0))
    return g_steal_pointer (&mine);
  return NULL;
}

/* ret_top: what the paths in the info files are relative to; NULL: absolute. */
static char *
find_trash (const GuardianChangePlace *place, const char *home, char **ret_top)
{
  guint64 mount = 0;
  g_autofree char *own = home_trash (home);
  *ret_top = NULL;
  if (mount_of (own, &mount) && mount == place->folder->info.mount)
    return g_steal_pointer (&own);
  g_autofree char *top = top_of (place->folder);
  char *path = mount_trash (top);
  if (path != NULL)
    *ret_top = g_steal_pointer (&top);
  return path;
}

static gboolean
lies_below (const char *path, const char *folder)
{
  gsize size = strlen (folder);
  return strncmp (path, folder, size) == 0 && (path[size] == '/' || path[size] == '\0');
}

/* What is there of it is no link. */
static gboolean
is_sound (const char *trash)
{
  static const char *const parts[] = { NULL, "files", "info" };
  for (gsize i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      struct stat st;
      g_autofree char *path = g_build_filename (trash, parts[i], NULL);
      if (!is_own_folder (path) && !(lstat (path, &st) != 0 && errno == ENOENT))
        return FALSE;
    }
  return TRUE;
}

/* What is in the trash already does not go there again. */
gboolean
guardian_change_trash_is_possible (const GuardianChangePlace *place, const char *home)
{
  g_autofree char *top = NULL;
  g_autofree char *path = find_trash (place, home, &top);
  return path != NULL && is_sound (path) && !lies_below (place->path, path);
}

static GuardianChangeFolder *
open_part (GuardianChangeLookup *lookup, const char *trash, const char *part, GError **error)
{
  g_autofree char *path = g_build_filename (trash, part, NULL);
  if (g_mkdir_with_parents (path, 0700) != 0)
    {
      (void) guardian_change_error_set_errno (error, errno);
      return NULL;
    }
  if (!is_sound (trash))
    {
      (void) guardian_change_error_set (error, GUARDIAN_FILES_ERROR_UNSUITABLE,
                                        "the trash is a link, or belongs to somebody else");
      return NULL;
    }
  GuardianChangeFolder *folder = guardian_change_folder_find (lookup, path, error);
  if (folder == NULL)
    return NULL;
  /* The walk may have met a link that came since: where it really lies says so. */
  g_autofree char *name = g_path_get_basename (folder->path);
  if (folder->info.uid == geteuid () && !folder->closed && strcmp (name, part) == 0)
    return folder;
  (void) guardian_change_error_set (error, GUARDIAN_FILES_ERROR_UNSUITABLE,
                                    "the trash leads elsewhere, or belongs to somebody else");
  return NULL;
}

static gboolean
is_free (const GuardianChangeFolder *folder, const char *name)
{
  GuardianFilesInfo info;
  return !guardian_files_info_read (folder->fd, name, FALSE, &info) && errno == ENOENT;
}

static gboolean
choose_name (const char *name, GHashTable *taken, GuardianChangeTrash *trash)
{
  for (guint i = 1; i <= LIMIT_NAMES; i++)
    {
      g_autofree char *chosen = i == 1 && strlen (name) <= NAME_ROOM
                                    ? g_strdup (name)
                                    : g_strdup_printf ("%.*s.%u", NAME_ROOM, name, i);
      g_autofree char *info = g_strconcat (chosen, ".trashinfo", NULL);
      if (g_hash_table_contains (taken, chosen) || !is_free (trash->files, chosen)
          || !is_free (trash->info, info))
        continue;
      g_hash_table_add (taken, g_strdup (chosen));
      trash->name = g_steal_pointer (&chosen);
      trash->info_name = g_steal_pointer (&info);
      return TRUE;
    }
  return FALSE;
}

static char *
write_info (const GuardianChangePlace *place, const char *top)
{
  const char *path = place->path;
  if (top != NULL && strcmp (top, "/") != 0)
    path += strlen (top) + 1;
  else if (top != NULL)
    path++;
  g_autofree char *escaped = g_uri_escape_bytes ((const guint8 *) path, strlen (path), UNRESERVED);
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *date = g_date_time_format (now, "%Y-%m-%dT%H:%M:%S");
  return g_strdup_printf ("[Trash Info]\nPath=%s\nDeletionDate=%s\n", escaped, date);
}

gboolean
guardian_change_trash_choose (GuardianChangeLookup *lookup, const GuardianChangePlace *place,
                              GHashTable *taken, GuardianChangeTrash *ret_trash, GError **error)
{
  g_autofree char *top = NULL;
  g_autofree char *path = find_trash (place, lookup->home, &top);
  *ret_trash = (GuardianChangeTrash){ 0 };
  if (path == NULL)
    return guardian_change_error_set (error, GUARDIAN_FILES_ERROR_CHANGED,
                                      "there is no trash for it any more");
  ret_trash->files = open_part (lookup, path, "files", error);
  ret_trash->info = ret_trash->files != NULL ? open_part (lookup, path, "info", error) : NULL;
  if (ret_trash->info == NULL)
    return FALSE;
  if (!choose_name (place->name, taken, ret_trash))
    return guardian_change_error_set (error, GUARDIAN_FILES_ERROR_BUSY,
                                      "the trash holds too many files of that name");
  ret_trash->info_text = write_info (place, top);
  return TRUE;
}
