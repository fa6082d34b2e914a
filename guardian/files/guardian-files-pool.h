/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* Threads for what may wait: a disk, or a server that never answers. A few, started when needed and
 * ended when idle. A slow mount may hold only some of them, and all slow mounts together never all:
 * a dead server does not keep anyone from his disk. */
typedef struct _GuardianFilesPool GuardianFilesPool;

#define GUARDIAN_FILES_POOL_LOCAL 0 /* the lane of everything that answers in bounded time */

/* context: where done is called; NULL is the default one. */
GuardianFilesPool *guardian_files_pool_new (GMainContext *context);
/* Threads that still wait for something end by themselves, later. */
void guardian_files_pool_unref (GuardianFilesPool *pool);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GuardianFilesPool, guardian_files_pool_unref)

/* run is called in a thread, then done in the context. lane: LOCAL or the slow mount's id. FALSE:
 * no room, neither will be called. */
gboolean guardian_files_pool_push (GuardianFilesPool *pool, guint64 lane,
                                   void (*run) (gpointer data), void (*done) (gpointer data),
                                   gpointer data) G_GNUC_WARN_UNUSED_RESULT;
/* What ran in a lane ended with error: the way led from a disk to a server, and it goes on in lane
 * to, among those who wait for that. */
gboolean guardian_files_pool_changes_lane (guint64 from, guint64 to, const GError *error);
