/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/egress/guardian-egress-socks.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

/* Whatever comes: nothing is used that is not there, a request that is whole stays it, and its host
 * has its one form. */

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  GuardianEgressSocksRequest request;
  GuardianEgressSocksRequest again;
  GuardianEgressName name;
  gsize used = 0;

  size = size < GUARDIAN_EGRESS_SOCKS_BYTES ? size : GUARDIAN_EGRESS_SOCKS_BYTES;
  if (guardian_egress_socks_greet (data, size, &used) != GUARDIAN_EGRESS_SOCKS_WHOLE)
    return 0;
  FUZZ_CHECK (used >= 3 && used <= size);
  data += used;
  size -= used;
  GuardianEgressSocksState state = guardian_egress_socks_parse (data, size, &request);
  FUZZ_CHECK (state != GUARDIAN_EGRESS_SOCKS_REFUSED
              || (request.why != NULL && request.reply != 0));
  if (state != GUARDIAN_EGRESS_SOCKS_WHOLE)
    return 0;
  FUZZ_CHECK (request.used <= size && request.port != 0);
  FUZZ_CHECK (
      guardian_egress_name_parse (request.name.text, strlen (request.name.text), &name, NULL));
  FUZZ_CHECK (strcmp (name.text, request.name.text) == 0);
  FUZZ_CHECK (guardian_egress_socks_parse (data, request.used, &again)
              == GUARDIAN_EGRESS_SOCKS_WHOLE);
  FUZZ_CHECK (guardian_egress_socks_parse (data, request.used - 1, &again)
              == GUARDIAN_EGRESS_SOCKS_MORE);
  return 0;
}
