/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: guardian-files-walk.c for what a path leads to. Refuses: relative paths, names that are
 * paths, and to choose between several files of one name. A reason never says where a link led. */

#include "guardian/files/guardian-files-resolve.h"

#include "common/base/cardea-limits.h"
#include "guardian/files/guardian-files-error.h"
#include "guardian/files/guardian-files-places.h"

#include <errno.h>
#include <string.h>

#define LIMIT_CANDIDATES 8 /* as the wire's list */

void
guardian_files_resolution_clear (GuardianFilesResolution *resolution)
{
  g_clear_pointer (&resolution->object, guardian_files_object_free);
  g_clear_pointer (&resolution->via, g_free);
  g_clear_pointer (&resolution->candidates, g_strfreev);
}

static gboolean
fail (GError **error, const char *reason)
{
  g_set_error_literal (error, GUARDIAN_FILES_ERROR, GUARDIAN_FILES_ERROR_UNSUITABLE, reason);
  return FALSE;
}

static gboolean
would_block (GError **error)
{
  g_set_error_literal (error, GUARDIAN_FILES_ERROR, GUARDIAN_FILES_ERROR_WOULD_BLOCK,
                       "it takes a moment");
  return FALSE;
}

/* "~" and "~/…" are the front end's home; what the shell makes of "~name" is not meant. */
static char *
expand (const char *path, const char *home)
{
  if (path[0] == '~' && (path[1] == '/' || path[1] == '\0'))
    return g_strconcat (home, path + 1, NULL);
  return g_strdup (path);
}

static gboolean
check_kind (const GuardianFilesObject *object, GuardianFilesWant want, GError **error)
{
  switch (object->info.kind)
    {
    case GUARDIAN_FILES_KIND_FILE:
      return want != GUARDIAN_FILES_WANT_FOLDER || fail (error, "it is a file, not a folder");
    case GUARDIAN_FILES_KIND_FOLDER:
      return want != GUARDIAN_FILES_WANT_FILE || fail (error, "it is a folder, not a file");
    default:
      return fail (error, "it is a pipe, a socket or a device, not a file");
    }
}

static GuardianFilesObject *
walk_to (const GuardianFilesMounts *mounts, const char *path, GuardianFilesWant want,
         GuardianFilesWalkMode mode, guint64 *ret_mount, GError **error)
{
  if (path[0] != '/')
    {
      (void) fail (error, "the path does not begin with / or ~/");
      return NULL;
    }
  if (strlen (path) > CARDEA_LIMIT_PATH)
    {
      guardian_files_error_set_errno (error, ENAMETOOLONG);
      return NULL;
    }
  g_autoptr (GuardianFilesObject) object
      = guardian_files_walk (mounts, path, mode, ret_mount, error);
  if (object == NULL || !check_kind (object, want, error))
    return NULL;
  return g_steal_pointer (&object);
}

static gboolean
is_closed (GuardianFilesClosed *closed, const GuardianFilesObject *object,
           GuardianFilesWalkMode mode, gboolean *ret_closed, GError **error)
{
  *ret_closed = guardian_files_closed_covers (closed, object);
  if (*ret_closed || object->info.kind != GUARDIAN_FILES_KIND_FILE || object->info.nlink <= 1)
    return TRUE;
  if (mode == GUARDIAN_FILES_WALK_NOW)
    return would_block (error);
  *ret_closed = guardian_files_closed_has_link (closed, &object->info);
  return TRUE;
}

/* Takes asked. */
static gboolean
finish (GuardianFilesClosed *closed, char *taken_asked, GuardianFilesObject *taken,
        GuardianFilesWalkMode mode, GuardianFilesResolution *resolution, GError **error)
{
  g_autofree char *asked = taken_asked;
  resolution->object = taken;
  if (taken->linked && strcmp (asked, taken->path) != 0)
    resolution->via = g_steal_pointer (&asked);
  return is_closed (closed, taken, mode, &resolution->closed, error);
}

static gboolean
resolve_path (const GuardianFilesMounts *mounts, GuardianFilesClosed *closed,
              const GuardianFilesResolveQuery *query, GuardianFilesWalkMode mode,
              GuardianFilesResolution *resolution, GError **error)
{
  g_autofree char *asked = expand (query->path, query->home);
  GuardianFilesObject *object
      = walk_to (mounts, asked, query->want, mode, &resolution->mount, error);
  return object != NULL
         && finish (closed, g_steal_pointer (&asked), object, mode, resolution, error);
}

typedef struct {
  GuardianFilesObject *first;
  char *asked;        /* the path that led to first */
  GPtrArray *folders; /* where different objects of the name lie */
  GPtrArray *others;  /* those objects but the first */
  GError *error;      /* the first that is more than "not there" */
  gboolean blocked;   /* by mount: not all places could be looked into */
  guint64 mount;
} Finds;

static void
finds_clear (Finds *finds)
{
  guardian_files_object_free (finds->first);
  g_free (finds->asked);
  g_ptr_array_unref (finds->folders);
  g_ptr_array_unref (finds->others);
  g_clear_error (&finds->error);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Finds, finds_clear)

static gboolean
is_known (const Finds *finds, const GuardianFilesObject *object)
{
  if (finds->first != NULL && guardian_files_id_equal (&finds->first->info.id, &object->info.id))
    return TRUE;
  for (guint i = 0; i < finds->others->len; i++)
    {
      const GuardianFilesObject *other = finds->others->pdata[i];
      if (guardian_files_id_equal (&other->info.id, &object->info.id))
        return TRUE;
    }
  return FALSE;
}

static void
look_in (const GuardianFilesMounts *mounts, const GuardianFilesResolveQuery *query,
         GuardianFilesWalkMode mode, const char *folder, Finds *finds)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *asked = g_build_filename (folder, query->name, NULL);
  g_autoptr (GuardianFilesObject) object
      = walk_to (mounts, asked, query->want, mode, &finds->mount, &error);
  if (object == NULL)
    {
      if (g_error_matches (error, GUARDIAN_FILES_ERROR, GUARDIAN_FILES_ERROR_WOULD_BLOCK))
        finds->blocked = TRUE;
      if (!g_error_matches (error, GUARDIAN_FILES_ERROR, GUARDIAN_FILES_ERROR_NOT_FOUND)
          && finds->error == NULL)
        finds->error = g_steal_pointer (&error);
      return;
    }
  if (is_known (finds, object))
    return;
  g_ptr_array_add (finds->folders, g_strdup (folder));
  if (finds->first != NULL)
    {
      g_ptr_array_add (finds->others, g_steal_pointer (&object));
      return;
    }
  finds->first = g_steal_pointer (&object);
  finds->asked = g_steal_pointer (&asked);
}

static gboolean
check_name (const char *name, GError **error)
{
  if (name[0] == '\0' || strcmp (name, ".") == 0 || strcmp (name, "..") == 0
      || strchr (name, '/') != NULL)
    return fail (error, "it is a path, not a name");
  if (strlen (name) > CARDEA_LIMIT_NAME)
    {
      guardian_files_error_set_errno (error, ENAMETOOLONG);
      return FALSE;
    }
  return TRUE;
}

static gboolean
report_finds (GuardianFilesClosed *closed, Finds *finds, GuardianFilesWalkMode mode,
              GuardianFilesResolution *resolution, GError **error)
{
  if (finds->first == NULL && finds->error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&finds->error));
      return FALSE;
    }
  if (finds->first == NULL)
    {
      guardian_files_error_set_errno (error, ENOENT);
      return FALSE;
    }
  if (finds->others->len > 0)
    {
      g_ptr_array_set_size (finds->folders, MIN (finds->folders->len, LIMIT_CANDIDATES));
      g_ptr_array_add (finds->folders, NULL);
      resolution->candidates = g_strdupv ((char **) finds->folders->pdata);
      g_set_error_literal (error, GUARDIAN_FILES_ERROR, GUARDIAN_FILES_ERROR_AMBIGUOUS,
                           "several files bear that name: say which folder is meant");
      return FALSE;
    }
  return finish (closed, g_steal_pointer (&finds->asked), g_steal_pointer (&finds->first), mode,
                 resolution, error);
}

static gboolean
resolve_name (const GuardianFilesMounts *mounts, GuardianFilesClosed *closed,
              const GuardianFilesResolveQuery *query, GuardianFilesWalkMode mode,
              GuardianFilesResolution *resolution, GError **error)
{
  if (!check_name (query->name, error))
    return FALSE;
  if (mode == GUARDIAN_FILES_WALK_NOW)
    return would_block (error);
  g_auto (GStrv) places
      = guardian_files_places_lookup_read (mounts, query->home, mode, &resolution->mount, error);
  if (places == NULL)
    return FALSE;
  g_auto (Finds) finds
      = { .folders = g_ptr_array_new_with_free_func (g_free),
          .others = g_ptr_array_new_with_free_func ((GDestroyNotify) guardian_files_object_free) };
  if (query->folder != NULL)
    look_in (mounts, query, mode, query->folder, &finds);
  for (char **place = places; *place != NULL && !finds.blocked; place++)
    look_in (mounts, query, mode, *place, &finds);
  if (finds.blocked)
    {
      resolution->mount = finds.mount;
      return would_block (error);
    }
  return report_finds (closed, &finds, mode, resolution, error);
}

gboolean
guardian_files_resolve (const GuardianFilesMounts *mounts, GuardianFilesClosed *closed,
                        const GuardianFilesResolveQuery *query, GuardianFilesWalkMode mode,
                        GuardianFilesResolution *ret_resolution, GError **error)
{
  *ret_resolution = (GuardianFilesResolution){ 0 };
  if (query->home[0] != '/')
    return fail (error, "the home folder is not an absolute path");
  if ((query->path != NULL) == (query->name != NULL))
    return fail (error, "neither a path nor a name was given, or both");
  return query->path != NULL ? resolve_path (mounts, closed, query, mode, ret_resolution, error)
                             : resolve_name (mounts, closed, query, mode, ret_resolution, error);
}
