/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/protocol/cardea-message.h"
#include "guardian/files/guardian-files-closed.h"
#include "guardian/files/guardian-files-handle.h"
#include "guardian/files/guardian-files-list.h"
#include "guardian/files/guardian-files-owner.h"
#include "guardian/files/guardian-files-resolve.h"

/* The operations of the worker, one row each. A job goes through three functions: prepare (main
 * thread: message to owned data), run (any thread: pure on the job's data), answer (main thread).
 */

typedef struct _GuardianFilesOperation GuardianFilesOperation;

/* What the main thread owns; run never sees it. */
typedef struct {
  const GuardianFilesMounts *mounts; /* immutable, so jobs have it too */
  GuardianFilesOwner *owner;         /* safe from any thread, so jobs have it too; or NULL */
  GHashTable *handles;
  GuardianFilesClosed *closed; /* of closed_home, as of closed_time (monotonic); or NULL */
  char *closed_home;
  gint64 closed_time;
} GuardianFilesState;

typedef struct {
  const GuardianFilesOperation *operation;
  const GuardianFilesMounts *mounts;
  GuardianFilesOwner *owner;
  gint cancelled; /* atomic */
  guint64 lane;   /* the slow mount it may wait for, 0: a disk */
  GError *error;  /* of run */

  GuardianFilesHandle *handle;
  GuardianFilesClosed *closed;
  char *home;
  char *path;
  char *name;
  char *folder;
  char *text; /* searched for, or a list's pattern */
  GuardianFilesWant want;
  GuardianFilesListQuery list;
  gint64 offset;
  gint64 length;
  gboolean digest;
  gboolean settle; /* the first piece of a file */
  int reader;      /* borrowed from handle, or -1 */

  GuardianFilesResolution resolution;
  GuardianFilesSnapshot snapshot;
  GuardianFilesPiece piece;
  int opened; /* by run; -1 */
  CardeaJson *results;
  gboolean truncated;
} GuardianFilesJob;

struct _GuardianFilesOperation {
  const char *message;
  guint seconds; /* until it is given up */
  gboolean (*prepare) (GuardianFilesState *state, const CardeaMessage *message,
                       GuardianFilesJob *job, GError **error);
  /* May be called again, in a mode that may wait for more, after ERROR_WOULD_BLOCK; lane then says
   * for what. */
  gboolean (*run) (GuardianFilesJob *job, GuardianFilesWalkMode mode, GError **error);
  gboolean (*answer) (GuardianFilesState *state, GuardianFilesJob *job, CardeaMessage *reply,
                      GError **error);
  const char *reply;
};

/* NULL when name is no operation of this worker. */
const GuardianFilesOperation *guardian_files_operation_find (const char *name);

GuardianFilesJob *guardian_files_job_new (const GuardianFilesOperation *operation,
                                          const GuardianFilesMounts *mounts);
void guardian_files_job_free (GuardianFilesJob *job);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GuardianFilesJob, guardian_files_job_free)
