/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: held folders. Refuses: nothing of its own; what cannot be written as it must be is an
 * error, and nothing was touched yet that anybody else knows. */

#include "guardian/files/change/guardian-change-stage.h"

#include "common/base/cardea-autofd.h"
#include "guardian/files/change/guardian-change-error.h"
#include "guardian/files/change/guardian-change-seam.h"
#include "guardian/files/change/guardian-change-trash.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LIMIT_SYNCS 16 /* files or folders synced one by one; beyond, the whole file system */
#define MODE_FILE 0666 /* less what the umask or the folder's default ACL takes */
#define MODE_FOLDER 0777

/* --- steps --- */

static GuardianChangeStep *
add_step (GPtrArray *steps, GuardianChangeAct act, guint index, const GuardianChangePlace *place)
{
  GuardianChangeStep *step = guardian_change_step_new (act, index, place->folder, place->name);
  g_ptr_array_add (steps, step);
  if (place->object == NULL)
    return step;
  const GuardianFilesInfo *info = &place->object->info;
  step->old_id = info->id;
  step->old_size = info->size;
  step->old_mtime_ns = info->mtime_ns;
  step->is_folder = info->kind == GUARDIAN_FILES_KIND_FOLDER;
  return step;
}

static void
moves_to (GuardianChangeStep *step, GuardianChangeFolder *folder, const char *name)
{
  step->to_folder = folder;
  step->to_name = g_strdup (name);
}

/* The info file comes first: without it nothing in the trash can be told apart from litter. */
static gboolean
add_trash (GuardianChangePlan *plan, guint index, GHashTable *taken, GPtrArray *steps,
           GError **error)
{
  g_auto (GuardianChangeTrash) trash = { 0 };
  GuardianChangeItem *item = plan->items->pdata[index];
  if (!guardian_change_trash_choose (&plan->lookup, &item->place, taken, &trash, error))
    return FALSE;
  GuardianChangeStep *info
      = guardian_change_step_new (GUARDIAN_CHANGE_ACT_MAKE, index, trash.info, trash.info_name);
  info->text = g_steal_pointer (&trash.info_text);
  g_ptr_array_add (steps, info);
  moves_to (add_step (steps, GUARDIAN_CHANGE_ACT_MOVE, index, &item->place), trash.files,
            trash.name);
  item->trash_file = g_build_filename (trash.files->path, trash.name, NULL);
  item->trash_info = g_build_filename (trash.info->path, trash.info_name, NULL);
  return TRUE;
}

/* Out of the trash again. */
static gboolean
add_fetch (GuardianChangePlan *plan, guint index, GPtrArray *steps, GError **error)
{
  g_autoptr (GError) failed = NULL;
  GuardianChangePlace file = { 0 }, info = { 0 };
  const GuardianChangeItem *item = plan->items->pdata[index];
  gboolean good = guardian_change_place_find (&plan->lookup, item->trash_file,
                                              GUARDIAN_CHANGE_LINKS_REFUSED, &file, &failed)
                  && file.object != NULL
                  && guardian_files_id_equal (&file.object->info.id, &item->trash_id);
  if (good)
    moves_to (add_step (steps, GUARDIAN_CHANGE_ACT_MOVE, index, &file), item->place.folder,
              item->place.name);
  else
    (void) guardian_change_error_set (error, GUARDIAN_FILES_ERROR_CHANGED,
                                      "it is not in the trash any more");
  if (good
      && guardian_change_place_find (&plan->lookup, item->trash_info, GUARDIAN_CHANGE_LINKS_REFUSED,
                                     &info, NULL)
      && info.object != NULL)
    add_step (steps, GUARDIAN_CHANGE_ACT_REMOVE, index, &info);
  guardian_change_place_clear (&file);
  guardian_change_place_clear (&info);
  return good;
}

static void
add_attributes (const GuardianChangeItem *item, guint index, GPtrArray *steps)
{
  GuardianChangeStep *step = add_step (steps, GUARDIAN_CHANGE_ACT_ATTRIBUTES, index, &item->place);
  const GuardianFilesInfo *info = &item->place.object->info;
  step->mode = item->mode;
  step->mode_before = info->mode & 07777;
  step->mtime_ns = item->mtime_ns;
  step->mtime_before = info->mtime_ns;
}

static gboolean
add_steps (GuardianChangePlan *plan, guint index, GHashTable *taken, GPtrArray *steps,
           GError **error)
{
  const GuardianChangeItem *item = plan->items->pdata[index];
  switch (item->verb)
    {
    case GUARDIAN_CHANGE_DELETE:
      if (item->trash)
        return add_trash (plan, index, taken, steps, error);
      add_step (steps, GUARDIAN_CHANGE_ACT_REMOVE, index, &item->place);
      return TRUE;
    case GUARDIAN_CHANGE_RENAME:
      moves_to (add_step (steps, GUARDIAN_CHANGE_ACT_MOVE, index, &item->place),
                item->target.folder, item->target.name);
      return TRUE;
    case GUARDIAN_CHANGE_MKDIR:
      add_step (steps, GUARDIAN_CHANGE_ACT_FOLDER, index, &item->place)->nested
          = item->place.folder->maker >= 0;
      return TRUE;
    case GUARDIAN_CHANGE_METADATA:
      add_attributes (item, index, steps);
      return TRUE;
    default:
      if (item->trash_file != NULL)
        return add_fetch (plan, index, steps, error);
      add_step (steps,
                item->place.object != NULL ? GUARDIAN_CHANGE_ACT_REPLACE : GUARDIAN_CHANGE_ACT_MAKE,
                index, &item->place);
      return TRUE;
    }
}

GPtrArray *
guardian_change_stage_steps (GuardianChangePlan *plan, GError **error)
{
  g_autoptr (GHashTable) taken = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GPtrArray) steps
      = g_ptr_array_new_with_free_func ((GDestroyNotify) guardian_change_step_free);
  for (guint i = 0; i < plan->items->len; i++)
    if (!add_steps (plan, i, taken, steps, error))
      return NULL;
  return g_steal_pointer (&steps);
}

/* --- contents --- */

static gboolean
append_content (const GuardianChangeItem *item, int fd, const gint *stop, GError **error)
{
  gint64 size = item->place.object->info.size;
  cardea_autofd int from = guardian_change_content_open (item->place.object, error);
  return from >= 0 && guardian_change_content_copy (from, fd, size, stop, error)
         && guardian_change_content_write (fd, item->bytes, item->n_bytes, size, error);
}

static gboolean
write_content (const GuardianChangeItem *item, const GuardianChangeStep *step,
               GuardianChangeStore *store, const gint *stop, GError **error)
{
  if (step->text != NULL)
    return guardian_change_content_write (step->staged, step->text, strlen (step->text), 0, error);
  if (item->restore != NULL)
    return guardian_change_content_restore (item->restore, store, step->staged, error);
  if (item->verb == GUARDIAN_CHANGE_APPEND && item->place.object != NULL)
    return append_content (item, step->staged, stop, error);
  return guardian_change_content_write (step->staged, item->bytes, item->n_bytes, 0, error);
}

static gboolean
set_attributes (GuardianChangeItem *item, const GuardianChangeStep *step, GError **error)
{
  guint lost = 0;
  if (step->text != NULL)
    return fchmod (step->staged, S_IRUSR | S_IWUSR) == 0
           || guardian_change_error_set_errno (error, errno);
  const GuardianChangeAttributes *attributes = item->restore != NULL  ? item->restore->attributes
                                               : item->former != NULL ? item->former->attributes
                                                                      : NULL;
  if (attributes != NULL
      && !guardian_change_attributes_apply (attributes, step->staged, item->restore != NULL, &lost,
                                            error))
    return FALSE;
  item->lost |= lost;
  return item->mode < 0 || fchmod (step->staged, item->mode) == 0
         || guardian_change_error_set_errno (error, errno);
}

/* The digest of what is too large to be described is known only now. */
static gboolean
digest (GuardianChangeItem *item, const GuardianChangeStep *step, const gint *stop, GError **error)
{
  if (step->text != NULL || item->sha256_after[0] != '\0')
    return TRUE;
  g_autoptr (GuardianChangeFormer) made
      = guardian_change_content_keep (step->staged, NULL, stop, error);
  if (made == NULL)
    return FALSE;
  g_strlcpy (item->sha256_after, made->sha256, sizeof item->sha256_after);
  return TRUE;
}

static gboolean
fill (GuardianChangePlan *plan, GuardianChangeStep *step, GuardianChangeStore *store,
      GError **error)
{
  GuardianChangeItem *item = plan->items->pdata[step->item];
  GuardianFilesInfo info;
  if (!write_content (item, step, store, plan->stop, error)
      || !digest (item, step, plan->stop, error) || !set_attributes (item, step, error))
    return FALSE;
  if (!guardian_files_info_read (step->staged, "", TRUE, &info))
    return guardian_change_error_set_errno (error, errno);
  step->new_id = info.id;
  return TRUE;
}

static gboolean
brings_file (const GuardianChangeStep *step)
{
  return step->act == GUARDIAN_CHANGE_ACT_REPLACE || step->act == GUARDIAN_CHANGE_ACT_MAKE;
}

/* A file that takes another one's place shows nothing to anybody before it has that one's mode. */
static mode_t
mode_of (const GuardianChangeStep *step)
{
  return step->act == GUARDIAN_CHANGE_ACT_REPLACE || step->text != NULL ? S_IRUSR | S_IWUSR
                                                                        : MODE_FILE;
}

/* -1 with EOPNOTSUPP where the disk has none. */
static int
open_unnamed (const GuardianChangeStep *step)
{
  errno = EOPNOTSUPP;
  int fd = guardian_change_seam_plain ()
               ? -1
               : openat (step->folder->fd, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, mode_of (step));
  if (fd < 0 && (errno == EISDIR || errno == EINVAL))
    errno = EOPNOTSUPP;
  return fd;
}

gboolean
guardian_change_stage_unnamed (GuardianChangePlan *plan, GPtrArray *steps,
                               GuardianChangeStore *store, gboolean *ret_rest, GError **error)
{
  *ret_rest = FALSE;
  for (guint i = 0; i < steps->len; i++)
    {
      GuardianChangeStep *step = steps->pdata[i];
      *ret_rest |= step->act == GUARDIAN_CHANGE_ACT_FOLDER;
      if (!brings_file (step) || step->folder->fd < 0)
        continue;
      step->staged = open_unnamed (step);
      if (step->staged < 0 && errno == EOPNOTSUPP)
        *ret_rest = TRUE;
      else if (step->staged < 0)
        return guardian_change_error_set_errno (error, errno);
      else if (!fill (plan, step, store, error))
        return FALSE;
    }
  return TRUE;
}

/* --- what needs names --- */

static gboolean
make_folder (GuardianChangePlan *plan, GuardianChangeStep *step, GError **error)
{
  const char *name = step->nested ? step->name : step->temp;
  const GuardianChangeItem *item = plan->items->pdata[step->item];
  GuardianChangeFolder *made = g_hash_table_lookup (plan->lookup.by_path, item->place.path);
  if (mkdirat (step->folder->fd, name, MODE_FOLDER) != 0)
    return guardian_change_error_set_errno (error, errno);
  step->named = TRUE;
  cardea_autofd int fd
      = openat (step->folder->fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0 || made == NULL || !guardian_files_info_read (fd, "", TRUE, &made->info))
    return guardian_change_error_set_errno (error, errno);
  if (item->mode >= 0 && fchmod (fd, item->mode) != 0)
    return guardian_change_error_set_errno (error, errno);
  step->new_id = made->info.id;
  made->fd = cardea_fd_steal (&fd);
  return TRUE;
}

static gboolean
make_file (GuardianChangePlan *plan, GuardianChangeStep *step, GuardianChangeStore *store,
           GError **error)
{
  GuardianFilesInfo info;
  step->staged = open_unnamed (step);
  if (step->staged < 0)
    {
      step->staged = openat (step->folder->fd, step->temp,
                             O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode_of (step));
      step->named = step->staged >= 0;
    }
  if (step->staged < 0 || !guardian_files_info_read (step->staged, "", TRUE, &info))
    return guardian_change_error_set_errno (error, errno);
  step->new_id = info.id; /* already now: if it cannot be filled, it can be taken back */
  return fill (plan, step, store, error);
}

gboolean
guardian_change_stage_named (GuardianChangePlan *plan, GPtrArray *steps, GuardianChangeStore *store,
                             guint *points, GError **error)
{
  for (guint i = 0; i < steps->len; i++)
    {
      GuardianChangeStep *step = steps->pdata[i];
      if (step->act == GUARDIAN_CHANGE_ACT_FOLDER && !make_folder (plan, step, error))
        return FALSE;
      if (brings_file (step) && step->staged < 0 && !make_file (plan, step, store, error))
        return FALSE;
      guardian_change_seam_point (points);
    }
  return TRUE;
}

/* --- stable storage --- */

/* Few: one by one. Many: their whole file systems, once each, which costs less than many waits. */
static gboolean
sync_all (const GArray *fds, GError **error)
{
  g_autoptr (GHashTable) done = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  for (guint i = 0; i < fds->len; i++)
    {
      struct stat st;
      int fd = g_array_index (fds, int, i);
      if (fds->len <= LIMIT_SYNCS)
        {
          if (fsync (fd) != 0)
            return guardian_change_error_set_errno (error, errno);
          continue;
        }
      if (fstat (fd, &st) != 0)
        return guardian_change_error_set_errno (error, errno);
      gint64 *dev = g_new (gint64, 1);
      *dev = st.st_dev;
      if (g_hash_table_add (done, dev) && syncfs (fd) != 0)
        return guardian_change_error_set_errno (error, errno);
    }
  return TRUE;
}

gboolean
guardian_change_stage_sync (const GPtrArray *steps, GError **error)
{
  g_autoptr (GArray) fds = g_array_new (FALSE, FALSE, sizeof (int));
  for (guint i = 0; i < steps->len; i++)
    {
      const GuardianChangeStep *step = steps->pdata[i];
      if (step->staged >= 0)
        g_array_append_val (fds, step->staged);
    }
  return sync_all (fds, error);
}

static void
close_fd (gpointer fd)
{
  close (*(int *) fd);
}

static void
add_folder (GArray *fds, GHashTable *seen, const GuardianChangeFolder *folder)
{
  if (folder == NULL || folder->fd < 0 || !g_hash_table_add (seen, (gpointer) folder))
    return;
  /* A folder that may not be read cannot be synced by itself: the system does so in its time. */
  int fd = openat (folder->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd >= 0)
    g_array_append_val (fds, fd);
}

gboolean
guardian_change_stage_sync_folders (const GPtrArray *steps, GError **error)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);
  g_autoptr (GArray) fds = g_array_new (FALSE, FALSE, sizeof (int));
  g_array_set_clear_func (fds, close_fd);
  for (guint i = 0; i < steps->len; i++)
    {
      const GuardianChangeStep *step = steps->pdata[i];
      add_folder (fds, seen, step->folder);
      add_folder (fds, seen, step->to_folder);
    }
  return sync_all (fds, error);
}
