/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/json/cardea-json.h"

#include <glib.h>

/* A file or folder as the files worker resolved it: the real object, held open there under handle.
 * Policy, person and record see this, never the text an agent sent. */

typedef struct {
  gint64 dev;
  gint64 ino;
} GuardianInode;

typedef struct {
  char *handle; /* the files worker's; NULL: not held */
  char *path;   /* bytes, canonical */
  char *via;    /* what was asked for, when a link led elsewhere; else NULL */
  GuardianInode inode;
  gint64 size;
  gint64 mtime; /* microseconds */
  gint64 uid;
  gint64 nlink;           /* 0: it does not exist */
  gboolean is_folder;     /* or would be one */
  gboolean closed;        /* by device and inode tier 5 closes it, whatever the path says */
  GuardianInode *parents; /* nearest first */
  guint n_parents;
} GuardianObject;

#define GUARDIAN_OBJECT_PARENTS_LIMIT 128u

/* members: the body of a files.resolved, or anything else with those members. NULL when one is
 * missing or not of its type. */
GuardianObject *guardian_object_new (const CardeaJson *members) G_GNUC_WARN_UNUSED_RESULT;
/* members: an object of change.planned, which may not exist yet and then has path, kind and the
 * folders it would lie in. NULL as above. */
GuardianObject *guardian_object_new_planned (const CardeaJson *members) G_GNUC_WARN_UNUSED_RESULT;
/* A path that names nothing: for judging what does not exist. */
GuardianObject *guardian_object_new_absent (const char *path);
/* Something that is not there yet, under path, in folder. */
GuardianObject *guardian_object_new_below (const GuardianObject *folder, const char *path,
                                           gboolean is_folder);
/* Without the handle: that has one holder. */
GuardianObject *guardian_object_copy (const GuardianObject *object);
void guardian_object_free (GuardianObject *object);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GuardianObject, guardian_object_free)

/* TRUE when both are the same object under the same name, unchanged in size and time. */
gboolean guardian_object_same (const GuardianObject *a, const GuardianObject *b);

/* As policy and records see it; the caller owns it. */
CardeaJson *guardian_object_describe (const GuardianObject *object);

/* The caller owns it: the last element, and the folder above, of a canonical path. */
char *guardian_object_name (const char *path);
char *guardian_object_folder (const char *path);
