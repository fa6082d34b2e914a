/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/json/cardea-json.h"
#include "guardian/policy/guardian-decision.h"

/* Decisions already taken under the policy in force, for questions that are asked again and again:
 * a file that is read piece by piece. A question is the same when every member is, but for those
 * that the rules in force cannot read (time and reason of the context, at most). */
typedef struct _GuardianPolicyMemory GuardianPolicyMemory;

#define GUARDIAN_POLICY_MEMORY_SIZE 64u /* questions */
#define GUARDIAN_POLICY_MEMORY_LABELS 8u

typedef struct {
  GuardianDecision decision;
  const char *labels[GUARDIAN_POLICY_MEMORY_LABELS + 1]; /* interned, NULL-terminated */
} GuardianPolicyKnown;

GuardianPolicyMemory *guardian_policy_memory_new (void);
void guardian_policy_memory_free (GuardianPolicyMemory *memory);

/* Forgets everything: before another policy is in force. */
void guardian_policy_memory_clear (GuardianPolicyMemory *memory);

/* Borrowed, until the next call; NULL: not known. */
const GuardianPolicyKnown *guardian_policy_memory_find (GuardianPolicyMemory *memory,
                                                        const CardeaJson *input);
/* Asked for the second time in a row at its place it is kept: a copy of input, which may change. */
void guardian_policy_memory_keep (GuardianPolicyMemory *memory, const CardeaJson *input,
                                  const GuardianPolicyKnown *known);
