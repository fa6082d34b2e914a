/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/core/guardian-context.h"

#include "common/policies/cardea-policy-files.h"

/* Bundles that the administrator wants fetched (bundles.json): asked for by the egress worker, as
 * Open Policy Agent's bundle protocol has it (GET, ETag, If-None-Match), again and again. One that
 * can be put in force is kept; until there is a newer one that can, it is what counts, also after
 * the guardian was started again. */
GuardianPolicyFetch *guardian_policy_fetch_new (GuardianContext *context);
void guardian_policy_fetch_free (GuardianPolicyFetch *fetch);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GuardianPolicyFetch, guardian_policy_fetch_free)

/* Adds to files what there is of each source they name. FALSE: one never came; it is asked for. */
gboolean guardian_policy_fetch_add (GuardianPolicyFetch *fetch, CardeaPolicyFiles *files,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Those files are in force (problem NULL), or could not be put in force. */
void guardian_policy_fetch_tried (GuardianPolicyFetch *fetch, const GError *problem);
