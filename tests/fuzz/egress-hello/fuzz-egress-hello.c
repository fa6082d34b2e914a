/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/egress/guardian-egress-hello.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

/* Whatever comes: an answer that more bytes after it do not change, that is "more" for every
 * beginning, and a name in its one form. */

static void
check (const GuardianEgressHello *hello, GuardianEgressHelloState state)
{
  GuardianEgressName again;

  FUZZ_CHECK ((state == GUARDIAN_EGRESS_HELLO_REFUSED) == (hello->why != NULL));
  if (state != GUARDIAN_EGRESS_HELLO_WHOLE || !hello->has_name)
    return;
  FUZZ_CHECK (
      guardian_egress_name_parse (hello->name.text, strlen (hello->name.text), &again, NULL));
  FUZZ_CHECK (strcmp (again.text, hello->name.text) == 0);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  GuardianEgressHello whole;
  GuardianEgressHello part;
  GuardianEgressHelloState state = guardian_egress_hello_parse (data, size, &whole);

  check (&whole, state);
  for (size_t cut = 0; cut < size; cut += 1 + size / 64)
    {
      GuardianEgressHelloState before = guardian_egress_hello_parse (data, cut, &part);
      check (&part, before);
      if (before != GUARDIAN_EGRESS_HELLO_MORE)
        FUZZ_CHECK (before == state && strcmp (part.name.text, whole.name.text) == 0
                    && part.encrypted == whole.encrypted && part.early == whole.early);
    }
  return 0;
}
