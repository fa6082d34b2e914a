/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/files/change/guardian-change-plan.h"
#include "guardian/files/change/guardian-change-store.h"

/* What a file says before a confined program writes it through: kept as a change of its own, of
 * which only the beginning is known. Taking it back puts this content back; what is there by then
 * is kept in its place. */

typedef struct {
  const char *home;
  const char *path; /* the real one */
  GuardianFilesId id;
  const CardeaJson *context; /* {session, agent, …}: kept with the change */
} GuardianChangeKept;

/* plan: a new one, without content. ret_id: the change's, the caller's. On ERROR_WOULD_BLOCK
 * plan->lookup.mount says for what. FALSE: nothing is kept. */
gboolean guardian_change_keep (GuardianChangePlan *plan, GuardianChangeStore *store,
                               const GuardianChangeKept *kept, GuardianFilesWalkMode mode,
                               char **ret_id, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* How a program left what was kept for it, when its session ends: items of {path, left}, left as
 * guardian_change_history_write_left() has it, or "gone". Taking a change back then notices who
 * else changed it since. */
gboolean guardian_change_left (GuardianChangeStore *store, const char *session,
                               const CardeaJson *items, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What programs replaced or removed lies aside already, in folder: kept as one change with an item
 * each (objects.md, Put aside). ret_id as above. FALSE: nothing is kept. */
gboolean guardian_change_gather (GuardianChangeStore *store, const char *folder,
                                 const GuardianChangeKept *kept, const CardeaJson *items,
                                 const gint *stop, char **ret_id,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;
