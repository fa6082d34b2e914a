/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/json/cardea-json.h"
#include "common/policies/cardea-policy-files.h"
#include "guardian/policy/guardian-decision.h"

/* The one decision function of all enforcement points: the shipped rules (data/policies), the
 * administrator's and the user's, in Rego. */
typedef struct _GuardianPolicy GuardianPolicy;

/* own_folders: the guardian's own, closed to everybody (NULL-terminated, absolute). uid: the user
 * this guardian serves. Until something was loaded everything is refused. */
GuardianPolicy *guardian_policy_new (const char *const *own_folders, guint uid);
void guardian_policy_free (GuardianPolicy *policy);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GuardianPolicy, guardian_policy_free)

/* Puts the shipped rules, those in the administrator's folder and those in the user's in force, all
 * at once. administrator and user may be NULL: none. FALSE with CARDEA_POLICY_ERROR: what was in
 * force stays; when nothing was, everything is refused, with the error as the reason. */
gboolean guardian_policy_load (GuardianPolicy *policy, const char *administrator, guint owner,
                               const char *user, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The same in two steps, between which bundles are unpacked (cardea_policy_files_unpacked): they
 * are refused as long as they are packed. take: takes files. fail: instead of it, when that went
 * wrong. */
CardeaPolicyFiles *guardian_policy_read (const GuardianPolicy *policy, const char *administrator,
                                         guint owner, const char *user,
                                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean guardian_policy_take (GuardianPolicy *policy, CardeaPolicyFiles *files,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;
void guardian_policy_fail (GuardianPolicy *policy, const GError *problem);

gboolean guardian_policy_is_in_force (const GuardianPolicy *policy);

/* input: architecture.md §6. Of resource, file rules read
 *   path | path_b64, kind ("file", "folder"), exists, uid and nlink (64-bit text), and
 *   grant {id, scope: "exact"|"folder", access: "ro"|"rw"}: the grant that covers it, as the core
 *   matched it by device and inode; absent when none does;
 *   for changing: from | to (or _b64), of a rename, where path is its new name | its old one, and
 *   undoable (absent: TRUE), whether what is replaced can be put back.
 * Anything missing, of another type or unknown is a refusal. The same input and files give the same
 * answer, but for what rules ask the clock. */
GuardianDecision guardian_policy_decide (GuardianPolicy *policy, const CardeaJson *input);
/* The same for whoever leaves out what is to be left out: with redact set in an answer that is no
 * refusal, nothing may be handed over that did not pass the scan worker. */
GuardianDecision guardian_policy_decide_redacting (GuardianPolicy *policy, const CardeaJson *input);
/* The labels of what the last decision was about; interned; NULL: there are no more. */
const char *guardian_policy_label (const GuardianPolicy *policy, guint i);

/* What the observed files would have decided; FALSE: nothing is observed. */
gboolean guardian_policy_observe (GuardianPolicy *policy, const CardeaJson *input,
                                  GuardianDecision *ret_decision);
const char *guardian_policy_observed_revision (const GuardianPolicy *policy); /* NULL: none */

/* {NAME: {"revision"}} of the bundles in force, as OPA's decision records name them. NULL: there
 * are none. The policy's, until the next load. */
const CardeaJson *guardian_policy_bundles (const GuardianPolicy *policy);
/* objects.md, Policy: what is in force, from which files. The caller owns it. */
CardeaJson *guardian_policy_describe (const GuardianPolicy *policy);
/* objects.md, Explanation. NULL: nothing is in force. The caller owns it. */
CardeaJson *guardian_policy_explain (GuardianPolicy *policy, const CardeaJson *input);

/* The names that rules about files look at (cardea-policy-heeded.h), of what is in force. Borrowed,
 * until the next load; NULL: not known, every file is to be decided by itself. */
const CardeaJson *guardian_policy_heeded (const GuardianPolicy *policy);

/* A digest of the files in force ("none" before); stands in records and capabilities. */
const char *guardian_policy_revision (const GuardianPolicy *policy);
