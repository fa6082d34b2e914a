/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "tests/fuzz/fuzz.h"
#include "ui/cli/ui-cli-prove.h"

#include <string.h>

/* What a confined program says of itself: only a whole answer counts, and "through" is never lost.
 */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaJson) proof = ui_cli_prove_parse ((const char *) data, size, &error);
  gint64 sums[3] = { 0 };
  guint n_through = 0;

  FUZZ_CHECK ((proof == NULL) == (error != NULL));
  if (proof == NULL)
    return 0;
  const CardeaJson *attempts = cardea_json_get (proof, "attempts");
  FUZZ_CHECK (cardea_json_get_int (proof, "held", &sums[0])
              && cardea_json_get_int (proof, "through", &sums[1])
              && cardea_json_get_int (proof, "absent", &sums[2]));
  FUZZ_CHECK (sums[0] + sums[1] + sums[2] == cardea_json_size (attempts));
  for (guint i = 0; i < cardea_json_size (attempts); i++)
    n_through
        += strcmp (cardea_json_get_string (cardea_json_nth (attempts, i), "result"), "through")
           == 0;
  FUZZ_CHECK (n_through == sums[1] && ui_cli_prove_held (proof) == (n_through == 0));
  FUZZ_CHECK (size >= 4 && memcmp (data + size - 4, "end\n", 4) == 0);
  return 0;
}
