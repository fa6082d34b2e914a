/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/protocol/cardea-message.h"
#include "guardian/files/change/guardian-change-plan.h"
#include "guardian/files/change/guardian-change-store.h"
#include "guardian/files/change/guardian-change-transaction.h"

/* What the core may ask for, one row each. A job goes through three functions: prepare (main
 * thread: message to owned data), run (a thread), answer (main thread). */

typedef struct _GuardianChangeTask GuardianChangeTask;

/* What the main thread owns. */
typedef struct {
  GuardianChangeStore *store; /* NULL before change.open */
  gboolean opening;
  GHashTable *plans; /* id → GuardianChangePlan, owned */
  guint planning;    /* operations that are being planned: they count as waiting already */
} GuardianChangeContext;

void guardian_change_context_init (GuardianChangeContext *context);
void guardian_change_context_clear (GuardianChangeContext *context);

/* Who has the last word over a job: the thread that does it, or the one that gives it up. */
typedef enum {
  GUARDIAN_CHANGE_CLAIM_OPEN,
  GUARDIAN_CHANGE_CLAIM_DONE,
  GUARDIAN_CHANGE_CLAIM_GIVEN_UP,
} GuardianChangeClaim;

typedef struct {
  const GuardianChangeTask *task;
  gint claim;    /* atomic, GuardianChangeClaim */
  guint64 lane;  /* the slow mount it may wait for, 0: a disk */
  GError *error; /* of run */

  GuardianChangeContext *opening;  /* change.open under way in it */
  GuardianChangeContext *planning; /* change.plan under way in it, with so many operations */
  guint n_planning;
  GuardianChangeStore *store;
  GuardianChangePlan *plan;
  GPtrArray *operations;
  CardeaJson *context; /* of the change */
  CardeaSecret *key;
  char *home;
  char *folder;
  char *id; /* a change's, a session's */
  char *before;
  GuardianFilesId object; /* that is meant */
  gint64 max_bytes;
  guint days;
  guint limit;

  GuardianChangeResult result;
  CardeaJson *json; /* what goes back */
  gboolean more;
  gint64 used;
  guint count;
} GuardianChangeJob;

struct _GuardianChangeTask {
  const char *message;
  guint seconds; /* until it is given up */
  gboolean (*prepare) (GuardianChangeContext *context, CardeaMessage *message,
                       GuardianChangeJob *job, GError **error);
  /* May be called again, in a mode that may wait for more, after ERROR_WOULD_BLOCK; lane then says
   * for what. */
  gboolean (*run) (GuardianChangeJob *job, GuardianFilesWalkMode mode, GError **error);
  gboolean (*answer) (GuardianChangeContext *context, GuardianChangeJob *job, CardeaMessage *reply,
                      GError **error);
  const char *reply;
};

/* NULL when name is no request to this worker. */
const GuardianChangeTask *guardian_change_task_find (const char *name);
/* change.drop: what does not exist any more is no mistake. */
void guardian_change_task_drop (GuardianChangeContext *context, const char *plan);

GuardianChangeJob *guardian_change_job_new (const GuardianChangeTask *task);
void guardian_change_job_free (GuardianChangeJob *job);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GuardianChangeJob, guardian_change_job_free)

/* TRUE for one of the two who try. */
gboolean guardian_change_job_claim (GuardianChangeJob *job, GuardianChangeClaim claim);
