/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/core/guardian-link.h"

/* All links to front ends, cardea-consent and agents; whoever cares for one that goes is told from
 * here. */

#define GUARDIAN_LINK_TABLE_LIMIT 128u

GuardianLinkTable *guardian_link_table_new (GuardianContext *context);
/* Closes all. */
void guardian_link_table_free (GuardianLinkTable *table);

gboolean guardian_link_table_is_full (const GuardianLinkTable *table);
/* Takes the reference that guardian_link_new() made. */
void guardian_link_table_add (GuardianLinkTable *table, GuardianLink *link);
/* Sessions that belong to it end, what it draws lapses. */
void guardian_link_table_remove (GuardianLinkTable *table, GuardianLink *link);

guint guardian_link_table_count (const GuardianLinkTable *table, CardeaRole role);
/* A greeted `cardea` that sent display variables; borrowed; NULL: none. */
GuardianLink *guardian_link_table_find_display (const GuardianLinkTable *table);

/* For each greeted front end: for telling watchers. The callback may close links. */
void guardian_link_table_foreach (GuardianLinkTable *table,
                                  void (*visit) (GuardianLink *link, gpointer user_data),
                                  gpointer user_data);
