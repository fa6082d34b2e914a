/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/files/change/guardian-change-store.h"
#include "guardian/files/guardian-files-object.h"

/* The changes of the undo store as people see them (objects.md, Change). */

typedef enum {
  GUARDIAN_CHANGE_HISTORY_BRIEF, /* at most 50 items, no differences */
  GUARDIAN_CHANGE_HISTORY_FULL,
} GuardianChangeHistoryForm;

/* intent: its record, when it is at hand; or NULL. NULL: there is no such change, or its record is
 * damaged. */
CardeaJson *guardian_change_history_one (GuardianChangeStore *store, const char *id,
                                         const CardeaJson *intent, GuardianChangeHistoryForm form);

/* Newest first; session and before (an id, or a beginning of one) may be NULL. */
CardeaJson *guardian_change_history_list (GuardianChangeStore *store, const char *session,
                                          const char *before, guint limit, gboolean *ret_more);

/* The whole id of the one change that begins with it; NULL: none, or several. The caller owns it.
 */
char *guardian_change_history_find (GuardianChangeStore *store, const char *prefix);

/* How a file or folder was left, as it stands in records; info NULL: there is nothing. */
CardeaJson *guardian_change_history_write_left (const GuardianFilesInfo *info);
/* Only id, size, mtime_ns and the mode's bits. FALSE: there is nothing, or it makes no sense. */
gboolean guardian_change_history_read_left (const CardeaJson *json, GuardianFilesInfo *ret_info);

/* A record that says what became of a change; by may be NULL. */
CardeaJson *guardian_change_history_state (const char *id, const char *state, const char *by);
void guardian_change_history_mark_undone (GuardianChangeStore *store, const char *id,
                                          const char *by);

/* Why it cannot be taken back; NULL: it can be tried. */
const char *guardian_change_history_why_not (const GuardianChangeEntry *entry,
                                             const CardeaJson *intent);
