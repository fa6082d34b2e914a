/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/files/change/guardian-change-describe.h"
#include "guardian/files/change/guardian-change-step.h"

/* A plan, carried out: all of it or nothing, whatever happens in between. */

typedef struct {
  GuardianChangePlan *plan;   /* borrowed */
  GuardianChangeStore *store; /* borrowed */
  const CardeaJson *context;  /* {session, agent, …}: kept with the change */
  /* Asked once, after everything is done and before it counts: FALSE takes it back. */
  gboolean (*may_count) (gpointer data);
  gpointer data;
} GuardianChangeTransaction;

typedef struct {
  CardeaJson *change; /* objects.md, Change, without diffs */
  CardeaJson *items;  /* change.committed, items */
  gint64 bytes;       /* written */
} GuardianChangeResult;

void guardian_change_result_clear (GuardianChangeResult *result);

/* FALSE with GUARDIAN_FILES_ERROR: everything is as it was. A thread of its own may be used. */
gboolean guardian_change_transaction_run (const GuardianChangeTransaction *transaction,
                                          GuardianChangeResult *ret_result,
                                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* How a finished transaction's files were left: the record that says it was made. */
CardeaJson *guardian_change_transaction_made (const char *id, const GPtrArray *steps,
                                              guint n_items);
