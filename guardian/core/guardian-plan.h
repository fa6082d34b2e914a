/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/protocol/cardea-message.h"
#include "guardian/core/guardian-object.h"
#include "guardian/core/guardian-operation.h"
#include "guardian/core/guardian-workers.h"
#include "guardian/policy/guardian-decision.h"

/* What a file.change would do, as the change worker resolved it and holds it: an item an operation,
 * in their order. Each is decided about by itself; the strictest decides for all. */

typedef struct {
  const GuardianOperation *operation;
  const char *action;     /* policy's name of what it does to object; static */
  GuardianObject *object; /* may not exist yet */
  GuardianObject *target; /* of a rename: its new name, which does not exist; else NULL */
  gboolean removes;       /* the last link to its content goes */
  gboolean undoable;
  gint64 bytes; /* that it brings; -1: it brings no content */
  /* Filled by guardian-plan-judge.c. */
  GuardianDecision decision; /* the stricter one of object's and target's */
  char *grant;               /* ids of the grants that cover object and target; NULL: none does */
  char *target_grant;
} GuardianPlanItem;

typedef struct {
  char *id;                     /* the worker's; NULL: given up or done */
  guint run;                    /* which run of the worker holds it */
  GPtrArray *items;             /* GuardianPlanItem, at least one */
  GuardianObject *resource;     /* the one object, or the deepest folder that holds all */
  const GuardianPlanItem *item; /* the one that decided; NULL before that */
  CardeaJson *changes;          /* what a person is shown; NULL before it was described */
  CardeaJson *judged; /* [{action, resource}], of which policy was asked; NULL before that */
} GuardianPlan;

/* planned: a change.planned for these operations, which were checked. NULL when it is not an answer
 * to them. */
GuardianPlan *guardian_plan_new (const CardeaMessage *planned, const CardeaJson *operations,
                                 guint run) G_GNUC_WARN_UNUSED_RESULT;
void guardian_plan_free (GuardianPlan *plan);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GuardianPlan, guardian_plan_free)

/* The worker need not hold it any more. Twice is harmless. */
void guardian_plan_drop (GuardianPlan *plan, GuardianWorkers *workers);

/* changes: of change.described; taken as plan->changes when it is about exactly these items. */
gboolean guardian_plan_describe (GuardianPlan *plan, CardeaJson *changes) G_GNUC_WARN_UNUSED_RESULT;

/* The folder a path lies in, for a set of objects: the deepest common one. inode is known as far as
 * the objects' own parents tell; else it is 0:0. The caller owns the result. */
GuardianObject *guardian_plan_common_folder (const GPtrArray *objects);

/* As records see it: the one object, or {kind, path, dev?, ino?, count}. The caller owns it. */
CardeaJson *guardian_plan_resource (const GuardianPlan *plan);

/* For records: {op, path, to?, effect, policy, grant?} of the first items that fit into bytes, and
 * SHA-256 over the canonical text of all, hex. The caller owns both. */
CardeaJson *guardian_plan_list (const GuardianPlan *plan, gsize bytes, char **ret_sha256);

/* Of what policy was asked, the first that fit into bytes. The caller owns it. */
CardeaJson *guardian_plan_judged (const GuardianPlan *plan, gsize bytes);

/* Takes out of what a reply says of items that were done what an agent may not know: the digest and
 * size of what it only added to, where that is not shared, would tell what was there before. */
void guardian_plan_withhold (const GuardianPlan *plan, CardeaJson *items);
