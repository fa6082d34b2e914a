/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/scan/guardian-scan-archive.h"
#include "tests/fuzz/fuzz.h"

#define LIMIT 65536u

/* What claims to be an archive: never more than its limit comes out, members lie within it. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static const uint8_t nothing[1];
  g_autoptr (GByteArray) out = g_byte_array_new ();
  g_autoptr (GArray) members = g_array_new (FALSE, FALSE, sizeof (CardeaDlpMember));
  CardeaDlpUnpacked unpacked = { NULL, FALSE };

  gboolean opened = guardian_scan_archive_open (size > 0 ? data : nothing, size, LIMIT, 0, out,
                                                members, &unpacked);
  /* A PDF's streams are parted by a line break each. */
  FUZZ_CHECK (out->len <= LIMIT + size);
  FUZZ_CHECK (opened || members->len == 0);
  FUZZ_CHECK (opened || !unpacked.whole);
  for (guint i = 0; i < members->len; i++)
    {
      const CardeaDlpMember *member = &g_array_index (members, CardeaDlpMember, i);
      FUZZ_CHECK (member->start + member->size <= out->len);
    }
  return 0;
}
