/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/json/cardea-json.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

/* What is read can be written (unless a number has no double), and what is written reads as the
 * same value and is written the same again. */
int
LLVMFuzzerTestOneInput (const uint8_t *bytes, size_t size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaJson) json = cardea_json_parse ((const char *) bytes, size, &error);
  FUZZ_CHECK ((json == NULL) == (error != NULL));
  if (json == NULL)
    return 0;

  gsize first_size, second_size;
  g_autofree char *first = cardea_json_write (json, &first_size, &error);
  FUZZ_CHECK (first != NULL
              || g_error_matches (error, CARDEA_JSON_ERROR, CARDEA_JSON_ERROR_NUMBER));
  FUZZ_CHECK (cardea_json_fits (json, first != NULL ? first_size : G_MAXSIZE) == (first != NULL));
  if (first == NULL)
    return 0;
  FUZZ_CHECK (!cardea_json_fits (json, first_size - 1));
  g_autoptr (CardeaJson) again = cardea_json_parse (first, first_size, NULL);
  FUZZ_CHECK (again != NULL);
  g_autofree char *second = cardea_json_write (again, &second_size, NULL);
  FUZZ_CHECK (second != NULL && first_size == second_size
              && memcmp (first, second, first_size) == 0);

  g_autoptr (CardeaJson) copy = cardea_json_copy (again);
  FUZZ_CHECK (cardea_json_equal (copy, again));
  return 0;
}
