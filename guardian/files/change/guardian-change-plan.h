/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/files/change/guardian-change-content.h"
#include "guardian/files/change/guardian-change-operation.h"
#include "guardian/files/change/guardian-change-place.h"
#include "guardian/files/change/guardian-change-text.h"

/* A transaction that is resolved and held, and not done yet. */

typedef struct {
  GuardianChangeVerb verb;
  GuardianChangePlace place;
  GuardianChangePlace target; /* of a rename; else all NULL */
  const guint8 *bytes;        /* what is written or added; borrowed from the plan */
  gsize n_bytes;
  GuardianChangeFormer *restore; /* instead: a former file that comes back; or NULL */
  char *expect;                  /* the digest that its content must have; or NULL */
  gint mode;                     /* permission bits; -1: as it is, or usual */
  gint64 mtime_ns;               /* -1: as it is */
  gboolean trash;                /* a deletion that goes to the trash */
  char *trash_file; /* of a creation: the file in the trash that comes back; real path */
  char *trash_info; /* and its other half */
  GuardianFilesId trash_id;
  gboolean undoable;
  /* Filled when it is described, at the latest before it is done. */
  GuardianChangeFormer *former; /* what is there */
  GuardianChangeText text;
  gboolean binary;
  const char *type;
  const char *type_after;
  gint64 size_after; /* -1: not a file */
  char sha256_after[65];
  guint lost; /* GuardianChangeLost mask */
} GuardianChangeItem;

typedef struct {
  gatomicrefcount references;
  char *id;
  gint64 deadline; /* monotonic */
  GuardianFilesMounts *mounts;
  GuardianChangeLookup lookup;
  GPtrArray *items; /* GuardianChangeItem */
  guint8 *content;  /* mapped */
  gsize content_size;
  char *of;       /* the change it takes back; or NULL */
  gint described; /* atomic */
  gint begun;     /* atomic: it is being done, or was */
  const gint
      *stop; /* atomic, not 0: nobody waits for it any more; borrowed from the job, or NULL */
} GuardianChangePlan;

/* Takes content (a sealed memfd, or -1). */
GuardianChangePlan *guardian_change_plan_new (int content,
                                              GError **error) G_GNUC_WARN_UNUSED_RESULT;
GuardianChangePlan *guardian_change_plan_ref (GuardianChangePlan *plan);
void guardian_change_plan_unref (GuardianChangePlan *plan);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GuardianChangePlan, guardian_change_plan_unref)

/* Resolves all of operations. On ERROR_WOULD_BLOCK ret_mount says for what. max_bytes: what the
 * undo store keeps. Any thread. */
gboolean guardian_change_plan_resolve (GuardianChangePlan *plan, const GPtrArray *operations,
                                       const char *home, const char *folder,
                                       GuardianFilesWalkMode mode, gint64 max_bytes,
                                       guint64 *ret_mount,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* For transactions that come from the undo store: begins a lookup, then items one by one. */
gboolean guardian_change_plan_begin (GuardianChangePlan *plan, const char *home, const char *folder,
                                     GuardianFilesWalkMode mode,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
GuardianChangeItem *guardian_change_plan_add (GuardianChangePlan *plan, GuardianChangeVerb verb);
void guardian_change_plan_judge_undoable (GuardianChangeItem *item, gint64 max_bytes);

/* Anything in it is closed to everybody (tier 5). */
gboolean guardian_change_plan_is_closed (const GuardianChangePlan *plan);

/* Every name on the way and every object is as it was when it was resolved; else ERROR_CHANGED. */
gboolean guardian_change_plan_holds (const GuardianChangePlan *plan,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Every content is the one that was expected; else ERROR_STALE. Whether it is tells something of
 * the content: only for what was decided to be done. */
gboolean guardian_change_plan_is_expected (const GuardianChangePlan *plan,
                                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
