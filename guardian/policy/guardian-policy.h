/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/json/cardea-json.h"
#include "guardian/policy/guardian-decision.h"

/* The one decision function of all enforcement points. The rules are compiled in
 * (guardian-policy.c, guardian-place.c). */
typedef struct _GuardianPolicy GuardianPolicy;

/* own_folders: the guardian's own, closed to everybody (NULL-terminated, absolute). uid: the user
 * this guardian serves. */
GuardianPolicy *guardian_policy_new (const char *const *own_folders, guint uid);
void guardian_policy_free (GuardianPolicy *policy);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GuardianPolicy, guardian_policy_free)

/* input: architecture.md §6. Of resource, file rules read
 *   path | path_b64, kind ("file", "folder"), exists, uid and nlink (64-bit text), and
 *   grant {id, scope: "exact"|"folder", access: "ro"|"rw"}: the grant that covers it, as the core
 *   matched it by device and inode; absent when none does;
 *   for changing: from | to (or _b64), of a rename, where path is its new name | its old one, and
 *   undoable (absent: TRUE), whether what is replaced can be put back.
 * Anything missing, of another type or unknown is a refusal. Pure: the same input gives the same
 * answer. */
GuardianDecision guardian_policy_decide (const GuardianPolicy *policy, const CardeaJson *input);

/* Changes with the rules; stands in records and capabilities. */
const char *guardian_policy_revision (const GuardianPolicy *policy);
