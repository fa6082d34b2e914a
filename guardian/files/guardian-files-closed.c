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

struct _GuardianFilesClosed
{
  gatomicrefcount references;
  const GuardianFilesMounts *mounts;
  GuardianFilesId ids[N_PLACES];
  char *paths[N_PLACES];
  gsize n_ids;
  GMutex lock;         /* over what follows */
  GHashTable *linked;  /* GuardianFilesId of files with several names below; NULL: not looked yet */
  gboolean incomplete; /* the scan ran into its limits */
};

static gboolean
add_place (GuardianFilesClosed *self, char *taken_path, GuardianFilesWalkMode mode,
           GError **error)
{
  g_autofree char *path = taken_path;
  struct open_how how = { .flags = O_PATH | O_DIRECTORY | O_CLOEXEC,
                          .resolve = RESOLVE_NO_MAGICLINKS };
  GuardianFilesInfo info;
  if (mode == GUARDIAN_FILES_WALK_NOW)
    how.resolve |= RESOLVE_CACHED;
  cardea_autofd int fd = syscall (SYS_openat2, AT_FDCWD, path, &how, sizeof how);
  if (fd < 0 && errno == EAGAIN && mode == GUARDIAN_FILES_WALK_NOW)
    {
      g_set_error_literal (error, GUARDIAN_FILES_ERROR, GUARDIAN_FILES_ERROR_WOULD_BLOCK,
                           "it takes a moment");
      return FALSE;
    }
  if (fd < 0 || !guardian_files_info_read (fd, "", FALSE, &info)
      || guardian_files_closed_has (self, &info.id))
    return TRUE;
  self->ids[self->n_ids] = info.id;
  self->paths[self->n_ids++] = g_steal_pointer (&path);
  return TRUE;
}

GuardianFilesClosed *
guardian_files_closed_new (const GuardianFilesMounts *mounts, const char *home,
                           GuardianFilesWalkMode mode, GError **error)
{
  g_autoptr (GuardianFilesClosed) self = g_new0 (GuardianFilesClosed, 1);
  g_atomic_ref_count_init (&self->references);
  g_mutex_init (&self->lock);
  self->mounts = mounts;

  for (gsize i = 0; i < G_N_ELEMENTS (below_home); i++)
    if (!add_place (self, g_build_filename (home, below_home[i], NULL), mode, error))
      return NULL;
  for (CardeaPathsKind kind = CARDEA_PATHS_CONFIG; kind <= CARDEA_PATHS_RUNTIME; kind++)
    if (!add_place (self, cardea_paths_folder (kind), mode, error))
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
  for (gsize i = 0; i < closed->n_ids; i++)
    g_free (closed->paths[i]);
  g_clear_pointer (&closed->linked, g_hash_table_unref);
  g_mutex_clear (&closed->lock);
  g_free (closed);
}

gboolean
guardian_files_closed_has (const GuardianFilesClosed *closed, const GuardianFilesId *id)
{
  for (gsize i = 0; i < closed->n_ids; i++)
    if (guardian_files_id_equal (&closed->ids[i], id))
      return TRUE;
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

static void
scan (GuardianFilesClosed *self)
{
  self->linked = g_hash_table_new_full (guardian_files_id_hash, guardian_files_id_equal_cb, g_free,
                                        NULL);
  GuardianFilesBudget budget = { .deadline = g_get_monotonic_time () + LIMIT_SCAN_US,
                                 .entries = LIMIT_SCAN_ENTRIES };
  const GuardianFilesTree tree = { .mounts = self->mounts,
                                   .depth = LIMIT_SCAN_DEPTH,
                                   .dots = TRUE,
                                   .visit = note_link,
                                   .user_data = self,
                                   .budget = &budget };
  for (gsize i = 0; i < self->n_ids; i++)
    {
      cardea_autofd int fd = open (self->paths[i], O_PATH | O_DIRECTORY | O_CLOEXEC);
      if (fd >= 0 && !guardian_files_tree_run (&tree, fd, NULL))
        self->incomplete = TRUE;
    }
  self->incomplete |= budget.spent;
}

gboolean
guardian_files_closed_has_link (GuardianFilesClosed *closed, const GuardianFilesInfo *info)
{
  if (info->kind != GUARDIAN_FILES_KIND_FILE || info->nlink <= 1 || closed->n_ids == 0)
    return FALSE;

  g_mutex_lock (&closed->lock);
  if (closed->linked == NULL)
    scan (closed);
  gboolean found = closed->incomplete || g_hash_table_contains (closed->linked, &info->id);
  g_mutex_unlock (&closed->lock);
  return found;
}
