/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: the core, for what may be written. Refuses: to say that something is kept before it is on
 * the disk; what is not the object that was decided about. Known gaps: how the program left the
 * file is not known, so that taking it back does not notice who else wrote it since. */

#include "guardian/files/change/guardian-change-keep.h"

#include "common/base/cardea-autofd.h"
#include "common/base/cardea-encoding.h"
#include "common/protocol/cardea-path-json.h"
#include "guardian/files/change/guardian-change-describe.h"
#include "guardian/files/change/guardian-change-error.h"
#include "guardian/files/change/guardian-change-history.h"
#include "guardian/files/change/guardian-change-journal.h"

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
write_intent (const GuardianChangeItem *item, const GuardianChangeKept *kept, const char *id)
{
  CardeaJson *record = cardea_json_new_object ();
  CardeaJson *items = cardea_json_new_array ();
  CardeaJson *json = guardian_change_describe_item (item);
  g_autoptr (GPtrArray) no_steps = g_ptr_array_new ();

  cardea_json_set (json, "former", guardian_change_former_write (item->former));
  cardea_json_set_boolean (json, "through", TRUE);
  cardea_json_append (items, json);
  cardea_json_set_string (record, "id", id);
  cardea_json_set_int64_string (record, "time", g_get_real_time ());
  cardea_json_set (record, "context", cardea_json_copy (kept->context));
  cardea_path_json_set (record, "home", kept->home);
  cardea_json_set (record, "items", items);
  guardian_change_journal_write (record, no_steps);
  return record;
}

static CardeaJson *
write_made (const GuardianChangeItem *item, const char *id)
{
  CardeaJson *record = cardea_json_new_object ();
  CardeaJson *after = cardea_json_new_array ();

  cardea_json_append (after, guardian_change_history_write_left (&item->place.object->info));
  cardea_json_set_string (record, "id", id);
  cardea_json_set_string (record, "state", "made");
  cardea_json_set (record, "after", after);
  return record;
}

gboolean
guardian_change_keep (GuardianChangePlan *plan, GuardianChangeStore *store,
                      const GuardianChangeKept *kept, GuardianFilesWalkMode mode, char **ret_id,
                      GError **error)
{
  GuardianChangeItem *item = NULL;
  g_autofree char *id = cardea_id_new (ID_SIZE);

  if (!hold (plan, kept, mode, &item, error) || !read_content (item, store, plan->stop, error))
    return FALSE;
  g_autoptr (CardeaJson) intent = write_intent (item, kept, id);
  g_autoptr (CardeaJson) made = write_made (item, id);
  if (!guardian_change_store_write (store, GUARDIAN_CHANGE_STATE_INTENDED, intent, error))
    {
      guardian_change_former_drop (item->former, store);
      return FALSE;
    }
  if (!guardian_change_store_write (store, GUARDIAN_CHANGE_STATE_MADE, made, error)
      || !guardian_change_store_sync (store, error))
    return FALSE;
  *ret_id = g_steal_pointer (&id);
  return TRUE;
}
