/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: the core, for what may be written. Refuses: to say that something is kept before it is on
 * the disk; what is not the object that was decided about. Known gaps: how the program left a file
 * is known from the end of its session on: taking it back before that notices nobody else's
 * writing. */

#include "guardian/files/change/guardian-change-keep.h"

#include "common/base/cardea-autofd.h"
#include "common/base/cardea-encoding.h"
#include "common/protocol/cardea-path-json.h"
#include "guardian/files/change/guardian-change-describe.h"
#include "guardian/files/change/guardian-change-error.h"
#include "guardian/files/change/guardian-change-history.h"
#include "guardian/files/change/guardian-change-journal.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ID_SIZE 8

static gboolean
hold (GuardianChangePlan *plan, const GuardianChangeKept *kept, GuardianFilesWalkMode mode,
      GuardianChangeItem **ret_item, GError **error)
{
  if (!guardian_change_plan_begin (plan, kept->home, NULL, mode, error))
    return FALSE;
  GuardianChangeItem *item = guardian_change_plan_add (plan, GUARDIAN_CHANGE_WRITE);
  if (!guardian_change_place_find (&plan->lookup, kept->path, GUARDIAN_CHANGE_LINKS_REFUSED,
                                   &item->place, error))
    return FALSE;
  const GuardianFilesObject *object = item->place.object;
  if (guardian_change_plan_is_closed (plan))
    return guardian_change_error_set (error, GUARDIAN_FILES_ERROR_DENIED,
                                      "this file is closed to every agent");
  if (object == NULL || object->info.kind != GUARDIAN_FILES_KIND_FILE
      || !guardian_files_id_equal (&object->info.id, &kept->id))
    return guardian_change_error_set (error, GUARDIAN_FILES_ERROR_CHANGED,
                                      "it is another file by now");
  *ret_item = item;
  return TRUE;
}

static gboolean
read_content (GuardianChangeItem *item, GuardianChangeStore *store, const gint *stop,
              GError **error)
{
  cardea_autofd int fd = guardian_change_content_open (item->place.object, error);

  item->former = fd >= 0 ? guardian_change_content_keep (fd, store, stop, error) : NULL;
  if (item->former == NULL)
    return FALSE;
  return item->former->kept
         || guardian_change_error_set (error, GUARDIAN_FILES_ERROR_UNSUITABLE,
                                       "it is too large to be kept, and could not be undone");
}

static CardeaJson *
write_one (const GuardianChangeItem *item)
{
  CardeaJson *items = cardea_json_new_array ();
  CardeaJson *json = guardian_change_describe_item (item);

  cardea_json_set (json, "former", guardian_change_former_write (item->former));
  cardea_json_set_boolean (json, "through", TRUE);
  cardea_json_append (items, json);
  return items;
}

/* Takes items. */
static CardeaJson *
write_intent (CardeaJson *items, const GuardianChangeKept *kept, const char *id)
{
  CardeaJson *record = cardea_json_new_object ();
  g_autoptr (GPtrArray) no_steps = g_ptr_array_new ();

  cardea_json_set_string (record, "id", id);
  cardea_json_set_int64_string (record, "time", g_get_real_time ());
  cardea_json_set (record, "context", cardea_json_copy (kept->context));
  cardea_path_json_set (record, "home", kept->home);
  cardea_json_set (record, "items", items);
  guardian_change_journal_write (record, no_steps);
  return record;
}

/* info NULL: how they were left is not known. */
static CardeaJson *
write_made (const GuardianFilesInfo *info, guint count, const char *id)
{
  CardeaJson *record = cardea_json_new_object ();
  CardeaJson *after = cardea_json_new_array ();

  for (guint i = 0; i < count; i++)
    cardea_json_append (after, guardian_change_history_write_left (info));
  cardea_json_set_string (record, "id", id);
  cardea_json_set_string (record, "state", "made");
  cardea_json_set (record, "after", after);
  return record;
}

static gboolean
write_change (GuardianChangeStore *store, const CardeaJson *intent, const CardeaJson *made,
              gboolean *ret_begun, GError **error)
{
  *ret_begun = guardian_change_store_write (store, GUARDIAN_CHANGE_STATE_INTENDED, intent, error);
  return *ret_begun && guardian_change_store_write (store, GUARDIAN_CHANGE_STATE_MADE, made, error)
         && guardian_change_store_sync (store, error);
}

gboolean
guardian_change_keep (GuardianChangePlan *plan, GuardianChangeStore *store,
                      const GuardianChangeKept *kept, GuardianFilesWalkMode mode, char **ret_id,
                      GError **error)
{
  GuardianChangeItem *item = NULL;
  g_autofree char *id = cardea_id_new (ID_SIZE);
  gboolean begun = FALSE;

  if (!hold (plan, kept, mode, &item, error) || !read_content (item, store, plan->stop, error))
    return FALSE;
  g_autoptr (CardeaJson) intent = write_intent (write_one (item), kept, id);
  g_autoptr (CardeaJson) made = write_made (NULL, 1, id);
  if (!write_change (store, intent, made, &begun, error))
    {
      if (!begun)
        guardian_change_former_drop (item->former, store);
      return FALSE;
    }
  *ret_id = g_steal_pointer (&id);
  return TRUE;
}

/* --- what lies aside --- */

static GuardianChangeFormer *
read_aside (int folder, const char *name, GuardianChangeStore *store, const gint *stop,
            GError **error)
{
  struct stat st;
  cardea_autofd int fd = name != NULL && strchr (name, '/') == NULL
                             ? openat (folder, name, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC)
                             : -1;

  if (fd < 0 || fstat (fd, &st) != 0 || !S_ISREG (st.st_mode))
    {
      (void) guardian_change_error_set (error, GUARDIAN_FILES_ERROR_CHANGED,
                                        "what was put aside is not there");
      return NULL;
    }
  g_autoptr (GuardianChangeFormer) former = guardian_change_content_keep (fd, store, stop, error);
  if (former != NULL && !former->kept)
    {
      guardian_change_former_drop (former, store);
      (void) guardian_change_error_set (error, GUARDIAN_FILES_ERROR_UNSUITABLE,
                                        "it is too large to be kept");
      return NULL;
    }
  return g_steal_pointer (&former);
}

static CardeaJson *
write_aside (const CardeaJson *item, GuardianChangeFormer *former)
{
  CardeaJson *json = cardea_json_copy (item);
  gint64 mode = 0;

  if (former != NULL)
    {
      cardea_json_set_int64_string (json, "size", former->size);
      cardea_json_set (json, "former", guardian_change_former_write (former));
    }
  else if (cardea_json_get_int (item, "mode", &mode))
    cardea_json_set_int (json, "mode_before", mode);
  cardea_json_remove (json, "name");
  cardea_json_remove (json, "mode");
  cardea_json_set_boolean (json, "exists", TRUE);
  cardea_json_set_boolean (json, "through", TRUE);
  return json;
}

static void
former_free (gpointer former)
{
  guardian_change_former_free (former);
}

/* formers: those that were read, for when the rest fails. NULL with error. */
static CardeaJson *
read_all (int folder, const CardeaJson *items, GuardianChangeStore *store, GPtrArray *formers,
          const gint *stop, GError **error)
{
  g_autoptr (CardeaJson) list = cardea_json_new_array ();

  for (guint i = 0; i < cardea_json_size (items); i++)
    {
      const CardeaJson *item = cardea_json_nth (items, i);
      gboolean is_file = g_strcmp0 (cardea_json_get_string (item, "kind"), "file") == 0;
      GuardianChangeFormer *former
          = is_file ? read_aside (folder, cardea_json_get_string (item, "name"), store, stop, error)
                    : NULL;
      if (is_file && former == NULL)
        return NULL;
      if (former != NULL)
        g_ptr_array_add (formers, former);
      cardea_json_append (list, write_aside (item, former));
    }
  return g_steal_pointer (&list);
}

gboolean
guardian_change_gather (GuardianChangeStore *store, const char *folder,
                        const GuardianChangeKept *kept, const CardeaJson *items, const gint *stop,
                        char **ret_id, GError **error)
{
  g_autoptr (GPtrArray) formers = g_ptr_array_new_with_free_func (former_free);
  g_autofree char *id = cardea_id_new (ID_SIZE);
  gboolean begun = FALSE;
  cardea_autofd int fd = open (folder, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  CardeaJson *list = fd >= 0 ? read_all (fd, items, store, formers, stop, error) : NULL;

  if (fd < 0)
    return guardian_change_error_set (error, GUARDIAN_FILES_ERROR_CHANGED,
                                      "what was put aside is not there");
  if (list != NULL)
    {
      g_autoptr (CardeaJson) intent = write_intent (list, kept, id);
      g_autoptr (CardeaJson) made = write_made (NULL, cardea_json_size (items), id);
      if (write_change (store, intent, made, &begun, error))
        {
          *ret_id = g_steal_pointer (&id);
          return TRUE;
        }
    }
  for (guint i = 0; !begun && i < formers->len; i++)
    guardian_change_former_drop (formers->pdata[i], store);
  return FALSE;
}

/* --- how it was left --- */

/* path → left, as in items; borrowed. */
static GHashTable *
index_items (const CardeaJson *items)
{
  GHashTable *paths = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < cardea_json_size (items); i++)
    {
      char *path = cardea_path_json_get (cardea_json_nth (items, i), "path");
      CardeaJson *left = cardea_json_get (cardea_json_nth (items, i), "left");
      if (path != NULL && left != NULL)
        g_hash_table_insert (paths, path, left);
      else
        g_free (path);
    }
  return paths;
}

/* NULL: nothing of it is among the paths. */
static CardeaJson *
write_left (const CardeaJson *intent, const CardeaJson *made, GHashTable *paths)
{
  const CardeaJson *items = cardea_json_get (intent, "items");
  const CardeaJson *before = cardea_json_get (made, "after");
  g_autoptr (CardeaJson) after = cardea_json_new_array ();
  gboolean any = FALSE;

  for (guint i = 0; i < cardea_json_size (items); i++)
    {
      const CardeaJson *item = cardea_json_nth (items, i);
      gboolean through = FALSE;
      g_autofree char *path = cardea_path_json_get (item, "path");
      CardeaJson *left = path != NULL && cardea_json_get_boolean (item, "through", &through)
                             ? g_hash_table_lookup (paths, path)
                             : NULL;
      any |= left != NULL;
      if (left == NULL)
        left = cardea_json_nth (before, i);
      cardea_json_append (after,
                          left != NULL ? cardea_json_ref (left) : cardea_json_new_string (""));
    }
  if (!any)
    return NULL;
  CardeaJson *record = cardea_json_copy (made);
  cardea_json_set (record, "after", g_steal_pointer (&after));
  return record;
}

gboolean
guardian_change_left (GuardianChangeStore *store, const char *session, const CardeaJson *items,
                      GError **error)
{
  g_autoptr (GHashTable) paths = index_items (items);
  g_autoptr (GPtrArray) entries = guardian_change_store_entries (store);

  for (guint i = 0; i < entries->len; i++)
    {
      const GuardianChangeEntry *entry = entries->pdata[i];
      if (entry->state != GUARDIAN_CHANGE_STATE_MADE || entry->of != NULL
          || g_strcmp0 (entry->session, session) != 0)
        continue;
      g_autoptr (CardeaJson) intent
          = guardian_change_store_read (store, entry->id, GUARDIAN_CHANGE_RECORD_INTENT);
      g_autoptr (CardeaJson) made
          = guardian_change_store_read (store, entry->id, GUARDIAN_CHANGE_RECORD_STATE);
      g_autoptr (CardeaJson) record
          = intent != NULL && made != NULL ? write_left (intent, made, paths) : NULL;
      g_autoptr (GuardianChangeEntry) now
          = record != NULL ? guardian_change_store_find (store, entry->id) : NULL;
      if (now != NULL && now->state == GUARDIAN_CHANGE_STATE_MADE
          && !guardian_change_store_write (store, GUARDIAN_CHANGE_STATE_MADE, record, error))
        return FALSE;
    }
  return guardian_change_store_sync (store, error);
}
