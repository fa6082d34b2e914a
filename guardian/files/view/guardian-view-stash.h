/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/json/cardea-json.h"

#include <glib.h>
#include <sys/stat.h>

/* What a program replaced or removed in a folder that was shared for changing lies here until the
 * undo store has it: a folder of its own below $XDG_CACHE_HOME/cardea/kept, one a session.
 * Reference counted; the view's thread puts things in, the main thread settles. */
typedef struct _GuardianViewStash GuardianViewStash;

#define GUARDIAN_VIEW_STASH_FILE (16 << 20) /* larger ones are asked for one by one */
#define GUARDIAN_VIEW_STASH_ITEMS 8192      /* that lie here at a time */
#define GUARDIAN_VIEW_STASH_BYTES (1 << 30)

/* What goes to the core as one view.kept. */
typedef struct {
  guint64 id;
  CardeaJson *items; /* objects.md, Put aside */
  gint64 bytes;
} GuardianViewBatch;

void guardian_view_batch_free (GuardianViewBatch *batch);

/* NULL with errno. */
GuardianViewStash *guardian_view_stash_new (void);
GuardianViewStash *guardian_view_stash_ref (GuardianViewStash *stash);
/* The folder goes with the last reference, what is still in it into the person's trash. */
void guardian_view_stash_unref (GuardianViewStash *stash);
const char *guardian_view_stash_path (const GuardianViewStash *stash);
/* What a worker that was killed left behind goes into the person's trash. */
void guardian_view_stash_rescue_all (void);

typedef enum {
  GUARDIAN_VIEW_STASH_MOVE, /* the name goes */
  GUARDIAN_VIEW_STASH_LINK, /* the content stays as it is until another file takes the name */
  GUARDIAN_VIEW_STASH_COPY, /* the content will be written */
} GuardianViewStashHow;

/* The view's thread. name in folder, which is path and st, is put aside; of a folder only what it
 * was is noted. 0, or an errno; EBUSY: there is no room until something was settled. */
int guardian_view_stash_put (GuardianViewStash *stash, GuardianViewStashHow how, int folder,
                             const char *name, const char *path, const struct stat *st);
/* When the rest has to go; microseconds, -1: there is none. */
gint64 guardian_view_stash_due (const GuardianViewStash *stash);
/* What is to go, and is full, or (all) whatever there is; NULL: nothing. The caller owns it. */
GuardianViewBatch *guardian_view_stash_next (GuardianViewStash *stash, gboolean all);

/* The main thread. batch: taken; it is on its way. */
void guardian_view_stash_sent (GuardianViewStash *stash, GuardianViewBatch *batch);
/* It is in the undo store, or (kept FALSE) goes to the trash. */
void guardian_view_stash_settle (GuardianViewStash *stash, guint64 id, gboolean kept);
/* Nothing is on its way. */
gboolean guardian_view_stash_is_settled (const GuardianViewStash *stash);
