/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: the core's messages, which the link has checked against the table. Refuses: everything
 * before change.open; what is closed to everybody, whatever the core says; a plan that was done,
 * dropped, or waited too long. */

#include "guardian/files/change/guardian-change-task.h"

#include "common/base/cardea-autofd.h"
#include "guardian/files/change/guardian-change-error.h"
#include "guardian/files/change/guardian-change-history.h"
#include "guardian/files/change/guardian-change-keep.h"
#include "guardian/files/change/guardian-change-open.h"
#include "guardian/files/change/guardian-change-recover.h"
#include "guardian/files/change/guardian-change-revert.h"

#include <string.h>

#define LIMIT_PLANS 64    /* that wait at the same time */
#define LIMIT_ITEMS 3000  /* of all of them: each may hold three descriptors */
#define LIMIT_TEXT 786432 /* of what goes back, as the wire's lists */

static gboolean
refuse (GError **error, GuardianFilesError code, const char *reason)
{
  return guardian_change_error_set (error, code, reason);
}

static void
plan_unref (gpointer plan)
{
  guardian_change_plan_unref (plan);
}

void
guardian_change_context_init (GuardianChangeContext *context)
{
  *context = (GuardianChangeContext){ 0 };
  context->plans = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, plan_unref);
}

void
guardian_change_context_clear (GuardianChangeContext *context)
{
  g_clear_pointer (&context->plans, g_hash_table_unref);
  g_clear_pointer (&context->store, guardian_change_store_unref);
}

static gboolean
need_store (GuardianChangeContext *context, GuardianChangeJob *job, GError **error)
{
  if (context->store == NULL)
    return refuse (error, GUARDIAN_FILES_ERROR_UNAVAILABLE,
                   "files cannot be changed yet: the undo store is not open");
  job->store = guardian_change_store_ref (context->store);
  return TRUE;
}

/* A list that the wire would not carry is refused whole: nothing is shown or judged in part. */
static gboolean
fits (const CardeaJson *json, GError **error)
{
  return cardea_json_fits (json, LIMIT_TEXT)
         || refuse (error, GUARDIAN_FILES_ERROR_UNSUITABLE,
                    "these are too many operations at once: split them");
}

/* --- open --- */

static gboolean
prepare_open (GuardianChangeContext *context, CardeaMessage *message, GuardianChangeJob *job,
              GError **error)
{
  cardea_autofd int memfd = cardea_message_take_fd (message, "key");
  if (context->opening)
    return refuse (error, GUARDIAN_FILES_ERROR_BUSY, "the undo store is being opened");
  job->key = guardian_change_open_key (memfd, error);
  job->folder = g_strdup (cardea_message_get_path (message, "folder"));
  job->max_bytes = cardea_message_get_int64 (message, "max_bytes", 0);
  job->days = cardea_message_get_int (message, "days", 0);
  if (job->key == NULL)
    return FALSE;
  if (context->store != NULL)
    job->store = guardian_change_store_ref (context->store);
  context->opening = TRUE;
  job->opening = context;
  return TRUE;
}

static gboolean
run_open (GuardianChangeJob *job, GuardianFilesWalkMode mode, GError **error)
{
  if (job->store != NULL)
    {
      guardian_change_store_set_limits (job->store, job->max_bytes, job->days);
      job->json = cardea_json_new_array ();
    }
  else
    {
      job->store = guardian_change_open (job->folder, job->key, job->max_bytes, job->days, error);
      if (job->store == NULL)
        return FALSE;
      job->json = guardian_change_recover (job->store);
    }
  job->used = guardian_change_store_used (job->store);
  return TRUE;
}

static gboolean
answer_open (GuardianChangeContext *context, GuardianChangeJob *job, CardeaMessage *reply,
             GError **error)
{
  if (context->store == NULL)
    context->store = guardian_change_store_ref (job->store);
  cardea_message_set_json (reply, "recovered", g_steal_pointer (&job->json));
  cardea_message_set_int64 (reply, "used", job->used);
  return TRUE;
}

/* --- plans --- */

static gboolean
is_over (gpointer key, gpointer value, gpointer user_data)
{
  const GuardianChangePlan *plan = value;
  return plan->deadline < *(const gint64 *) user_data;
}

static gboolean
has_room (GuardianChangeContext *context, guint items, GError **error)
{
  gint64 now = g_get_monotonic_time ();
  GHashTableIter iter;
  gpointer value;
  g_hash_table_foreach_remove (context->plans, is_over, &now);
  items += context->planning;
  g_hash_table_iter_init (&iter, context->plans);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    items += ((const GuardianChangePlan *) value)->items->len;
  return (g_hash_table_size (context->plans) < LIMIT_PLANS && items <= LIMIT_ITEMS)
         || refuse (error, GUARDIAN_FILES_ERROR_BUSY, "too many changes wait to be decided about");
}

static gboolean
prepare_plan (GuardianChangeContext *context, CardeaMessage *message, GuardianChangeJob *job,
              GError **error)
{
  if (!need_store (context, job, error))
    return FALSE;
  job->plan = guardian_change_plan_new (cardea_message_take_fd (message, "content"), error);
  if (job->plan == NULL)
    return FALSE;
  job->operations = guardian_change_operation_read_all (
      cardea_message_get_json (message, "operations"), job->plan->content_size, error);
  job->home = g_strdup (cardea_message_get_path (message, "home"));
  job->folder = g_strdup (cardea_message_get_path (message, "folder"));
  if (job->operations == NULL || !has_room (context, job->operations->len, error))
    return FALSE;
  job->planning = context;
  job->n_planning = job->operations->len;
  context->planning += job->n_planning;
  return TRUE;
}

static void
end_planning (GuardianChangeJob *job)
{
  if (job->planning != NULL)
    job->planning->planning -= job->n_planning;
  job->planning = NULL;
}

static gboolean
run_plan (GuardianChangeJob *job, GuardianFilesWalkMode mode, GError **error)
{
  guint64 mount = 0;
  if (!guardian_change_plan_resolve (job->plan, job->operations, job->home, job->folder, mode,
                                     guardian_change_store_max_bytes (job->store), &mount, error))
    {
      job->lane = mount;
      return FALSE;
    }
  job->json = guardian_change_describe_planned (job->plan);
  return fits (job->json, error);
}

static gboolean
answer_plan (GuardianChangeContext *context, GuardianChangeJob *job, CardeaMessage *reply,
             GError **error)
{
  end_planning (job);
  if (!has_room (context, job->plan->items->len, error))
    return FALSE;
  g_hash_table_replace (context->plans, job->plan->id, guardian_change_plan_ref (job->plan));
  cardea_message_set_string (reply, "plan", job->plan->id);
  cardea_message_set_json (reply, "items", g_steal_pointer (&job->json));
  return TRUE;
}

void
guardian_change_task_drop (GuardianChangeContext *context, const char *plan)
{
  if (plan != NULL)
    g_hash_table_remove (context->plans, plan);
}

/* One job at a time has a plan: what it reads and fills in is not shared. */
static gboolean
take_plan (GuardianChangeContext *context, const CardeaMessage *message, GuardianChangeJob *job,
           GError **error)
{
  const char *id = cardea_message_get_string (message, "plan");
  GuardianChangePlan *plan = id != NULL ? g_hash_table_lookup (context->plans, id) : NULL;
  if (!need_store (context, job, error))
    return FALSE;
  if (plan == NULL || plan->deadline < g_get_monotonic_time ())
    return refuse (error, GUARDIAN_FILES_ERROR_CHANGED, "this plan is not held any more");
  if (guardian_change_plan_is_closed (plan))
    return refuse (error, GUARDIAN_FILES_ERROR_DENIED,
                   "keys, passwords and Cardea's own files are closed to every agent");
  if (!g_atomic_int_compare_and_exchange (&plan->begun, FALSE, TRUE))
    return refuse (error, GUARDIAN_FILES_ERROR_BUSY, "this plan is being worked on");
  job->plan = guardian_change_plan_ref (plan);
  job->plan->stop = &job->claim;
  job->lane = plan->lookup.mount;
  return TRUE;
}

static gboolean
prepare_describe (GuardianChangeContext *context, CardeaMessage *message, GuardianChangeJob *job,
                  GError **error)
{
  return take_plan (context, message, job, error);
}

static gboolean
run_describe (GuardianChangeJob *job, GuardianFilesWalkMode mode, GError **error)
{
  if (!guardian_change_plan_holds (job->plan, error)
      || !guardian_change_describe (job->plan, job->store, FALSE, error))
    return FALSE;
  job->json = guardian_change_describe_shown (job->plan);
  return fits (job->json, error);
}

static gboolean
answer_describe (GuardianChangeContext *context, GuardianChangeJob *job, CardeaMessage *reply,
                 GError **error)
{
  cardea_message_set_json (reply, "changes", g_steal_pointer (&job->json));
  return TRUE;
}

/* --- commit --- */

static gboolean
may_count_cb (gpointer data)
{
  return guardian_change_job_claim (data, GUARDIAN_CHANGE_CLAIM_DONE);
}

static gboolean
commit (GuardianChangeJob *job, GError **error)
{
  const GuardianChangeTransaction transaction
      = { job->plan, job->store, job->context, may_count_cb, job };
  return guardian_change_transaction_run (&transaction, &job->result, error);
}

/* Done or not: it is not held for a second time. */
static gboolean
prepare_commit (GuardianChangeContext *context, CardeaMessage *message, GuardianChangeJob *job,
                GError **error)
{
  if (!take_plan (context, message, job, error))
    return FALSE;
  g_hash_table_remove (context->plans, job->plan->id);
  job->context = cardea_json_ref (cardea_message_get_json (message, "context"));
  return TRUE;
}

static gboolean
run_commit (GuardianChangeJob *job, GuardianFilesWalkMode mode, GError **error)
{
  return commit (job, error);
}

static gboolean
answer_commit (GuardianChangeContext *context, GuardianChangeJob *job, CardeaMessage *reply,
               GError **error)
{
  cardea_message_set_json (reply, "change", g_steal_pointer (&job->result.change));
  cardea_message_set_json (reply, "items", g_steal_pointer (&job->result.items));
  if (cardea_message_is (reply, "change.committed"))
    cardea_message_set_int64 (reply, "bytes", job->result.bytes);
  return TRUE;
}

/* --- what programs write through --- */

static gboolean
prepare_keep (GuardianChangeContext *context, CardeaMessage *message, GuardianChangeJob *job,
              GError **error)
{
  job->plan = guardian_change_plan_new (-1, error);
  job->home = g_strdup (cardea_message_get_path (message, "home"));
  job->folder = g_strdup (cardea_message_get_path (message, "path"));
  job->object.dev = cardea_message_get_int64 (message, "dev", 0);
  job->object.ino = cardea_message_get_int64 (message, "ino", 0);
  job->context = cardea_json_ref (cardea_message_get_json (message, "context"));
  return job->plan != NULL && need_store (context, job, error);
}

static gboolean
run_keep (GuardianChangeJob *job, GuardianFilesWalkMode mode, GError **error)
{
  const GuardianChangeKept kept = { job->home, job->folder, job->object, job->context };

  g_clear_pointer (&job->plan, guardian_change_plan_unref); /* a second time begins anew */
  job->plan = guardian_change_plan_new (-1, error);
  if (job->plan == NULL)
    return FALSE;
  job->plan->stop = &job->claim;
  if (guardian_change_keep (job->plan, job->store, &kept, mode, &job->id, error))
    return TRUE;
  job->lane = job->plan->lookup.mount;
  return FALSE;
}

static gboolean
answer_keep (GuardianChangeContext *context, GuardianChangeJob *job, CardeaMessage *reply,
             GError **error)
{
  cardea_message_set_string (reply, "change", job->id);
  return TRUE;
}

static gboolean
prepare_gather (GuardianChangeContext *context, CardeaMessage *message, GuardianChangeJob *job,
                GError **error)
{
  job->home = g_strdup (cardea_message_get_path (message, "home"));
  job->folder = g_strdup (cardea_message_get_path (message, "folder"));
  job->context = cardea_json_ref (cardea_message_get_json (message, "context"));
  job->json = cardea_json_ref (cardea_message_get_json (message, "items"));
  return need_store (context, job, error);
}

static gboolean
run_gather (GuardianChangeJob *job, GuardianFilesWalkMode mode, GError **error)
{
  const GuardianChangeKept kept = { .home = job->home, .context = job->context };

  return guardian_change_gather (job->store, job->folder, &kept, job->json, &job->claim, &job->id,
                                 error);
}

static gboolean
prepare_left (GuardianChangeContext *context, CardeaMessage *message, GuardianChangeJob *job,
              GError **error)
{
  job->id = g_strdup (cardea_message_get_string (message, "of"));
  job->json = cardea_json_ref (cardea_message_get_json (message, "items"));
  return need_store (context, job, error);
}

static gboolean
run_left (GuardianChangeJob *job, GuardianFilesWalkMode mode, GError **error)
{
  return guardian_change_left (job->store, job->id, job->json, error);
}

static gboolean
answer_left (GuardianChangeContext *context, GuardianChangeJob *job, CardeaMessage *reply,
             GError **error)
{
  return TRUE;
}

/* --- the past --- */

static gboolean
prepare_history (GuardianChangeContext *context, CardeaMessage *message, GuardianChangeJob *job,
                 GError **error)
{
  job->id = g_strdup (cardea_message_get_string (message, "of"));
  job->before = g_strdup (cardea_message_get_string (message, "before"));
  job->limit = cardea_message_get_int (message, "limit", 1);
  return need_store (context, job, error);
}

static gboolean
run_history (GuardianChangeJob *job, GuardianFilesWalkMode mode, GError **error)
{
  job->json
      = guardian_change_history_list (job->store, job->id, job->before, job->limit, &job->more);
  job->used = guardian_change_store_used (job->store);
  return TRUE;
}

static gboolean
answer_history (GuardianChangeContext *context, GuardianChangeJob *job, CardeaMessage *reply,
                GError **error)
{
  cardea_message_set_json (reply, "changes", g_steal_pointer (&job->json));
  cardea_message_set_int64 (reply, "used", job->used);
  cardea_message_set_boolean (reply, "more", job->more);
  return TRUE;
}

static gboolean
prepare_one (GuardianChangeContext *context, CardeaMessage *message, GuardianChangeJob *job,
             GError **error)
{
  job->id = g_strdup (cardea_message_get_string (message, "change"));
  return need_store (context, job, error);
}

static gboolean
run_show (GuardianChangeJob *job, GuardianFilesWalkMode mode, GError **error)
{
  g_autofree char *id = guardian_change_history_find (job->store, job->id);
  if (id != NULL)
    job->json = guardian_change_history_one (job->store, id, NULL, GUARDIAN_CHANGE_HISTORY_FULL);
  if (job->json == NULL)
    return refuse (error, GUARDIAN_FILES_ERROR_NOT_FOUND,
                   "there is no change of that id, or several begin with it");
  return fits (job->json, error);
}

static gboolean
answer_show (GuardianChangeContext *context, GuardianChangeJob *job, CardeaMessage *reply,
             GError **error)
{
  cardea_message_set_json (reply, "change", g_steal_pointer (&job->json));
  return TRUE;
}

static gboolean
prepare_revert (GuardianChangeContext *context, CardeaMessage *message, GuardianChangeJob *job,
                GError **error)
{
  if (!prepare_one (context, message, job, error))
    return FALSE;
  job->plan = guardian_change_plan_new (-1, error);
  if (job->plan != NULL)
    job->plan->stop = &job->claim;
  return job->plan != NULL;
}

/* Who takes it back is the person; which session it belonged to stays. */
static gboolean
revert (GuardianChangeJob *job, GuardianFilesWalkMode mode, GError **error)
{
  guint64 mount = 0;
  if (!guardian_change_revert_plan (job->plan, job->store, job->id, mode, &mount, error))
    {
      job->lane = mount;
      return FALSE;
    }
  if (mount != 0 && mode != GUARDIAN_FILES_WALK_WAIT)
    {
      job->lane = mount;
      return refuse (error, GUARDIAN_FILES_ERROR_WOULD_BLOCK, "it takes a moment");
    }
  g_autoptr (CardeaJson) intent
      = guardian_change_store_read (job->store, job->id, GUARDIAN_CHANGE_RECORD_INTENT);
  CardeaJson *context = intent != NULL ? cardea_json_get (intent, "context") : NULL;
  g_clear_pointer (&job->context, cardea_json_unref);
  job->context = context != NULL ? cardea_json_ref (context) : cardea_json_new_object ();
  return commit (job, error);
}

static gboolean
run_revert (GuardianChangeJob *job, GuardianFilesWalkMode mode, GError **error)
{
  guardian_change_store_hold (job->store, job->id);
  gboolean good = revert (job, mode, error);
  guardian_change_store_let_go (job->store, job->id);
  return good;
}

static gboolean
prepare_clear (GuardianChangeContext *context, CardeaMessage *message, GuardianChangeJob *job,
               GError **error)
{
  return need_store (context, job, error);
}

static gboolean
run_clear (GuardianChangeJob *job, GuardianFilesWalkMode mode, GError **error)
{
  job->count = guardian_change_store_clear (job->store);
  return TRUE;
}

static gboolean
answer_clear (GuardianChangeContext *context, GuardianChangeJob *job, CardeaMessage *reply,
              GError **error)
{
  cardea_message_set_int (reply, "count", job->count);
  return TRUE;
}

static const GuardianChangeTask tasks[] = {
  { "change.open", 60, prepare_open, run_open, answer_open, "change.opened" },
  { "change.plan", 30, prepare_plan, run_plan, answer_plan, "change.planned" },
  { "change.describe", 60, prepare_describe, run_describe, answer_describe, "change.described" },
  { "change.commit", 120, prepare_commit, run_commit, answer_commit, "change.committed" },
  { "change.keep", 60, prepare_keep, run_keep, answer_keep, "change.kept" },
  { "change.gather", 60, prepare_gather, run_gather, answer_keep, "change.kept" },
  { "change.left", 60, prepare_left, run_left, answer_left, "done" },
  { "change.history", 30, prepare_history, run_history, answer_history, "change.listed" },
  { "change.show", 30, prepare_one, run_show, answer_show, "change.shown" },
  { "change.revert", 120, prepare_revert, run_revert, answer_commit, "change.reverted" },
  { "change.clear", 60, prepare_clear, run_clear, answer_clear, "done" },
};

const GuardianChangeTask *
guardian_change_task_find (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (tasks); i++)
    if (strcmp (tasks[i].message, name) == 0)
      return &tasks[i];
  return NULL;
}

GuardianChangeJob *
guardian_change_job_new (const GuardianChangeTask *task)
{
  GuardianChangeJob *job = g_new0 (GuardianChangeJob, 1);
  job->task = task;
  return job;
}

void
guardian_change_job_free (GuardianChangeJob *job)
{
  if (job == NULL)
    return;
  if (job->opening != NULL)
    job->opening->opening = FALSE;
  end_planning (job);
  if (job->plan != NULL && job->plan->stop == &job->claim)
    {
      job->plan->stop = NULL;
      g_atomic_int_set (&job->plan->begun, FALSE);
    }
  g_clear_pointer (&job->plan, guardian_change_plan_unref);
  g_clear_pointer (&job->store, guardian_change_store_unref);
  g_clear_pointer (&job->operations, g_ptr_array_unref);
  g_clear_pointer (&job->context, cardea_json_unref);
  g_clear_pointer (&job->key, cardea_secret_unref);
  g_clear_pointer (&job->json, cardea_json_unref);
  guardian_change_result_clear (&job->result);
  g_clear_error (&job->error);
  g_free (job->home);
  g_free (job->folder);
  g_free (job->id);
  g_free (job->before);
  g_free (job);
}

gboolean
guardian_change_job_claim (GuardianChangeJob *job, GuardianChangeClaim claim)
{
  return g_atomic_int_compare_and_exchange (&job->claim, GUARDIAN_CHANGE_CLAIM_OPEN, claim);
}
