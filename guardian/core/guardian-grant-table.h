/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/core/guardian-grant.h"

#include <glib.h>

/* All grants in force: those of a task (session) and standing ones. Knows nothing of where standing
 * ones are stored (guardian-grant-store.h). */
typedef struct _GuardianGrantTable GuardianGrantTable;

#define GUARDIAN_GRANT_TABLE_LIMIT 2000u        /* grants together */
#define GUARDIAN_GRANT_TABLE_SESSION_LIMIT 512u /* of one session */

/* Called when a standing grant came, went or was used. */
typedef void (*GuardianGrantChanged) (gpointer user_data);
/* Called for each grant that ends, before it is freed. */
typedef void (*GuardianGrantEnded) (const GuardianGrant *grant, gpointer user_data);

GuardianGrantTable *guardian_grant_table_new (GuardianGrantChanged changed,
                                              GuardianGrantEnded ended, gpointer user_data);
void guardian_grant_table_free (GuardianGrantTable *table);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GuardianGrantTable, guardian_grant_table_free)

/* Takes grant; FALSE (and grant freed) when a limit is reached. */
gboolean guardian_grant_table_add (GuardianGrantTable *table,
                                   GuardianGrant *grant) G_GNUC_WARN_UNUSED_RESULT;

typedef struct {
  GuardianGrantLevel level;
  gboolean below; /* for a folder: also what lies below it */
} GuardianGrantNeed;

/* The best grant for object that covers need: those of this session and standing ones for this
 * agent; one for the object itself before a folder's. NULL: none. Expired
 * ones do not count. Borrowed. */
GuardianGrant *guardian_grant_table_match (GuardianGrantTable *table, const char *session,
                                           const char *agent, const GuardianObject *object,
                                           const GuardianGrantNeed *need);
/* The same for a host. */
GuardianGrant *guardian_grant_table_match_host (GuardianGrantTable *table, const char *session,
                                                const char *agent,
                                                const GuardianDestination *destination);
/* Whether any grant covers the name of something that does not exist. */
gboolean guardian_grant_table_covers_name (GuardianGrantTable *table, const char *session,
                                           const char *agent, const char *path);
/* The path of the one file with that last element that was shared with this session by itself;
 * NULL when there is none or several. Borrowed. */
const char *guardian_grant_table_find_name (GuardianGrantTable *table, const char *session,
                                            const char *name);

/* What was from (0:0: nothing) under path is now to, under name: grants for exactly that go with
 * it.
 */
void guardian_grant_table_follow (GuardianGrantTable *table, const GuardianInode *from,
                                  const char *path, const GuardianInode *to, const char *name);

/* Counts a use and puts a renewing one's end off. */
void guardian_grant_table_used (GuardianGrantTable *table, GuardianGrant *grant, gint64 bytes);

/* By the whole id; borrowed; NULL: it ended. */
GuardianGrant *guardian_grant_table_get (GuardianGrantTable *table, const char *id);
/* By id or unambiguous prefix; ret_ambiguous may be NULL. Borrowed. */
GuardianGrant *guardian_grant_table_find (GuardianGrantTable *table, const char *id,
                                          gboolean *ret_ambiguous);
void guardian_grant_table_revoke (GuardianGrantTable *table, GuardianGrant *grant);
/* session NULL: all of them. Returns how many ended. */
guint guardian_grant_table_revoke_session (GuardianGrantTable *table, const char *session);

guint guardian_grant_table_size (const GuardianGrantTable *table);
/* Borrowed; in the order in which they came; expired ones are gone. */
GPtrArray *guardian_grant_table_list (GuardianGrantTable *table);

/* The clock that ends grants: the wall clock, but never back (a person who sets it back does not
 * extend what was shared). The store keeps the latest time seen. */
gint64 guardian_grant_table_now (GuardianGrantTable *table);
void guardian_grant_table_seen (GuardianGrantTable *table, gint64 time_us);
