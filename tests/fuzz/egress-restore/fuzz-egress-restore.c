/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/egress/guardian-egress-restore.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

/* Whatever comes: how an answer is cut into pieces changes nothing, and without a bracket in it
 * nothing of it is another. */

static GByteArray *
pass (const char *kind, const uint8_t *data, size_t size, size_t piece)
{
  static const char names[] = "[[\"[card-number-1]\",\"NDU1NiA3Mzc1\"],[\"[k-1]\",\"XCI=\"]]";
  g_autoptr (GuardianEgressRestore) restore
      = guardian_egress_restore_new (names, strlen (names), kind);
  GByteArray *out = g_byte_array_new ();

  FUZZ_CHECK (restore != NULL);
  for (size_t at = 0; at < size; at += piece)
    guardian_egress_restore_feed (restore, data + at, MIN (piece, size - at), out);
  guardian_egress_restore_finish (restore, out);
  return out;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static const char *const kinds[] = { "text/plain", "application/json", "text/event-stream" };

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autoptr (GByteArray) whole = pass (kinds[i], data, size, MAX (size, 1));
      g_autoptr (GByteArray) pieces = pass (kinds[i], data, size, 7);
      FUZZ_CHECK (whole->len == pieces->len
                  && (whole->len == 0 || memcmp (whole->data, pieces->data, whole->len) == 0));
      if (size > 0 && memchr (data, '[', size) == NULL)
        FUZZ_CHECK (whole->len == size && memcmp (whole->data, data, size) == 0);
    }
  g_autoptr (GuardianEgressRestore) none
      = guardian_egress_restore_new ((const char *) data, size, NULL);
  return 0;
}
