/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Which folders no list, search or hard link may reach into.
 *
 * Trusts: $XDG_* of this process, which the core set; the home that the core names. Refuses: by
 * device and inode, whatever the name. Known gaps: the inode of a place is read again for every
 * list and search, and at most a second old for a resolve (guardian-files-resolve.c); policy, which
 * decides by path, closes the same places. */

#include "guardian/files/guardian-files-closed.h"

#include "common/base/cardea-autofd.h"
#include "common/base/cardea-paths.h"
#include "guardian/files/guardian-files-error.h"
#include "guardian/files/guardian-files-tree.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define LIMIT_SCAN_ENTRIES 20000 /* beyond: every file with several names is closed */
#define LIMIT_SCAN_DEPTH 8
#define LIMIT_SCAN_US (2 * G_USEC_PER_SEC)

/* The folders among the places that policy closes for reading (guardian-place.c). */
static const char *const below_home[] = {
  ".ssh",
  ".gnupg",
  ".pki",
  ".local/share/keyrings",
  ".gnome2/keyrings",
  ".local/share/kwalletd",
  ".password-store",
  ".aws",
  ".azure",
  ".kube",
  ".config/gcloud",
  ".config/gh",
  ".config/rclone",
  ".terraform.d",
  ".mozilla",
  ".thunderbird",
  ".config/google-chrome",
  ".config/chromium",
  ".config/BraveSoftware",
  ".config/microsoft-edge",
  ".bitcoin",
  ".electrum",
  ".config/cardea",
  ".local/state/cardea",
  ".local/share/cardea",
  ".cache/cardea",
};

#define N_PLACES (G_N_ELEMENTS (below_home) + CARDEA_PATHS_RUNTIME + 1)

typedef struct {
  GuardianFilesId id;
  guint64 mount;
  char *path;
  gboolean scanned;
} Place;

struct _GuardianFilesClosed {
  gatomicrefcount references;
  const GuardianFilesMounts *mounts;
  Place places[N_PLACES];
  gsize n_places;
  GPtrArray *paths;    /* of all of them, those that are not there too */
  GMutex lock;         /* over what follows, and scanned */
  GHashTable *linked;  /* GuardianFilesId of files with several names below */
  gboolean incomplete; /* a scan ran into its limits */
};

/* One call instead of a walk: the identity is all that counts, and nothing is waited for. */
static gboolean
look_now (const char *path, GuardianFilesInfo *ret_info, GError **error)
{
  const struct open_how how = { .flags = O_PATH | O_DIRECTORY | O_CLOEXEC,
                                .resolve = RESOLVE_NO_MAGICLINKS | RESOLVE_CACHED };
  cardea_autofd int fd = syscall (SYS_openat2, AT_FDCWD, path, &how, sizeof how);
  if (fd < 0 && errno == EAGAIN)
    g_set_error_literal (error, GUARDIAN_FILES_ERROR, GUARDIAN_FILES_ERROR_WOULD_BLOCK,
                         "it takes a moment");
  return fd >= 0 && guardian_files_info_read (fd, "", FALSE, ret_info);
}

static gboolean
look (const GuardianFilesMounts *mounts, const char *path, GuardianFilesWalkMode mode,
      guint64 *ret_mount, GuardianFilesInfo *ret_info, GError **error)
{
  if (mode == GUARDIAN_FILES_WALK_NOW)
    return look_now (path, ret_info, error);
  g_autoptr (GuardianFilesObject) object
      = guardian_files_walk (mounts, path, mode, ret_mount, error);
  if (object != NULL)
    *ret_info = object->info;
  return object != NULL;
}

static gboolean
add_place (GuardianFilesClosed *self, char *taken_path, GuardianFilesWalkMode mode,
           guint64 *ret_mount, GError **error)
{
  g_autofree char *path = taken_path;
  g_autoptr (GError) failed = NULL;
  GuardianFilesInfo info;
  g_ptr_array_add (self->paths, g_strdup (path));
  if (look (self->mounts, path, mode, ret_mount, &info, &failed))
    {
      if (!guardian_files_closed_has (self, &info.id))
        self->places[self->n_places++]
            = (Place){ info.id, info.mount, g_steal_pointer (&path), FALSE };
      return TRUE;
    }
  if (!g_error_matches (failed, GUARDIAN_FILES_ERROR, GUARDIAN_FILES_ERROR_WOULD_BLOCK))
    return TRUE; /* it is not there */
  g_propagate_error (error, g_steal_pointer (&failed));
  return FALSE;
}

GuardianFilesClosed *
guardian_files_closed_new (const GuardianFilesMounts *mounts, const char *home,
                           GuardianFilesWalkMode mode, guint64 *ret_mount, GError **error)
{
  g_autoptr (GuardianFilesClosed) self = g_new0 (GuardianFilesClosed, 1);
  g_atomic_ref_count_init (&self->references);
  g_mutex_init (&self->lock);
  self->mounts = mounts;
  self->paths = g_ptr_array_new_with_free_func (g_free);
  self->linked
      = g_hash_table_new_full (guardian_files_id_hash, guardian_files_id_equal_cb, g_free, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (below_home); i++)
    if (!add_place (self, g_build_filename (home, below_home[i], NULL), mode, ret_mount, error))
      return NULL;
  for (CardeaPathsKind kind = CARDEA_PATHS_CONFIG; kind <= CARDEA_PATHS_RUNTIME; kind++)
    if (!add_place (self, cardea_paths_folder (kind), mode, ret_mount, error))
      return NULL;
  return g_steal_pointer (&self);
}

GuardianFilesClosed *
guardian_files_closed_ref (GuardianFilesClosed *closed)
{
  g_atomic_ref_count_inc (&closed->references);
  return closed;
}

void
guardian_files_closed_unref (GuardianFilesClosed *closed)
{
  if (closed == NULL || !g_atomic_ref_count_dec (&closed->references))
    return;
  for (gsize i = 0; i < closed->n_places; i++)
    g_free (closed->places[i].path);
  g_ptr_array_unref (closed->paths);
  g_hash_table_unref (closed->linked);
  g_mutex_clear (&closed->lock);
  g_free (closed);
}

gboolean
guardian_files_closed_has (const GuardianFilesClosed *closed, const GuardianFilesId *id)
{
  for (gsize i = 0; i < closed->n_places; i++)
    if (guardian_files_id_equal (&closed->places[i].id, id))
      return TRUE;
  return FALSE;
}

gboolean
guardian_files_closed_names (const GuardianFilesClosed *closed, const char *path)
{
  for (guint i = 0; i < closed->paths->len; i++)
    {
      const char *place = closed->paths->pdata[i];
      gsize size = strlen (place);
      if (strncmp (path, place, size) == 0 && (path[size] == '\0' || path[size] == '/'))
        return TRUE;
    }
  return FALSE;
}

gboolean
guardian_files_closed_covers (const GuardianFilesClosed *closed, const GuardianFilesObject *object)
{
  if (guardian_files_closed_has (closed, &object->info.id))
    return TRUE;
  for (gsize i = 0; i < object->n_parents; i++)
    if (guardian_files_closed_has (closed, &object->parents[i]))
      return TRUE;
  return FALSE;
}

static gboolean
note_link (int folder, const char *name, const char *relative, const GuardianFilesInfo *info,
           gpointer user_data)
{
  GuardianFilesClosed *self = user_data;
  if (info->kind == GUARDIAN_FILES_KIND_FILE && info->nlink > 1)
    g_hash_table_add (self->linked, g_memdup2 (&info->id, sizeof info->id));
  return TRUE;
}

/* Locked. */
static void
scan (GuardianFilesClosed *self, Place *place)
{
  GuardianFilesBudget budget
      = { .deadline = g_get_monotonic_time () + LIMIT_SCAN_US, .entries = LIMIT_SCAN_ENTRIES };
  const GuardianFilesTree tree = { .mounts = self->mounts,
                                   .depth = LIMIT_SCAN_DEPTH,
                                   .dots = TRUE,
                                   .visit = note_link,
                                   .user_data = self,
                                   .budget = &budget };
  cardea_autofd int fd = open (place->path, O_PATH | O_DIRECTORY | O_CLOEXEC);
  place->scanned = TRUE;
  if (fd >= 0 && (!guardian_files_tree_run (&tree, fd, NULL) || budget.spent))
    self->incomplete = TRUE;
}

gboolean
guardian_files_closed_has_link (GuardianFilesClosed *closed, const GuardianFilesInfo *info)
{
  if (info->kind != GUARDIAN_FILES_KIND_FILE || info->nlink <= 1 || closed->n_places == 0)
    return FALSE;

  g_mutex_lock (&closed->lock);
  for (gsize i = 0; i < closed->n_places; i++)
    {
      Place *place = &closed->places[i];
      if (!place->scanned
          && (place->mount == info->mount
              || guardian_files_mounts_class (closed->mounts, place->mount)
                     == GUARDIAN_FILES_MOUNTS_LOCAL))
        scan (closed, place);
    }
  gboolean found = closed->incomplete || g_hash_table_contains (closed->linked, &info->id);
  g_mutex_unlock (&closed->lock);
  return found;
}
