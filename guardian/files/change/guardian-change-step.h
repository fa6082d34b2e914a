/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/files/change/guardian-change-place.h"

/* The single things that a transaction does to the disk. Each can be done, taken back and finished;
 * each of these may be called again after a crash, and looks at what is there before it acts. */

typedef enum {
  GUARDIAN_CHANGE_ACT_REPLACE,    /* new content takes a name's place */
  GUARDIAN_CHANGE_ACT_MAKE,       /* a new file */
  GUARDIAN_CHANGE_ACT_REMOVE,     /* a file or empty folder goes */
  GUARDIAN_CHANGE_ACT_MOVE,       /* a file or folder gets another name */
  GUARDIAN_CHANGE_ACT_FOLDER,     /* a new folder */
  GUARDIAN_CHANGE_ACT_ATTRIBUTES, /* mode and time */
} GuardianChangeAct;

#define GUARDIAN_CHANGE_STEP_NAME 40u

typedef struct {
  GuardianChangeAct act;
  guint item;                   /* of the transaction, that it serves */
  GuardianChangeFolder *folder; /* borrowed */
  char *name;
  GuardianChangeFolder *to_folder; /* MOVE */
  char *to_name;
  char temp[GUARDIAN_CHANGE_STEP_NAME];  /* random names in folder, that nobody else uses */
  char aside[GUARDIAN_CHANGE_STEP_NAME]; /* REPLACE where names cannot be exchanged */
  GuardianFilesId old_id;                /* what it finds; ATTRIBUTES: and keeps */
  gint64 old_size;                       /* of a file */
  gint64 old_mtime_ns;
  gboolean is_folder;     /* what it finds */
  GuardianFilesId new_id; /* what it brings */
  gboolean nested;        /* FOLDER: made under its own name in a folder of this transaction */
  char *text;             /* what it brings, when that is not the item's content; or NULL */
  int staged;             /* what it brings, open; -1 */
  gboolean named;         /* what it brings has the name temp already */
  gint mode, mode_before; /* ATTRIBUTES; -1: stays */
  gint64 mtime_ns, mtime_before;
  GHashTable *temps;       /* names of our own in the whole transaction; borrowed, may be NULL */
  GuardianFilesInfo after; /* what bears the name in the end; kind LINK: nothing does */
} GuardianChangeStep;

/* With random names of our own, where the act needs them. */
GuardianChangeStep *guardian_change_step_new (GuardianChangeAct act, guint item,
                                              GuardianChangeFolder *folder, const char *name);
void guardian_change_step_free (GuardianChangeStep *step);
/* temp: as another step's, from a journal. FALSE: it is not a name of our own. */
gboolean guardian_change_step_set_temp (GuardianChangeStep *step,
                                        const char *temp) G_GNUC_WARN_UNUSED_RESULT;

/* FALSE with GUARDIAN_FILES_ERROR; a step that failed may be half done: take it back. */
gboolean guardian_change_step_do (GuardianChangeStep *step,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

typedef enum {
  GUARDIAN_CHANGE_PROGRESS_NOT_DONE,
  GUARDIAN_CHANGE_PROGRESS_DONE,
  GUARDIAN_CHANGE_PROGRESS_UNKNOWN, /* somebody else was there since */
} GuardianChangeProgress;

GuardianChangeProgress guardian_change_step_look (const GuardianChangeStep *step);

/* Everything as it was, as far as nobody else came between; what somebody else put there stays, and
 * what was there before then lies beside it under a name that shows. FALSE: the disk refused, try
 * again later. */
gboolean guardian_change_step_take_back (GuardianChangeStep *step);

/* What is not needed any more when all steps are done. */
void guardian_change_step_finish (GuardianChangeStep *step);
