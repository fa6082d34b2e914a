/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/keys/guardian-keys-record.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

/* What is taken for a record names a store and has an id of the right length. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  GuardianKeysRecord record = { .store = GUARDIAN_KEYS_STORE_NONE };
  if (guardian_keys_record_parse ((const char *) data, size, &record))
    FUZZ_CHECK (guardian_keys_store_name (record.store) != NULL
                && strlen (record.id) == 2 * GUARDIAN_KEYS_ID_SIZE);
  else
    FUZZ_CHECK (record.store == GUARDIAN_KEYS_STORE_NONE);
  return 0;
}
