/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* Inflates untrusted bytes and appends what comes out. */

typedef enum {
  GUARDIAN_SCAN_INFLATE_NOTHING, /* it is not compressed so */
  GUARDIAN_SCAN_INFLATE_ALL,     /* and nothing else is in these bytes */
  GUARDIAN_SCAN_INFLATE_WHOLE,   /* something may stand behind it, or in its head */
  GUARDIAN_SCAN_INFLATE_CUT,     /* damaged, or more than limit or deadline allowed */
} GuardianScanInflate;

/* gzip (RFC 1952) or zlib (RFC 1950), by its head. */
GuardianScanInflate guardian_scan_inflate (const guint8 *bytes, gsize size, gsize limit,
                                           gint64 deadline, GByteArray *out);
/* Every stream of a PDF that is compressed with FlateDecode, and the document itself. */
GuardianScanInflate guardian_scan_inflate_pdf (const guint8 *bytes, gsize size, gsize limit,
                                               gint64 deadline, GByteArray *out);
