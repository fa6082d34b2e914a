/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/protocol/cardea-message.h"
#include "guardian/files/guardian-files-error.h"
#include "guardian/files/guardian-files-walk.h"

/* The requests of a worker that wait for a thread: each is answered once, by what its job did or
 * by a refusal when that took too long. Main thread only, but for run. */
typedef struct _GuardianFilesWaiting GuardianFilesWaiting;

/* What the worker does with its jobs. */
typedef struct {
  guint limit;                                            /* requests that wait at the same time */
  void (*run) (gpointer job, GuardianFilesWalkMode mode); /* in a thread, perhaps twice */
  /* It is not waited for any more: the thread goes on until it notices, or for ever. FALSE: it has
   * just finished, and is answered by what it did. */
  gboolean (*give_up) (gpointer job);
  void (*answer) (gpointer worker, const CardeaMessage *request, gpointer job);
  void (*refuse) (gpointer worker, const CardeaMessage *request, const GError *error);
  void (*free) (gpointer job);
} GuardianFilesWaitingKind;

GuardianFilesWaiting *guardian_files_waiting_new (const GuardianFilesWaitingKind *kind,
                                                  gpointer worker);
/* Nobody is answered any more, nor is give_up called. TRUE: jobs still run, so what they borrow
 * must stay. */
gboolean guardian_files_waiting_free (GuardianFilesWaiting *waiting) G_GNUC_WARN_UNUSED_RESULT;

/* lane, error: of the job (guardian-files-pool.h). Without room it is answered "busy" at once. */
void guardian_files_waiting_add (GuardianFilesWaiting *waiting, CardeaMessage *request,
                                 gpointer taken_job, guint64 *lane, GError **error, guint seconds);
/* The one under that id, if it waits. */
void guardian_files_waiting_cancel (GuardianFilesWaiting *waiting, const char *id);
