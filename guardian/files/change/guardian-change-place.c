/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: guardian-files-walk.c for what a path leads to. Refuses: names that are none, links where
 * the object itself is meant, mount points, and what lies on no storage. Everything is held from
 * here on: what is done later is done to a name in a held folder, never to a path. */

#include "guardian/files/change/guardian-change-place.h"

#include "common/base/cardea-autofd.h"
#include "common/base/cardea-limits.h"
#include "guardian/files/change/guardian-change-error.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static gboolean
refuse (GError **error, const char *reason)
{
  return guardian_change_error_set (error, GUARDIAN_FILES_ERROR_UNSUITABLE, reason);
}

static void
folder_free (gpointer data)
{
  GuardianChangeFolder *folder = data;
  cardea_fd_clear (&folder->fd);
  g_free (folder->path);
  g_free (folder->ids);
  g_free (folder);
}

void
guardian_change_lookup_init (GuardianChangeLookup *lookup, const GuardianFilesMounts *mounts,
                             const char *home, const char *folder)
{
  *lookup = (GuardianChangeLookup){
    .mounts = mounts,
    .home = g_strdup (home),
    .folder = g_strdup (folder),
    .folders = g_ptr_array_new_with_free_func (folder_free),
    .by_path = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL),
  };
}

void
guardian_change_lookup_clear (GuardianChangeLookup *lookup)
{
  g_clear_pointer (&lookup->closed, guardian_files_closed_unref);
  g_clear_pointer (&lookup->home, g_free);
  g_clear_pointer (&lookup->folder, g_free);
  g_clear_pointer (&lookup->by_path, g_hash_table_unref);
  g_clear_pointer (&lookup->folders, g_ptr_array_unref);
}

void
guardian_change_place_clear (GuardianChangePlace *place)
{
  g_clear_pointer (&place->name, g_free);
  g_clear_pointer (&place->path, g_free);
  g_clear_pointer (&place->via, g_free);
  g_clear_pointer (&place->object, guardian_files_object_free);
}

/* --- folders --- */

/* On a slow mount the whole transaction waits in that mount's lane. */
static void
note_mount (GuardianChangeLookup *lookup, guint64 mount)
{
  if (guardian_files_mounts_class (lookup->mounts, mount) != GUARDIAN_FILES_MOUNTS_LOCAL)
    lookup->mount = mount;
}

static GuardianChangeFolder *
add_folder (GuardianChangeLookup *lookup, GuardianFilesObject *object)
{
  GuardianChangeFolder *known = g_hash_table_lookup (lookup->by_path, object->path);
  if (known != NULL)
    return known;
  GuardianChangeFolder *folder = g_new0 (GuardianChangeFolder, 1);
  folder->path = g_strdup (object->path);
  folder->fd = cardea_fd_steal (&object->fd);
  folder->info = object->info;
  folder->maker = -1;
  folder->n_ids = object->n_parents + 1;
  folder->ids = g_new (GuardianFilesId, folder->n_ids);
  folder->ids[0] = object->info.id;
  memcpy (folder->ids + 1, object->parents, object->n_parents * sizeof *folder->ids);
  folder->closed = guardian_files_closed_covers (lookup->closed, object);
  note_mount (lookup, object->info.mount);
  g_ptr_array_add (lookup->folders, folder);
  g_hash_table_insert (lookup->by_path, g_strdup (folder->path), folder);
  return folder;
}

/* The two halves of a path without trailing slashes; FALSE when there is no last name. */
static gboolean
split (const char *path, char **ret_folder, char **ret_name, GError **error)
{
  const char *slash = strrchr (path, '/');
  const char *name = slash + 1;
  if (name[0] == '\0' || strcmp (name, ".") == 0 || strcmp (name, "..") == 0)
    return refuse (error, "the path does not end in a name");
  if (strlen (name) > CARDEA_LIMIT_NAME)
    return guardian_change_error_set_errno (error, ENAMETOOLONG);
  while (slash > path && slash[-1] == '/')
    slash--;
  *ret_folder = slash == path ? g_strdup ("/") : g_strndup (path, slash - path);
  *ret_name = g_strdup (name);
  return TRUE;
}

/* One that an earlier operation of the transaction makes. */
static GuardianChangeFolder *
find_planned (GuardianChangeLookup *lookup, const char *path)
{
  g_autofree char *above = NULL;
  g_autofree char *name = NULL;
  if (strcmp (path, "/") == 0 || !split (path, &above, &name, NULL))
    return NULL;
  const GuardianChangeFolder *folder = guardian_change_folder_find (lookup, above, NULL);
  if (folder == NULL)
    return NULL;
  g_autofree char *real = g_build_filename (folder->path, name, NULL);
  return g_hash_table_lookup (lookup->by_path, real);
}

static GuardianChangeFolder *
walk_folder (GuardianChangeLookup *lookup, const char *path, GError **error)
{
  guint64 mount = 0;
  g_autoptr (GuardianFilesObject) object
      = guardian_files_walk (lookup->mounts, path, lookup->mode, &mount, error);
  if (mount != 0)
    lookup->mount = mount;
  if (object == NULL)
    return NULL;
  if (object->info.kind != GUARDIAN_FILES_KIND_FOLDER)
    {
      guardian_files_error_set_errno (error, ENOTDIR);
      return NULL;
    }
  return add_folder (lookup, object);
}

GuardianChangeFolder *
guardian_change_folder_find (GuardianChangeLookup *lookup, const char *path, GError **error)
{
  g_autoptr (GError) failed = NULL;
  GuardianChangeFolder *folder = g_hash_table_lookup (lookup->by_path, path);
  if (folder == NULL)
    folder = walk_folder (lookup, path, &failed);
  if (folder == NULL
      && g_error_matches (failed, GUARDIAN_FILES_ERROR, GUARDIAN_FILES_ERROR_NOT_FOUND))
    folder = find_planned (lookup, path);
  if (folder == NULL)
    g_propagate_error (error, g_steal_pointer (&failed));
  else if (!g_hash_table_contains (lookup->by_path, path))
    g_hash_table_insert (lookup->by_path, g_strdup (path), folder);
  return folder;
}

void
guardian_change_place_will_be (GuardianChangeLookup *lookup, const GuardianChangePlace *place,
                               guint maker)
{
  GuardianChangeFolder *folder = g_new0 (GuardianChangeFolder, 1);
  folder->path = g_strdup (place->path);
  folder->fd = -1;
  folder->maker = maker;
  folder->closed = place->closed;
  folder->info.mount = place->folder->info.mount;
  folder->n_ids = place->folder->n_ids;
  folder->ids = g_memdup2 (place->folder->ids, folder->n_ids * sizeof *folder->ids);
  g_ptr_array_add (lookup->folders, folder);
  g_hash_table_insert (lookup->by_path, g_strdup (folder->path), folder);
}

/* --- what lies in them --- */

static int
open_name (int folder, const char *name)
{
  const struct open_how how = {
    .flags = O_PATH | O_NOFOLLOW | O_CLOEXEC,
    .resolve = RESOLVE_NO_MAGICLINKS | RESOLVE_BENEATH,
  };
  return syscall (SYS_openat2, folder, name, &how, sizeof how);
}

/* The name it really bears: some file systems take names in any case. */
static char *
kernel_name (int fd)
{
  char link[64];
  char path[CARDEA_LIMIT_PATH + 1];
  g_snprintf (link, sizeof link, "/proc/self/fd/%d", fd);
  gssize size = readlink (link, path, sizeof path);
  if (size <= 0 || (gsize) size >= sizeof path)
    return NULL;
  path[size] = '\0';
  const char *slash = strrchr (path, '/');
  return slash != NULL ? g_strdup (slash + 1) : NULL;
}

static GuardianFilesObject *
hold (const GuardianChangePlace *place, int *fd, const GuardianFilesInfo *info)
{
  GuardianFilesObject *object = g_new0 (GuardianFilesObject, 1);
  object->fd = cardea_fd_steal (fd);
  object->path = g_strdup (place->path);
  object->info = *info;
  object->n_parents = place->folder->n_ids;
  object->parents = g_memdup2 (place->folder->ids, object->n_parents * sizeof *object->parents);
  return object;
}

/* A link somewhere at the end: the walk knows how to follow it, or not. */
static gboolean
follow (GuardianChangeLookup *lookup, GuardianChangePlace *place, GError **error)
{
  guint64 mount = 0;
  g_autofree char *above = NULL;
  g_autoptr (GuardianFilesObject) object
      = guardian_files_walk (lookup->mounts, place->path, lookup->mode, &mount, error);
  if (mount != 0)
    lookup->mount = mount;
  if (object == NULL)
    {
      if (error != NULL
          && g_error_matches (*error, GUARDIAN_FILES_ERROR, GUARDIAN_FILES_ERROR_NOT_FOUND))
        {
          g_clear_error (error);
          return refuse (error, "a link of that name leads to something that does not exist");
        }
      return FALSE;
    }
  place->via = g_steal_pointer (&place->path);
  g_clear_pointer (&place->name, g_free);
  place->path = g_strdup (object->path);
  if (!split (place->path, &above, &place->name, error))
    return FALSE;
  place->folder = guardian_change_folder_find (lookup, above, error);
  place->object = g_steal_pointer (&object);
  return place->folder != NULL;
}

static gboolean
look (GuardianChangeLookup *lookup, GuardianChangeLinks links, GuardianChangePlace *place,
      GError **error)
{
  if (place->folder->fd < 0)
    return TRUE; /* still to be made: nothing is in it */
  GuardianFilesInfo info;
  cardea_autofd int fd = open_name (place->folder->fd, place->name);
  if (fd < 0 && errno == ENOENT)
    return TRUE;
  if (fd < 0 || !guardian_files_info_read (fd, "", TRUE, &info))
    {
      guardian_files_error_set_errno (error, errno);
      return FALSE;
    }
  if (info.kind == GUARDIAN_FILES_KIND_LINK)
    return links == GUARDIAN_CHANGE_LINKS_FOLLOWED
               ? follow (lookup, place, error)
               : refuse (error, "it is a link: name what it leads to");
  if (info.kind == GUARDIAN_FILES_KIND_OTHER)
    return refuse (error, "it is a pipe, a socket or a device, not a file");
  if (info.mount != place->folder->info.mount)
    return refuse (error, "another disk is mounted there");

  g_autofree char *name = kernel_name (fd);
  if (name != NULL && strcmp (name, place->name) != 0)
    {
      g_free (place->name);
      place->name = g_steal_pointer (&name);
      g_free (place->path);
      place->path = g_build_filename (place->folder->path, place->name, NULL);
    }
  place->object = hold (place, &fd, &info);
  return TRUE;
}

static gboolean
is_closed (GuardianChangeLookup *lookup, const GuardianChangePlace *place)
{
  const GuardianFilesObject *object = place->object;
  return place->folder->closed || guardian_files_closed_names (lookup->closed, place->path)
         || (object != NULL
             && (guardian_files_closed_has (lookup->closed, &object->info.id)
                 || guardian_files_closed_has_link (lookup->closed, &object->info)));
}

static char *
expand (const GuardianChangeLookup *lookup, const char *asked)
{
  if (asked[0] == '~' && asked[1] == '/')
    return g_strconcat (lookup->home, asked + 1, NULL);
  if (asked[0] != '/' && lookup->folder != NULL)
    return g_build_filename (lookup->folder, asked, NULL);
  return g_strdup (asked);
}

gboolean
guardian_change_place_find (GuardianChangeLookup *lookup, const char *asked,
                            GuardianChangeLinks links, GuardianChangePlace *ret_place,
                            GError **error)
{
  g_autofree char *path = expand (lookup, asked);
  g_autofree char *above = NULL;

  *ret_place = (GuardianChangePlace){ 0 };
  if (path[0] != '/')
    return refuse (error, "the path does not begin with / or ~/");
  if (strlen (path) > CARDEA_LIMIT_PATH)
    return guardian_change_error_set_errno (error, ENAMETOOLONG);
  if (!split (path, &above, &ret_place->name, error))
    return FALSE;
  ret_place->folder = guardian_change_folder_find (lookup, above, error);
  if (ret_place->folder == NULL)
    return FALSE;
  ret_place->path = g_build_filename (ret_place->folder->path, ret_place->name, NULL);
  if (strlen (ret_place->path) > CARDEA_LIMIT_PATH)
    return guardian_change_error_set_errno (error, ENAMETOOLONG);
  if (!look (lookup, links, ret_place, error))
    return FALSE;
  if (ret_place->via == NULL && strcmp (path, ret_place->path) != 0)
    ret_place->via = g_steal_pointer (&path);
  ret_place->closed = is_closed (lookup, ret_place);
  return TRUE;
}

/* --- is it still so? --- */

gboolean
guardian_change_folder_holds (const GuardianChangeFolder *folder, const GuardianFilesMounts *mounts,
                              GError **error)
{
  g_autoptr (GuardianFilesObject) now
      = guardian_files_walk (mounts, folder->path, GUARDIAN_FILES_WALK_WAIT, NULL, NULL);
  gboolean same = now != NULL && !now->linked && now->n_parents + 1 == folder->n_ids
                  && now->info.mount == folder->info.mount
                  && guardian_files_id_equal (&now->info.id, &folder->ids[0]);
  for (gsize i = 0; same && i < now->n_parents; i++)
    same = guardian_files_id_equal (&now->parents[i], &folder->ids[i + 1]);
  return same
         || guardian_change_error_set (error, GUARDIAN_FILES_ERROR_CHANGED,
                                       "a folder on the way to it changed in the meantime");
}

gboolean
guardian_change_place_holds (const GuardianChangePlace *place, GError **error)
{
  if (place->folder->fd < 0)
    return TRUE;
  GuardianFilesInfo now;
  const GuardianFilesInfo *then = place->object != NULL ? &place->object->info : NULL;
  gboolean there = guardian_files_info_read (place->folder->fd, place->name, TRUE, &now);
  if (!there && errno != ENOENT)
    return guardian_change_error_set_errno (error, errno);
  if (!there && then == NULL)
    return TRUE;
  gboolean same = there && then != NULL && guardian_files_id_equal (&now.id, &then->id)
                  && now.kind == then->kind && now.mount == then->mount && now.mode == then->mode
                  && now.uid == then->uid;
  if (same && now.kind == GUARDIAN_FILES_KIND_FILE)
    same = now.size == then->size && now.mtime_ns == then->mtime_ns && now.nlink == then->nlink
           && now.ctime_ns == then->ctime_ns;
  return same
         || guardian_change_error_set (error, GUARDIAN_FILES_ERROR_CHANGED,
                                       "it changed since it was looked at");
}
