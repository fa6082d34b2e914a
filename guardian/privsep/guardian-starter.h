/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/privsep/guardian-worker.h"

/* The core forks the starter before it confines itself. The starter has neither Landlock nor a
 * system-call list and understands one fixed-size message: a row number. It forks and executes that
 * row's program (a sibling by cardea_paths_program()) with an empty environment but the row's
 * allow-list, and answers with the core's end of the pair and a pidfd. It ends when the core does.
 */
typedef struct _GuardianStarter GuardianStarter;

/* Forks. Call while single-threaded and before guardian_worker_enter(). */
GuardianStarter *guardian_starter_new (GError **error) G_GNUC_WARN_UNUSED_RESULT;
void guardian_starter_free (GuardianStarter *starter);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GuardianStarter, guardian_starter_free)

/* Blocks for the few hundred microseconds of a fork; bounded at 2 s. Both are the caller's. */
gboolean guardian_starter_start (GuardianStarter *starter, GuardianWorker worker, int *ret_pair,
                                 int *ret_pidfd, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The starter's own socket, to be kept open by guardian_worker_enter(). */
int guardian_starter_fd (const GuardianStarter *starter);
