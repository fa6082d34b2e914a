/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/files/guardian-files-mounts.h"
#include "guardian/files/guardian-files-object.h"

/* Goes through a folder and what lies below it, within limits, in the order of the names, files of
 * a folder before its folders. Never follows a link, never goes from a disk onto a server, never
 * into a file system that is no storage. */

/* What a pass may use up. Whoever makes it fills it; spent says that something was left out. */
typedef struct {
  gint64 deadline; /* g_get_monotonic_time() */
  guint entries;
  guint64 bytes;
  const gint *cancelled; /* atomic; may be NULL */
  gboolean spent;
} GuardianFilesBudget;

/* FALSE: stop. */
gboolean guardian_files_budget_go_on (GuardianFilesBudget *budget);
/* Also takes one entry off. */
gboolean guardian_files_budget_take_entry (GuardianFilesBudget *budget);

typedef struct {
  const GuardianFilesMounts *mounts;
  guint depth;   /* 1: the folder itself */
  gboolean dots; /* also names that begin with a dot */
  /* TRUE: this folder is neither shown nor entered. May be NULL. */
  gboolean (*skip) (const GuardianFilesId *folder, gpointer user_data);
  /* FALSE ends the pass. */
  gboolean (*visit) (int folder, const char *name, const char *relative,
                     const GuardianFilesInfo *info, gpointer user_data);
  gpointer user_data;
  GuardianFilesBudget *budget;
} GuardianFilesTree;

/* folder: held O_PATH or open. FALSE: it cannot be read; a folder below that cannot is left out.
 * May wait. */
gboolean guardian_files_tree_run (const GuardianFilesTree *tree, int folder,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;
