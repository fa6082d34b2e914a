/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The order of things, and what a crash leaves at each:
 *
 *   read and keep what was → look whether all is as planned → make ready what comes, without names
 *   → [prepare: the names of our own] → intent, synced together with what was made ready
 *   → steps, in order → folders synced → counted → "made" → what is not needed any more goes.
 *
 * Before the intent nothing has changed that anybody sees. Behind it every step can be taken back,
 * because what was there keeps a name until the end; when all steps are done, it can be finished.
 *
 * Trusts: held folders and objects. Refuses: to go on when anything is not as it was planned. Known
 * gaps: programs that look at the folder in between see a part of the steps. */

#include "guardian/files/change/guardian-change-transaction.h"

#include "common/base/cardea-encoding.h"
#include "common/base/cardea-time.h"
#include "common/protocol/cardea-path-json.h"
#include "guardian/files/change/guardian-change-error.h"
#include "guardian/files/change/guardian-change-history.h"
#include "guardian/files/change/guardian-change-journal.h"
#include "guardian/files/change/guardian-change-seam.h"
#include "guardian/files/change/guardian-change-stage.h"

#include <string.h>

#define ID_SIZE 8

typedef struct {
  const GuardianChangeTransaction *transaction;
  GuardianChangePlan *plan;
  GuardianChangeStore *store;
  GPtrArray *steps;
  GHashTable *temps; /* their names of our own */
  CardeaJson *intent;
  char *id;
  guint points;
  gboolean noted;    /* the journal knows of it */
  gboolean intended; /* and holds on to what was */
} Run;

void
guardian_change_result_clear (GuardianChangeResult *result)
{
  g_clear_pointer (&result->change, cardea_json_unref);
  g_clear_pointer (&result->items, cardea_json_unref);
}

static void
point (Run *run)
{
  guardian_change_seam_point (&run->points);
}

/* --- records --- */

/* What taking it back needs beside what everybody is shown. */
static CardeaJson *
write_item (const GuardianChangeItem *item)
{
  CardeaJson *json = guardian_change_describe_item (item);
  const GuardianFilesObject *object = item->place.object;
  if (object == NULL)
    cardea_json_set_boolean (json, "exists", FALSE);
  if (!item->undoable)
    cardea_json_set_boolean (json, "undoable", FALSE);
  if (item->former != NULL)
    cardea_json_set (json, "former", guardian_change_former_write (item->former));
  if (item->trash_file != NULL)
    {
      cardea_json_set_boolean (json, "trash", item->trash);
      cardea_path_json_set (json, "trash_file", item->trash_file);
      cardea_path_json_set (json, "trash_info", item->trash_info);
    }
  if (object != NULL
      && (item->verb == GUARDIAN_CHANGE_METADATA || item->verb == GUARDIAN_CHANGE_DELETE))
    {
      cardea_json_set_int (json, "mode_before", object->info.mode & 07777);
      cardea_json_set_int64_string (json, "mtime_before", object->info.mtime_ns);
    }
  if (item->verb == GUARDIAN_CHANGE_METADATA)
    {
      cardea_json_set_int (json, "mode", item->mode);
      cardea_json_set_int64_string (json, "mtime_ns", item->mtime_ns);
    }
  return json;
}

static CardeaJson *
write_intent (const Run *run)
{
  CardeaJson *record = cardea_json_new_object ();
  CardeaJson *items = cardea_json_new_array ();
  cardea_json_set_string (record, "id", run->id);
  cardea_json_set_int64_string (record, "time", g_get_real_time ());
  cardea_json_set (record, "context", cardea_json_copy (run->transaction->context));
  cardea_path_json_set (record, "home", run->plan->lookup.home);
  if (run->plan->of != NULL)
    cardea_json_set_string (record, "of", run->plan->of);
  for (guint i = 0; i < run->plan->items->len; i++)
    cardea_json_append (items, write_item (run->plan->items->pdata[i]));
  cardea_json_set (record, "items", items);
  guardian_change_journal_write (record, run->steps);
  return record;
}

/* The last step that leaves something under a name says how the item was left. */
CardeaJson *
guardian_change_transaction_made (const char *id, const GPtrArray *steps, guint n_items)
{
  CardeaJson *record = cardea_json_new_object ();
  CardeaJson *after = cardea_json_new_array ();
  guint next = 0;
  for (guint item = 0; item < n_items; item++)
    {
      const GuardianFilesInfo *left = NULL;
      for (; next < steps->len; next++)
        {
          const GuardianChangeStep *step = steps->pdata[next];
          if (step->item != item)
            break;
          if (step->after.kind != GUARDIAN_FILES_KIND_LINK)
            left = &step->after;
        }
      cardea_json_append (after, guardian_change_history_write_left (left));
    }
  cardea_json_set_string (record, "id", id);
  cardea_json_set_string (record, "state", "made");
  cardea_json_set (record, "after", after);
  return record;
}

/* --- the way there --- */

static gboolean
stage (Run *run, GError **error)
{
  gboolean rest = FALSE;
  run->steps = guardian_change_stage_steps (run->plan, error);
  if (run->steps == NULL)
    return FALSE;
  for (guint i = 0; i < run->steps->len; i++)
    {
      GuardianChangeStep *step = run->steps->pdata[i];
      if (step->temp[0] != '\0')
        g_hash_table_add (run->temps, step->temp);
      step->temps = run->temps;
    }
  point (run);
  if (!guardian_change_stage_unnamed (run->plan, run->steps, run->store, &rest, error))
    return FALSE;
  point (run);
  if (!rest)
    return TRUE;
  g_autoptr (CardeaJson) prepare = cardea_json_new_object ();
  cardea_json_set_string (prepare, "id", run->id);
  guardian_change_journal_write (prepare, run->steps);
  if (!guardian_change_store_write (run->store, GUARDIAN_CHANGE_STATE_PREPARED, prepare, error))
    return FALSE;
  run->noted = TRUE;
  point (run);
  return guardian_change_stage_named (run->plan, run->steps, run->store, &run->points, error);
}

typedef struct {
  const GPtrArray *steps;
  GError *error;
} Sync;

static gpointer
sync_cb (gpointer data)
{
  Sync *sync = data;
  return GINT_TO_POINTER (guardian_change_stage_sync (sync->steps, &sync->error));
}

/* Journal and new contents go to the disk at the same time: one wait for both. */
static gboolean
intend (Run *run, GError **error)
{
  run->intent = write_intent (run);
  if (!guardian_change_store_write (run->store, GUARDIAN_CHANGE_STATE_INTENDED, run->intent, error))
    return FALSE;
  run->noted = run->intended = TRUE;
  point (run);
  Sync sync = { run->steps, NULL };
  GThread *thread = g_thread_try_new ("sync", sync_cb, &sync, NULL);
  gboolean journal = guardian_change_store_sync (run->store, error);
  gboolean contents = GPOINTER_TO_INT (thread != NULL ? g_thread_join (thread) : sync_cb (&sync));
  if (!contents && journal)
    g_propagate_error (error, g_steal_pointer (&sync.error));
  g_clear_error (&sync.error);
  point (run);
  return journal && contents;
}

static gboolean
do_steps (Run *run, GError **error)
{
  for (guint i = 0; i < run->steps->len; i++)
    {
      if (!guardian_change_step_do (run->steps->pdata[i], error))
        return FALSE;
      point (run);
    }
  return guardian_change_stage_sync_folders (run->steps, error);
}

static gboolean
run_all (Run *run, GError **error)
{
  if (!guardian_change_describe (run->plan, run->store, TRUE, error)
      || !guardian_change_plan_holds (run->plan, error)
      || !guardian_change_plan_is_expected (run->plan, error) || !stage (run, error))
    return FALSE;
  if (!intend (run, error) || !do_steps (run, error))
    return FALSE;
  point (run);
  return run->transaction->may_count == NULL || run->transaction->may_count (run->transaction->data)
         || guardian_change_error_set (error, GUARDIAN_FILES_ERROR_UNAVAILABLE,
                                       "the disk or server does not answer");
}

/* --- the ends --- */

/* What could not be taken back now stays in the journal, and is tried again at the next start. */
static void
take_back (Run *run)
{
  gboolean whole = TRUE;
  g_autoptr (GError) error = NULL;
  for (guint i = run->steps != NULL ? run->steps->len : 0; i-- > 0;)
    {
      whole &= guardian_change_step_take_back (run->steps->pdata[i]);
      point (run);
    }
  if (!run->intended)
    guardian_change_describe_drop (run->plan, run->store);
  if (run->noted && !whole)
    g_warning ("a change could not be taken back wholly; it is tried again at the next start");
  else if (run->noted)
    {
      g_autoptr (CardeaJson) record = guardian_change_history_state (run->id, "taken-back", NULL);
      if (!guardian_change_store_write (run->store, GUARDIAN_CHANGE_STATE_TAKEN_BACK, record,
                                        &error))
        g_warning ("the end of a change could not be noted down: %s", error->message);
    }
}

static void
count (Run *run)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaJson) made
      = guardian_change_transaction_made (run->id, run->steps, run->plan->items->len);
  if (!guardian_change_store_write (run->store, GUARDIAN_CHANGE_STATE_MADE, made, &error))
    g_warning ("the end of a change could not be noted down: %s", error->message);
  point (run);
  if (run->plan->of != NULL)
    guardian_change_history_mark_undone (run->store, run->plan->of, run->id);
  for (guint i = 0; i < run->steps->len; i++)
    guardian_change_step_finish (run->steps->pdata[i]);
}

static CardeaJson *
write_identity (const GuardianFilesId *id)
{
  CardeaJson *json = cardea_json_new_object ();
  cardea_json_set_int64_string (json, "dev", id->dev);
  cardea_json_set_int64_string (json, "ino", id->ino);
  return json;
}

static CardeaJson *
write_done (const GuardianChangeItem *item, const GuardianFilesInfo *after)
{
  CardeaJson *json = cardea_json_new_object ();
  cardea_path_json_set (json, "path", item->place.path);
  if (item->target.path != NULL)
    cardea_path_json_set (json, "to", item->target.path);
  if (item->size_after >= 0)
    cardea_json_set_int64_string (json, "size", item->size_after);
  if (item->sha256_after[0] != '\0')
    cardea_json_set_string (json, "sha256", item->sha256_after);
  if (item->place.object != NULL)
    cardea_json_set (json, "old", write_identity (&item->place.object->info.id));
  if (after != NULL)
    cardea_json_set (json, "new", write_identity (&after->id));
  return json;
}

static void
report (const Run *run, GuardianChangeResult *result)
{
  g_autofree const GuardianFilesInfo **after
      = g_new0 (const GuardianFilesInfo *, run->plan->items->len);
  for (guint i = 0; i < run->steps->len; i++)
    {
      const GuardianChangeStep *step = run->steps->pdata[i];
      if (step->after.kind != GUARDIAN_FILES_KIND_LINK)
        after[step->item] = &step->after;
    }
  result->items = cardea_json_new_array ();
  for (guint i = 0; i < run->plan->items->len; i++)
    {
      /* What lies in the trash is not at the new end of anything that was asked for. */
      const GuardianChangeItem *item = run->plan->items->pdata[i];
      gboolean goes = item->verb == GUARDIAN_CHANGE_DELETE;
      cardea_json_append (result->items, write_done (item, goes ? NULL : after[i]));
      result->bytes += item->sha256_after[0] != '\0' ? item->size_after : 0;
    }
  result->change = guardian_change_history_one (run->store, run->id, run->intent,
                                                GUARDIAN_CHANGE_HISTORY_BRIEF);
}

gboolean
guardian_change_transaction_run (const GuardianChangeTransaction *transaction,
                                 GuardianChangeResult *ret_result, GError **error)
{
  Run run = { .transaction = transaction, .plan = transaction->plan, .store = transaction->store };
  *ret_result = (GuardianChangeResult){ 0 };
  run.id = cardea_id_new (ID_SIZE);
  run.temps = g_hash_table_new (g_str_hash, g_str_equal);
  gboolean good = run_all (&run, error);
  if (good)
    {
      count (&run);
      report (&run, ret_result);
      good = ret_result->change != NULL
             || guardian_change_error_set (error, GUARDIAN_FILES_ERROR_INTERNAL,
                                           "the change was made, but not noted down");
    }
  else
    take_back (&run);
  g_hash_table_unref (run.temps);
  g_clear_pointer (&run.steps, g_ptr_array_unref);
  g_clear_pointer (&run.intent, cardea_json_unref);
  g_free (run.id);
  return good;
}
