/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts the change worker to do all of a plan or nothing, and to find out when anything is not as
 * it was planned and described. Refuses what lost a grant while it waited. Known gap: a revocation
 * that comes while the worker writes is too late; the change can be taken back. */

#include "guardian/core/guardian-action-change.h"

#include "guardian/core/guardian-aftermath.h"
#include "guardian/core/guardian-exec.h"
#include "guardian/core/guardian-pipeline.h"
#include "guardian/core/guardian-plan-judge.h"
#include "guardian/core/guardian-session-keep.h"

#include <sys/stat.h>

#define COMMIT_TIMEOUT_MS 300000u

static CardeaJson *
operations_of (const GuardianRequest *request)
{
  return cardea_message_get_json (request->message, "operations");
}

gboolean
guardian_action_change_validate (const GuardianRequest *request, const char **ret_reason)
{
  int content = cardea_message_peek_fd (request->message, "content");
  struct stat st;

  *ret_reason = "what is to be written cannot be measured";
  if (content >= 0 && fstat (content, &st) != 0)
    return FALSE;
  return guardian_operation_check_all (operations_of (request), content >= 0 ? st.st_size : -1,
                                       ret_reason);
}

const char *
guardian_action_change_needs (const GuardianRequest *request, guint index)
{
  return guardian_operation_action (operations_of (request), index);
}

/* Not as it was planned: once more, with a new decision, or refused. */
static GuardianStep
try_again (GuardianRequest *request, const char *reason)
{
  GuardianStep step = guardian_request_again (request, reason);
  if (step != GUARDIAN_STEP_AGAIN)
    return step;
  GuardianStep recorded = guardian_stage_record_attempt (request, "changed", reason);
  return recorded == GUARDIAN_STEP_NEXT ? GUARDIAN_STEP_AGAIN : recorded;
}

/* What a person was shown of a program's scripts stays so while it runs. */
static gboolean
is_pinned (const GuardianRequest *request)
{
  const GPtrArray *items = request->plan->items;

  for (guint i = 0; i < items->len; i++)
    {
      const GuardianPlanItem *item = items->pdata[i];
      if (guardian_exec_pins (request->context, item->object)
          || (item->target != NULL && guardian_exec_pins (request->context, item->target)))
        return TRUE;
    }
  return FALSE;
}

int
guardian_action_change_perform (GuardianRequest *request)
{
  GuardianPlan *plan = request->plan;

  if (!guardian_plan_judge_granted (request))
    return guardian_request_refuse (request, "unauthorized", "this is not shared any more", NULL);
  if (is_pinned (request))
    return guardian_request_refuse (request, "busy", "a program that runs it was just allowed to",
                                    NULL);
  if (guardian_workers_restarts (request->context->workers, GUARDIAN_WORKER_CHANGE) != plan->run)
    return try_again (request, "what was planned has to be planned anew");
  CardeaMessage *message = cardea_message_new ("change.commit");
  cardea_message_set_string (message, "plan", plan->id);
  cardea_message_set_json (message, "context",
                           guardian_session_keep_context (request->session, request->id));
  return guardian_request_call (request, GUARDIAN_WORKER_CHANGE, message, COMMIT_TIMEOUT_MS);
}

int
guardian_action_change_settle (GuardianRequest *request)
{
  CardeaMessage *result = request->result;

  if (result == NULL)
    return guardian_request_refuse (request, "unavailable",
                                    "the change worker has gone: whether this was done stands in "
                                    "the log",
                                    NULL);
  if (cardea_message_is (result, "refused")
      && g_strcmp0 (cardea_message_get_string (result, "code"), "changed") == 0)
    return try_again (request, cardea_message_get_string (result, "reason"));
  /* Not the content that the agent expects: to plan and ask anew would change nothing about it. */
  if (cardea_message_is (result, "refused")
      && g_strcmp0 (cardea_message_get_string (result, "code"), "stale") == 0)
    return guardian_request_refuse (request, "changed",
                                    cardea_message_get_string (result, "reason"), NULL);
  if (cardea_message_is (result, "refused"))
    return guardian_request_refuse_as (request, result);
  if (!cardea_message_is (result, "change.committed")
      || cardea_json_get_string (cardea_message_get_json (result, "change"), "id") == NULL)
    return guardian_request_refuse (request, "internal", "a worker answered something else", NULL);
  g_clear_pointer (&request->plan->id, g_free);
  request->bytes = cardea_message_get_int64 (result, "bytes", 0);
  guardian_aftermath_settled (request, result);
  request->action->reply (request);
  return GUARDIAN_STEP_NEXT;
}

/* An agent need not know by which device and inode a file goes; whether there was one before, it
 * may. */
static CardeaJson *
strip_items (const GuardianPlan *plan, const CardeaJson *items)
{
  CardeaJson *array = cardea_json_new_array ();

  for (guint i = 0; i < cardea_json_size (items) && i < plan->items->len; i++)
    {
      const GuardianPlanItem *planned = plan->items->pdata[i];
      CardeaJson *item = cardea_json_copy (cardea_json_nth (items, i));
      cardea_json_remove (item, "old");
      cardea_json_remove (item, "new");
      if (planned->operation->gives_all && planned->object->nlink > 0)
        cardea_json_set_boolean (item, "replaced", TRUE);
      cardea_json_append (array, item);
    }
  return array;
}

void
guardian_action_change_reply (GuardianRequest *request)
{
  const CardeaJson *change = cardea_message_get_json (request->result, "change");
  CardeaMessage *reply = cardea_message_new_reply (request->message, "file.changed");
  gboolean undoable = FALSE;

  if (!cardea_json_get_boolean (change, "undoable", &undoable))
    undoable = FALSE;
  cardea_message_set_string (reply, "change", cardea_json_get_string (change, "id"));
  cardea_message_set_boolean (reply, "undoable", undoable);
  cardea_message_set_json (
      reply, "items",
      strip_items (request->plan, cardea_message_get_json (request->result, "items")));
  request->reply = reply;
}
