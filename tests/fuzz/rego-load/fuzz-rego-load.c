/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/rego/cardea-rego.h"
#include "tests/fuzz/fuzz.h"

/* Any bytes are a policy or an error, in both versions of the language. */
int
LLVMFuzzerTestOneInput (const uint8_t *bytes, size_t size)
{
  const CardeaRegoSource source = { "a.rego", (const char *) bytes, size };
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (CardeaRegoPolicy) policy
          = cardea_rego_policy_new (&source, 1, i == 0 ? 0 : CARDEA_REGO_V0, &error);
      FUZZ_CHECK ((policy == NULL) == (error != NULL));
    }
  return 0;
}
