/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/policy/guardian-policy.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

#define FOUND_TWICE 3u /* a question that is remembered is asked the third time */

/* What a grant is, when it lets something happen. */
static gboolean
is_granted (const CardeaJson *input)
{
  const CardeaJson *resource = cardea_json_get (input, "resource");
  const CardeaJson *grant = cardea_json_get (resource, "grant");
  return grant != NULL && cardea_json_get_string (grant, "id") != NULL;
}

/* Of the shipped rules alone: whatever the question, there is one answer with all its parts,
 * nothing is allowed without a grant, tiers have their effects, and the answer does not change. */
int
LLVMFuzzerTestOneInput (const uint8_t *bytes, size_t size)
{
  static const char *const own[] = { "/home/ann/.config/cardea", NULL };
  static GuardianPolicy *policy = NULL;
  if (policy == NULL)
    {
      policy = guardian_policy_new (own, 1000);
      FUZZ_CHECK (guardian_policy_load (policy, NULL, 0, NULL, NULL));
    }
  g_autoptr (CardeaJson) input = cardea_json_parse ((const char *) bytes, size, NULL);
  if (input == NULL)
    return 0;
  GuardianDecision first = guardian_policy_decide (policy, input);
  FUZZ_CHECK (first.policy != NULL && first.reason != NULL && first.tier <= GUARDIAN_TIER_CLOSED);
  FUZZ_CHECK (first.effect != GUARDIAN_EFFECT_ALLOW || is_granted (input));
  FUZZ_CHECK (first.effect == GUARDIAN_EFFECT_DENY || first.tier <= GUARDIAN_TIER_DELIBERATE);
  FUZZ_CHECK (first.effect != GUARDIAN_EFFECT_ASK || first.tier >= GUARDIAN_TIER_QUESTION);
  for (guint i = 0; i < FOUND_TWICE; i++)
    {
      GuardianDecision again = guardian_policy_decide (policy, input);
      FUZZ_CHECK (again.effect == first.effect && again.tier == first.tier
                  && strcmp (again.policy, first.policy) == 0);
    }
  g_autoptr (CardeaJson) told = guardian_policy_explain (policy, input);
  FUZZ_CHECK (
      g_strcmp0 (cardea_json_get_string (told, "effect"), guardian_effect_name (first.effect))
      == 0);
  return 0;
}
