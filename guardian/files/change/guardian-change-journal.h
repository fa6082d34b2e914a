/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/json/cardea-json.h"
#include "guardian/files/change/guardian-change-step.h"

/* Steps as they stand in the journal: enough to find out, after a crash, how far they came, and to
 * take them back. */

/* Sets the members "folders" and "steps". */
void guardian_change_journal_write (CardeaJson *record, const GPtrArray *steps);

typedef struct {
  GPtrArray *folders; /* GuardianChangeFolder */
  GPtrArray *steps;   /* GuardianChangeStep */
} GuardianChangeJournal;

void guardian_change_journal_clear (GuardianChangeJournal *journal);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (GuardianChangeJournal, guardian_change_journal_clear)

/* record: as it was sealed; still read with care. Folders are held when they are where they were;
 * else their fd is -1. FALSE: it is no journal. */
gboolean guardian_change_journal_read (const CardeaJson *record, GuardianChangeJournal *ret_journal)
    G_GNUC_WARN_UNUSED_RESULT;
