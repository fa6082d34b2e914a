/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* From operations to held objects and places. Changes nothing.
 *
 * Trusts: guardian-change-place.c. Refuses: two operations on one object, whatever its names;
 * operations on what another one moves or takes away; folders where files are due and the other way
 * round; what the system marks as unchangeable or does not permit. */

#include "guardian/files/change/guardian-change-plan.h"

#include "common/base/cardea-autofd.h"
#include "common/base/cardea-encoding.h"
#include "common/base/cardea-limits.h"
#include "guardian/files/change/guardian-change-error.h"
#include "guardian/files/change/guardian-change-trash.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/stat.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define ID_SIZE 16
#define EXPIRES_US (G_GINT64_CONSTANT (900) * G_USEC_PER_SEC) /* longer than any question waits */

static gboolean
refuse (GError **error, const char *reason)
{
  return guardian_change_error_set (error, GUARDIAN_FILES_ERROR_UNSUITABLE, reason);
}

static void
item_free (gpointer data)
{
  GuardianChangeItem *item = data;
  guardian_change_place_clear (&item->place);
  guardian_change_place_clear (&item->target);
  guardian_change_former_free (item->restore);
  guardian_change_former_free (item->former);
  guardian_change_text_clear (&item->text);
  g_free (item->expect);
  g_free (item->trash_file);
  g_free (item->trash_info);
  g_free (item);
}

GuardianChangePlan *
guardian_change_plan_new (int content, GError **error)
{
  cardea_autofd int fd = content;
  struct stat st = { 0 };
  g_autoptr (GuardianChangePlan) plan = g_new0 (GuardianChangePlan, 1);
  g_atomic_ref_count_init (&plan->references);
  plan->id = cardea_id_new (ID_SIZE);
  plan->deadline = g_get_monotonic_time () + EXPIRES_US;
  plan->items = g_ptr_array_new_with_free_func (item_free);
  if (fd >= 0 && fstat (fd, &st) != 0)
    {
      (void) guardian_change_error_set_errno (error, errno);
      return NULL;
    }
  if (st.st_size > (gint64) CARDEA_LIMIT_CHANGE)
    {
      (void) refuse (error, "a change writes at most 64 MiB");
      return NULL;
    }
  if (st.st_size > 0)
    {
      void *bytes = mmap (NULL, st.st_size, PROT_READ, MAP_SHARED, fd, 0);
      if (bytes == MAP_FAILED)
        {
          (void) guardian_change_error_set_errno (error, errno);
          return NULL;
        }
      plan->content = bytes;
      plan->content_size = st.st_size;
    }
  return g_steal_pointer (&plan);
}

GuardianChangePlan *
guardian_change_plan_ref (GuardianChangePlan *plan)
{
  g_atomic_ref_count_inc (&plan->references);
  return plan;
}

void
guardian_change_plan_unref (GuardianChangePlan *plan)
{
  if (plan == NULL || !g_atomic_ref_count_dec (&plan->references))
    return;
  g_ptr_array_unref (plan->items);
  guardian_change_lookup_clear (&plan->lookup);
  guardian_files_mounts_free (plan->mounts);
  if (plan->content != NULL)
    munmap (plan->content, plan->content_size);
  g_free (plan->of);
  g_free (plan->id);
  g_free (plan);
}

GuardianChangeItem *
guardian_change_plan_add (GuardianChangePlan *plan, GuardianChangeVerb verb)
{
  GuardianChangeItem *item = g_new0 (GuardianChangeItem, 1);
  item->verb = verb;
  item->mode = -1;
  item->mtime_ns = -1;
  item->size_after = -1;
  g_ptr_array_add (plan->items, item);
  return item;
}

gboolean
guardian_change_plan_begin (GuardianChangePlan *plan, const char *home, const char *folder,
                            GuardianFilesWalkMode mode, GError **error)
{
  if (home[0] != '/')
    return refuse (error, "the home folder is not an absolute path");
  g_ptr_array_set_size (plan->items, 0);
  guardian_change_lookup_clear (&plan->lookup);
  g_clear_pointer (&plan->mounts, guardian_files_mounts_free);
  /* Read for each plan: unlike the reading half, this process sees mounts come and go. */
  plan->mounts = guardian_files_mounts_new (error);
  if (plan->mounts == NULL)
    return FALSE;
  guardian_change_lookup_init (&plan->lookup, plan->mounts, home, folder);
  plan->lookup.mode = mode;
  plan->lookup.closed
      = guardian_files_closed_new (plan->mounts, home, mode, &plan->lookup.mount, error);
  return plan->lookup.closed != NULL;
}

/* --- what may be done to what is there --- */

static gboolean
check_mark (int fd, GError **error)
{
  struct statx st;
  if (statx (fd, "", AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW, STATX_TYPE, &st) != 0)
    return guardian_change_error_set_errno (error, errno);
  if ((st.stx_attributes & STATX_ATTR_IMMUTABLE) != 0)
    return refuse (error, "it is marked as unchangeable (chattr +i)");
  if ((st.stx_attributes & STATX_ATTR_APPEND) != 0)
    return refuse (error, "it is marked as only to be added to (chattr +a)");
  return TRUE;
}

static gboolean
check_folder (GuardianChangeFolder *folder, GError **error)
{
  if (folder->fd < 0 || folder->writable)
    return TRUE;
  if (!check_mark (folder->fd, error))
    return FALSE;
  folder->writable = faccessat (folder->fd, ".", W_OK | X_OK, AT_EACCESS) == 0;
  return folder->writable || guardian_change_error_set_errno (error, errno);
}

typedef enum {
  MUST = 1 << 0,      /* something must be there */
  MUST_NOT = 1 << 1,  /* nothing may be there */
  FILE_ONLY = 1 << 2, /* if something is there, a file */
  IN_PLACE = 1 << 3,  /* the folder is not written to */
} Demand;

static const struct {
  guint demands;
  GuardianChangeLinks links;
} rules[] = {
  [GUARDIAN_CHANGE_WRITE] = { FILE_ONLY, GUARDIAN_CHANGE_LINKS_FOLLOWED },
  [GUARDIAN_CHANGE_APPEND] = { FILE_ONLY, GUARDIAN_CHANGE_LINKS_FOLLOWED },
  [GUARDIAN_CHANGE_CREATE] = { MUST_NOT, GUARDIAN_CHANGE_LINKS_REFUSED },
  [GUARDIAN_CHANGE_DELETE] = { MUST, GUARDIAN_CHANGE_LINKS_REFUSED },
  [GUARDIAN_CHANGE_RENAME] = { MUST, GUARDIAN_CHANGE_LINKS_REFUSED },
  [GUARDIAN_CHANGE_MKDIR] = { MUST_NOT, GUARDIAN_CHANGE_LINKS_REFUSED },
  [GUARDIAN_CHANGE_METADATA] = { MUST | IN_PLACE, GUARDIAN_CHANGE_LINKS_FOLLOWED },
};

static gboolean
check_place (const GuardianChangePlace *place, guint demands, GError **error)
{
  const GuardianFilesObject *object = place->object;
  if (object == NULL && (demands & MUST) != 0)
    {
      guardian_files_error_set_errno (error, ENOENT);
      return FALSE;
    }
  if (object != NULL && (demands & MUST_NOT) != 0)
    return refuse (error, "something of that name exists already");
  if (object != NULL && (demands & FILE_ONLY) != 0 && object->info.kind != GUARDIAN_FILES_KIND_FILE)
    return refuse (error, "it is a folder, not a file");
  if ((demands & IN_PLACE) == 0 && !check_folder (place->folder, error))
    return FALSE;
  return object == NULL || check_mark (object->fd, error);
}

/* --- one operation beside the others --- */

typedef struct {
  GHashTable *names;   /* real paths that operations name */
  GHashTable *objects; /* GuardianFilesId of what they name */
  GHashTable *going;   /* GuardianFilesId of folders that move or go */
} Claims;

static void
claims_clear (Claims *claims)
{
  g_hash_table_unref (claims->names);
  g_hash_table_unref (claims->objects);
  g_hash_table_unref (claims->going);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Claims, claims_clear)

static gboolean
claim (Claims *claims, const GuardianChangePlace *place, GError **error)
{
  gboolean fresh = g_hash_table_add (claims->names, g_strdup (place->path));
  if (place->object != NULL)
    fresh &= g_hash_table_add (claims->objects,
                               g_memdup2 (&place->object->info.id, sizeof place->object->info.id));
  return fresh || refuse (error, "two operations name the same object");
}

static gboolean
lies_in_going (const Claims *claims, const GuardianChangePlace *place)
{
  for (gsize i = 0; i < place->folder->n_ids; i++)
    if (g_hash_table_contains (claims->going, &place->folder->ids[i]))
      return TRUE;
  return FALSE;
}

static gboolean
check_going (const GuardianChangePlan *plan, const Claims *claims, GError **error)
{
  for (guint i = 0; i < plan->items->len; i++)
    {
      const GuardianChangeItem *item = plan->items->pdata[i];
      if (lies_in_going (claims, &item->place)
          || (item->target.folder != NULL && lies_in_going (claims, &item->target)))
        return refuse (error, "one operation moves or takes away the folder another one works in");
    }
  return TRUE;
}

/* --- one operation --- */

static gboolean
is_empty_folder (const GuardianFilesObject *object, GError **error)
{
  g_autoptr (GDir) dir = NULL;
  char link[64];
  g_snprintf (link, sizeof link, "/proc/self/fd/%d", object->fd);
  dir = g_dir_open (link, 0, NULL);
  if (dir == NULL)
    return guardian_change_error_set_errno (error, EACCES);
  return g_dir_read_name (dir) == NULL || refuse (error, "the folder is not empty");
}

static gboolean
resolve_target (GuardianChangePlan *plan, GuardianChangeItem *item, const char *to, GError **error)
{
  if (!guardian_change_place_find (&plan->lookup, to, GUARDIAN_CHANGE_LINKS_REFUSED, &item->target,
                                   error)
      || !check_place (&item->target, MUST_NOT, error))
    return FALSE;
  return item->target.folder->info.mount == item->place.folder->info.mount
         || refuse (error, "it would have to move to another disk: make it anew there instead");
}

static gboolean
settle_delete (GuardianChangePlan *plan, GuardianChangeItem *item, GError **error)
{
  if (item->place.object->info.kind == GUARDIAN_FILES_KIND_FOLDER
      && !is_empty_folder (item->place.object, error))
    return FALSE;
  item->trash = guardian_change_trash_is_possible (&item->place, plan->lookup.home);
  return TRUE;
}

static gboolean
settle (GuardianChangePlan *plan, GuardianChangeItem *item,
        const GuardianChangeOperation *operation, GError **error)
{
  switch (item->verb)
    {
    case GUARDIAN_CHANGE_WRITE:
    case GUARDIAN_CHANGE_APPEND:
    case GUARDIAN_CHANGE_CREATE:
      item->bytes = plan->content != NULL ? plan->content + operation->offset : NULL;
      item->n_bytes = operation->length;
      item->mode = operation->mode;
      return TRUE;
    case GUARDIAN_CHANGE_DELETE:
      return settle_delete (plan, item, error);
    case GUARDIAN_CHANGE_RENAME:
      return resolve_target (plan, item, operation->to, error);
    case GUARDIAN_CHANGE_MKDIR:
      guardian_change_place_will_be (&plan->lookup, &item->place, plan->items->len - 1);
      return TRUE;
    default:
      item->mode = operation->mode;
      item->mtime_ns = operation->mtime >= 0 ? operation->mtime * 1000 : -1;
      return TRUE;
    }
}

static gboolean
resolve_one (GuardianChangePlan *plan, const GuardianChangeOperation *operation, Claims *claims,
             GError **error)
{
  GuardianChangeItem *item = guardian_change_plan_add (plan, operation->verb);
  item->expect = g_strdup (operation->expect);
  if (!guardian_change_place_find (&plan->lookup, operation->path, rules[item->verb].links,
                                   &item->place, error)
      || !check_place (&item->place, rules[item->verb].demands, error)
      || !claim (claims, &item->place, error) || !settle (plan, item, operation, error)
      || (item->target.folder != NULL && !claim (claims, &item->target, error)))
    return FALSE;
  if (item->place.object != NULL && item->place.object->info.kind == GUARDIAN_FILES_KIND_FOLDER
      && item->verb != GUARDIAN_CHANGE_METADATA)
    g_hash_table_add (claims->going,
                      g_memdup2 (&item->place.object->info.id, sizeof item->place.object->info.id));
  return TRUE;
}

/* What is needed to take it back, beside knowing what it was. */
void
guardian_change_plan_judge_undoable (GuardianChangeItem *item, gint64 max_bytes)
{
  const GuardianFilesObject *object = item->place.object;
  gboolean loses = object != NULL && object->info.kind == GUARDIAN_FILES_KIND_FILE
                   && (item->verb == GUARDIAN_CHANGE_WRITE || item->verb == GUARDIAN_CHANGE_APPEND
                       || (item->verb == GUARDIAN_CHANGE_DELETE && !item->trash));
  item->undoable = !loses || (max_bytes > 0 && object->info.size <= max_bytes);
}

gboolean
guardian_change_plan_resolve (GuardianChangePlan *plan, const GPtrArray *operations,
                              const char *home, const char *folder, GuardianFilesWalkMode mode,
                              gint64 max_bytes, guint64 *ret_mount, GError **error)
{
  g_auto (Claims) claims = {
    .names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL),
    .objects
    = g_hash_table_new_full (guardian_files_id_hash, guardian_files_id_equal_cb, g_free, NULL),
    .going
    = g_hash_table_new_full (guardian_files_id_hash, guardian_files_id_equal_cb, g_free, NULL),
  };
  gboolean good = guardian_change_plan_begin (plan, home, folder, mode, error);
  for (guint i = 0; good && i < operations->len; i++)
    good = resolve_one (plan, operations->pdata[i], &claims, error);
  *ret_mount = plan->lookup.mount;
  if (!good || !check_going (plan, &claims, error))
    return FALSE;
  for (guint i = 0; i < plan->items->len; i++)
    guardian_change_plan_judge_undoable (plan->items->pdata[i], max_bytes);
  return TRUE;
}

/* --- as a whole --- */

gboolean
guardian_change_plan_is_closed (const GuardianChangePlan *plan)
{
  for (guint i = 0; i < plan->items->len; i++)
    {
      const GuardianChangeItem *item = plan->items->pdata[i];
      if (item->place.closed || item->target.closed)
        return TRUE;
    }
  return FALSE;
}

gboolean
guardian_change_plan_holds (const GuardianChangePlan *plan, GError **error)
{
  for (guint i = 0; i < plan->lookup.folders->len; i++)
    {
      const GuardianChangeFolder *folder = plan->lookup.folders->pdata[i];
      if (folder->maker < 0 && !guardian_change_folder_holds (folder, plan->mounts, error))
        return FALSE;
    }
  for (guint i = 0; i < plan->items->len; i++)
    {
      const GuardianChangeItem *item = plan->items->pdata[i];
      /* A rename's new name is looked at when it is given: it must be free then. */
      if (!guardian_change_place_holds (&item->place, error))
        return FALSE;
    }
  return TRUE;
}

/* What it says now: as it was read already, where it was. */
static gboolean
is_expected (const GuardianChangePlan *plan, const GuardianChangeItem *item, GError **error)
{
  g_autoptr (GuardianChangeFormer) read = NULL;
  const GuardianChangeFormer *now = item->former;
  if (now == NULL && item->place.object != NULL)
    {
      cardea_autofd int fd = guardian_change_content_open (item->place.object, error);
      now = read = fd >= 0 ? guardian_change_content_keep (fd, NULL, plan->stop, error) : NULL;
      if (now == NULL)
        return FALSE;
    }
  return (now != NULL && strcmp (now->sha256, item->expect) == 0)
         || guardian_change_error_set (error, GUARDIAN_FILES_ERROR_STALE,
                                       "it does not say any more what it said when it was read");
}

gboolean
guardian_change_plan_is_expected (const GuardianChangePlan *plan, GError **error)
{
  for (guint i = 0; i < plan->items->len; i++)
    {
      const GuardianChangeItem *item = plan->items->pdata[i];
      if (item->expect != NULL && !is_expected (plan, item, error))
        return FALSE;
    }
  return TRUE;
}
