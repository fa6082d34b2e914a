/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/files/change/guardian-change-task.h"

#include <string.h>

static gboolean
prepare_refused (GuardianChangeState *state, CardeaMessage *message, GuardianChangeJob *job,
                 GError **error)
{
  g_set_error_literal (error, GUARDIAN_FILES_ERROR, GUARDIAN_FILES_ERROR_UNAVAILABLE,
                       "files cannot be changed yet: the undo store is not open");
  return FALSE;
}

static const GuardianChangeTask tasks[] = {
  { "change.open", 60, prepare_refused, NULL, NULL, "change.opened" },
  { "change.plan", 30, prepare_refused, NULL, NULL, "change.planned" },
  { "change.describe", 60, prepare_refused, NULL, NULL, "change.described" },
  { "change.commit", 120, prepare_refused, NULL, NULL, "change.committed" },
  { "change.history", 30, prepare_refused, NULL, NULL, "change.listed" },
  { "change.show", 30, prepare_refused, NULL, NULL, "change.shown" },
  { "change.revert", 120, prepare_refused, NULL, NULL, "change.reverted" },
  { "change.clear", 60, prepare_refused, NULL, NULL, "done" },
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
  g_clear_error (&job->error);
  g_free (job);
}

gboolean
guardian_change_job_claim (GuardianChangeJob *job, GuardianChangeClaim claim)
{
  return g_atomic_int_compare_and_exchange (&job->claim, GUARDIAN_CHANGE_CLAIM_OPEN, claim);
}
