/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/core/guardian-object.h"
#include "guardian/core/guardian-workers.h"

#include <glib.h>

/* The files a session has open in the files worker, under names of its own that mean nothing to
 * anybody else. The least recently used one makes room for a new one. */
typedef struct _GuardianHandleTable GuardianHandleTable;

#define GUARDIAN_HANDLE_TABLE_LIMIT 128u

typedef struct {
  char id[24];            /* what the agent knows */
  GuardianObject *object; /* owned; object->handle is the worker's */
  char *grant;            /* id of the grant it was opened under; NULL: an answer, for this once */
  guint opens;            /* times the agent was given it and has not closed it */
  gint64 used;            /* order of use */
} GuardianHandle;

GuardianHandleTable *guardian_handle_table_new (GuardianWorkers *workers);
/* Gives all of them back. */
void guardian_handle_table_free (GuardianHandleTable *table);

/* Takes object, which must be held by the worker. Borrowed. */
GuardianHandle *guardian_handle_table_add (GuardianHandleTable *table, GuardianObject *object,
                                           const char *grant);
/* NULL: there is none (any more). Borrowed. */
GuardianHandle *guardian_handle_table_find (GuardianHandleTable *table, const char *id);
/* The one that was opened last under that real path. */
GuardianHandle *guardian_handle_table_find_path (const GuardianHandleTable *table,
                                                 const char *path);
/* One of the agent's opens ends; with the last of them the handle. */
void guardian_handle_table_close (GuardianHandleTable *table, GuardianHandle *handle);
/* Whoever has it open. */
void guardian_handle_table_drop (GuardianHandleTable *table, GuardianHandle *handle);
/* All that were opened under that grant: a revocation ends them at once. */
void guardian_handle_table_close_grant (GuardianHandleTable *table, const char *grant);
/* All of an object that is not behind its name any more. */
void guardian_handle_table_close_inode (GuardianHandleTable *table, const GuardianInode *inode);
void guardian_handle_table_close_all (GuardianHandleTable *table);
/* The worker died: its handles mean nothing any more. */
void guardian_handle_table_forget (GuardianHandleTable *table);
guint guardian_handle_table_size (const GuardianHandleTable *table);

/* Tells the worker that an object is not needed any more. */
void guardian_handle_release (GuardianWorkers *workers, const GuardianObject *object);
