/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/core/guardian-session.h"

/* All sessions, and the last GUARDIAN_SESSION_TABLE_ENDED that have ended, for lists. */

#define GUARDIAN_SESSION_TABLE_LIMIT 64u /* alive */
#define GUARDIAN_SESSION_TABLE_ENDED 100u

GuardianSessionTable *guardian_session_table_new (void);
void guardian_session_table_free (GuardianSessionTable *table);

/* Takes the reference. FALSE: too many are alive; the reference is given up. */
gboolean guardian_session_table_add (GuardianSessionTable *table,
                                     GuardianSession *session) G_GNUC_WARN_UNUSED_RESULT;
/* The oldest ended ones beyond the limit are forgotten. */
void guardian_session_table_prune (GuardianSessionTable *table);

/* By id or unambiguous prefix; borrowed; NULL: none, or several. */
GuardianSession *guardian_session_table_find (const GuardianSessionTable *table, const char *id);
/* The one that a worker's message is about; NULL when it is not there any more. */
GuardianSession *guardian_session_table_meant (const GuardianSessionTable *table,
                                               const CardeaMessage *message);
GuardianSession *guardian_session_table_find_sandbox (const GuardianSessionTable *table,
                                                      const char *sandbox);
guint guardian_session_table_alive (const GuardianSessionTable *table);
/* Borrowed; newest last. */
GPtrArray *guardian_session_table_list (const GuardianSessionTable *table);

/* For each that is alive; visit may end sessions. */
void guardian_session_table_foreach (GuardianSessionTable *table,
                                     void (*visit) (GuardianSession *session, gpointer user_data),
                                     gpointer user_data);
/* A link went: sessions it owned end, an agent's session too. */
void guardian_session_table_link_closed (GuardianSessionTable *table, GuardianLink *link);
