/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: the undo store's records. Refuses: to touch a file that anybody changed since, to
 * overwrite anything, to take half of a change back; to follow a link that came into the way since,
 * and to touch what is closed to every agent: what was decided was decided about another place. */

#include "guardian/files/change/guardian-change-revert.h"

#include "common/base/cardea-autofd.h"
#include "common/protocol/cardea-path-json.h"
#include "guardian/files/change/guardian-change-error.h"
#include "guardian/files/change/guardian-change-history.h"
#include "guardian/files/change/guardian-change-trash.h"

#include <string.h>

#define LEFT_NOTHING "gone" /* guardian-change-keep.h */

/* One item of the change: as it was recorded, and as it was left. */
typedef struct {
  GuardianChangePlan *plan;
  const CardeaJson *item;
  GuardianFilesInfo left; /* ino 0: nothing was */
  gboolean gone;          /* a program left nothing there */
  gboolean existed;
  gboolean is_folder;
} Back;

static gboolean
changed (GError **error)
{
  return guardian_change_error_set (error, GUARDIAN_FILES_ERROR_CHANGED,
                                    "it changed since: what was done to it then cannot be undone");
}

static gboolean
damaged (GError **error)
{
  return guardian_change_error_set (error, GUARDIAN_FILES_ERROR_UNAVAILABLE,
                                    "the undo store is damaged here");
}

static gboolean
find (const Back *back, const char *member, GuardianChangePlace *place, GError **error)
{
  g_autofree char *path = cardea_path_json_get (back->item, member);
  if (path == NULL)
    return damaged (error);
  if (!guardian_change_place_find (&back->plan->lookup, path, GUARDIAN_CHANGE_LINKS_REFUSED, place,
                                   error))
    return FALSE;
  /* Paths are recorded as they really were: one that leads elsewhere now goes through a link that
   * somebody put there since, and nothing was ever decided about that place. */
  return strcmp (place->path, path) == 0
         || guardian_change_error_set (error, GUARDIAN_FILES_ERROR_CHANGED,
                                       "a folder on the way to it was replaced by a link");
}

/* Nothing may be where something comes back to. */
static gboolean
find_free (const Back *back, const char *member, GuardianChangePlace *place, GError **error)
{
  return find (back, member, place, error)
         && (place->object == NULL
             || guardian_change_error_set (error, GUARDIAN_FILES_ERROR_CHANGED,
                                           "something else of that name is there by now"));
}

static gboolean
number (const CardeaJson *json, const char *member, gint64 *ret_value)
{
  return cardea_json_get_int64_string (json, member, ret_value);
}

/* The very object that the change left, with nothing about it changed. */
static gboolean
is_as_left (const Back *back, const GuardianFilesObject *object)
{
  const GuardianFilesInfo *left = &back->left;
  return object != NULL && left->id.ino != 0
         && guardian_files_id_equal (&object->info.id, &left->id)
         && (object->info.kind == GUARDIAN_FILES_KIND_FOLDER
             || (object->info.size == left->size && object->info.mtime_ns == left->mtime_ns));
}

static gboolean
is_through (const Back *back)
{
  gboolean through = FALSE;
  return cardea_json_get_boolean (back->item, "through", &through) && through;
}

/* A file that says what the change made it say; who wrote it last does not matter. */
static gboolean
says_as_left (const Back *back, const GuardianFilesObject *object, GError **error)
{
  const char *sha256 = cardea_json_get_string (back->item, "sha256_after");

  /* A program wrote it through. While it runs it is not known how it leaves it. */
  if (is_through (back) && back->gone)
    return object == NULL || changed (error);
  if (is_through (back) && back->left.id.ino != 0)
    return is_as_left (back, object) || changed (error);
  if (is_through (back))
    return object == NULL || object->info.kind == GUARDIAN_FILES_KIND_FILE || changed (error);
  if (object == NULL || object->info.kind != GUARDIAN_FILES_KIND_FILE || sha256 == NULL
      || back->left.id.ino == 0 || (object->info.mode & 07777) != back->left.mode)
    return changed (error);
  cardea_autofd int fd = guardian_change_content_open (object, error);
  g_autoptr (GuardianChangeFormer) now
      = fd >= 0 ? guardian_change_content_keep (fd, NULL, back->plan->stop, error) : NULL;
  if (now == NULL)
    return FALSE;
  return strcmp (now->sha256, sha256) == 0 || changed (error);
}

static GuardianChangeFormer *
read_former (const Back *back, GError **error)
{
  const CardeaJson *json = cardea_json_get (back->item, "former");
  GuardianChangeFormer *former = json != NULL ? guardian_change_former_parse (json) : NULL;
  if (former == NULL)
    (void) damaged (error);
  return former;
}

static gboolean
back_write (const Back *back, GError **error)
{
  GuardianChangeItem *item = guardian_change_plan_add (
      back->plan, back->existed ? GUARDIAN_CHANGE_WRITE : GUARDIAN_CHANGE_DELETE);
  if (!find (back, "path", &item->place, error) || !says_as_left (back, item->place.object, error))
    return FALSE;
  if (back->existed)
    item->restore = read_former (back, error);
  return !back->existed || item->restore != NULL;
}

/* A program removed it in a shared folder, and may have made something else of that name since. */
static gboolean
back_removed (const Back *back, GError **error)
{
  GuardianChangePlace place = { 0 };
  gboolean found = find (back, "path", &place, error);
  gboolean is_there = found && back->is_folder && place.object != NULL
                      && place.object->info.kind == GUARDIAN_FILES_KIND_FOLDER;
  gint64 mode = 0;

  guardian_change_place_clear (&place);
  if (!found || is_there)
    return found;
  GuardianChangeItem *item = guardian_change_plan_add (
      back->plan, back->is_folder ? GUARDIAN_CHANGE_MKDIR : GUARDIAN_CHANGE_CREATE);
  if (!find (back, "path", &item->place, error))
    return FALSE;
  if (back->is_folder)
    {
      if (item->place.object != NULL)
        return changed (error);
      if (cardea_json_get_int (back->item, "mode_before", &mode))
        item->mode = mode & 07777;
      guardian_change_place_will_be (&back->plan->lookup, &item->place, back->plan->items->len - 1);
      return TRUE;
    }
  if (item->place.object != NULL)
    item->verb = GUARDIAN_CHANGE_WRITE;
  item->restore = says_as_left (back, item->place.object, error) ? read_former (back, error) : NULL;
  return item->restore != NULL;
}

/* Back out of the trash, out of the undo store, or made anew when it was an empty folder. */
static gboolean
back_delete (const Back *back, GError **error)
{
  gint64 mode = 0;
  GuardianChangeVerb verb = GUARDIAN_CHANGE_CREATE;
  if (is_through (back))
    return back_removed (back, error);
  g_autofree char *trash_file = cardea_path_json_get (back->item, "trash_file");
  if (back->is_folder && trash_file == NULL)
    verb = GUARDIAN_CHANGE_MKDIR;
  GuardianChangeItem *item = guardian_change_plan_add (back->plan, verb);
  if (!find_free (back, "path", &item->place, error))
    return FALSE;
  if (trash_file != NULL)
    {
      GuardianChangePlace there = { 0 };
      gboolean good = find (back, "trash_file", &there, NULL) && is_as_left (back, there.object);
      if (good)
        item->trash_id = there.object->info.id;
      guardian_change_place_clear (&there);
      item->trash_file = g_steal_pointer (&trash_file);
      item->trash_info = cardea_path_json_get (back->item, "trash_info");
      return (good && item->trash_info != NULL)
             || guardian_change_error_set (error, GUARDIAN_FILES_ERROR_CHANGED,
                                           "it is not in the trash any more");
    }
  if (verb == GUARDIAN_CHANGE_CREATE)
    {
      item->restore = read_former (back, error);
      return item->restore != NULL;
    }
  if (cardea_json_get_int (back->item, "mode_before", &mode))
    item->mode = mode & 07777;
  guardian_change_place_will_be (&back->plan->lookup, &item->place, back->plan->items->len - 1);
  return TRUE;
}

static gboolean
back_rename (const Back *back, GError **error)
{
  GuardianChangeItem *item = guardian_change_plan_add (back->plan, GUARDIAN_CHANGE_RENAME);
  if (!find (back, "to", &item->place, error) || !find_free (back, "path", &item->target, error))
    return FALSE;
  return is_as_left (back, item->place.object) || changed (error);
}

static gboolean
back_mkdir (const Back *back, GError **error)
{
  GuardianChangeItem *item = guardian_change_plan_add (back->plan, GUARDIAN_CHANGE_DELETE);
  if (!find (back, "path", &item->place, error))
    return FALSE;
  return is_as_left (back, item->place.object) || changed (error);
}

static gboolean
back_metadata (const Back *back, GError **error)
{
  gint64 mode = -1, before = 0, mtime_ns = -1;
  GuardianChangeItem *item = guardian_change_plan_add (back->plan, GUARDIAN_CHANGE_METADATA);
  if (!find (back, "path", &item->place, error))
    return FALSE;
  if (!cardea_json_get_int (back->item, "mode", &mode)
      || !cardea_json_get_int (back->item, "mode_before", &before)
      || !number (back->item, "mtime_ns", &mtime_ns)
      || !number (back->item, "mtime_before", &item->mtime_ns))
    return damaged (error);
  if (!is_as_left (back, item->place.object)
      || (mode >= 0 && (item->place.object->info.mode & 07777) != mode))
    return changed (error);
  item->mode = mode >= 0 ? (gint) (before & 07777) : -1;
  if (mtime_ns < 0)
    item->mtime_ns = -1;
  return TRUE;
}

/* A creation that fetched something from the trash: there it goes again. */
static gboolean
back_create (const Back *back, GError **error)
{
  if (cardea_json_get (back->item, "trash_file") == NULL
      && cardea_json_get (back->item, "trash_file_b64") == NULL)
    return back_write (back, error);
  GuardianChangeItem *item = guardian_change_plan_add (back->plan, GUARDIAN_CHANGE_DELETE);
  if (!find (back, "path", &item->place, error))
    return FALSE;
  if (!is_as_left (back, item->place.object))
    return changed (error);
  item->trash = guardian_change_trash_is_possible (&item->place, back->plan->lookup.home);
  return TRUE;
}

static gboolean (*const backs[]) (const Back *back, GError **error) = {
  [GUARDIAN_CHANGE_WRITE] = back_write,       [GUARDIAN_CHANGE_APPEND] = back_write,
  [GUARDIAN_CHANGE_CREATE] = back_create,     [GUARDIAN_CHANGE_DELETE] = back_delete,
  [GUARDIAN_CHANGE_RENAME] = back_rename,     [GUARDIAN_CHANGE_MKDIR] = back_mkdir,
  [GUARDIAN_CHANGE_METADATA] = back_metadata,
};

static gboolean
add_all (GuardianChangePlan *plan, const CardeaJson *intent, const CardeaJson *made, GError **error)
{
  const CardeaJson *items = cardea_json_get (intent, "items");
  const CardeaJson *after = cardea_json_get (made, "after");
  guint size = cardea_json_size (items);
  if (size == 0 || cardea_json_size (after) != size)
    return damaged (error);
  for (guint i = size; i-- > 0;)
    {
      GuardianChangeVerb verb;
      Back back = { .plan = plan, .item = cardea_json_nth (items, i), .existed = TRUE };
      back.is_folder = g_strcmp0 (cardea_json_get_string (back.item, "kind"), "folder") == 0;
      (void) cardea_json_get_boolean (back.item, "exists", &back.existed);
      if (!guardian_change_history_read_left (cardea_json_nth (after, i), &back.left))
        back.left.id.ino = 0;
      back.gone = g_strcmp0 (cardea_json_string (cardea_json_nth (after, i)), LEFT_NOTHING) == 0;
      if (!guardian_change_operation_verb (cardea_json_get_string (back.item, "op"), &verb))
        return damaged (error);
      if (!backs[verb](&back, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
guardian_change_revert_plan (GuardianChangePlan *plan, GuardianChangeStore *store, const char *id,
                             GuardianFilesWalkMode mode, guint64 *ret_mount, GError **error)
{
  g_autoptr (GuardianChangeEntry) entry = guardian_change_store_find (store, id);
  g_autoptr (CardeaJson) intent
      = entry != NULL ? guardian_change_store_read (store, id, GUARDIAN_CHANGE_RECORD_INTENT)
                      : NULL;
  g_autoptr (CardeaJson) made
      = entry != NULL ? guardian_change_store_read (store, id, GUARDIAN_CHANGE_RECORD_STATE) : NULL;
  if (entry == NULL)
    return guardian_change_error_set (error, GUARDIAN_FILES_ERROR_NOT_FOUND,
                                      "there is no change of that id");
  if (intent == NULL || made == NULL)
    return damaged (error);
  const char *why_not = guardian_change_history_why_not (entry, intent);
  if (why_not != NULL)
    return guardian_change_error_set (error,
                                      entry->state == GUARDIAN_CHANGE_STATE_UNDONE
                                          ? GUARDIAN_FILES_ERROR_CHANGED
                                          : GUARDIAN_FILES_ERROR_UNAVAILABLE,
                                      why_not);
  g_autofree char *home = cardea_path_json_get (intent, "home");
  if (home == NULL)
    return damaged (error);
  gboolean good = guardian_change_plan_begin (plan, home, NULL, mode, error)
                  && add_all (plan, intent, made, error);
  *ret_mount = plan->lookup.mount;
  if (!good)
    return FALSE;
  if (guardian_change_plan_is_closed (plan))
    return guardian_change_error_set (error, GUARDIAN_FILES_ERROR_DENIED,
                                      "keys, passwords and Cardea's own files are closed to it");
  plan->of = g_strdup (id);
  for (guint i = 0; i < plan->items->len; i++)
    guardian_change_plan_judge_undoable (plan->items->pdata[i],
                                         guardian_change_store_max_bytes (store));
  return TRUE;
}
