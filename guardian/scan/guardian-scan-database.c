/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/scan/guardian-scan-database.h"

#ifdef DATABASE

__asm__(".pushsection .rodata\n"
        ".balign 64\n"
        "guardian_scan_database_begin:\n"
        ".incbin \"" DATABASE "\"\n"
        "guardian_scan_database_end:\n"
        ".popsection\n");

extern const char guardian_scan_database_begin[] __attribute__ ((visibility ("hidden")));
extern const char guardian_scan_database_end[] __attribute__ ((visibility ("hidden")));

GBytes *
guardian_scan_database (void)
{
  return g_bytes_new_static (guardian_scan_database_begin,
                             guardian_scan_database_end - guardian_scan_database_begin);
}

#else

GBytes *
guardian_scan_database (void)
{
  return NULL;
}

#endif
