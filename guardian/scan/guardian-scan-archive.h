/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/dlp/cardea-dlp-scan.h"

#define GUARDIAN_SCAN_ARCHIVE_MEMBERS 4096u /* of one archive that are looked at */

/* A CardeaDlpOpener: gzip and zlib, zip (and what is made of it: documents, packages), tar, 7z,
 * cpio and ar, bzip2, xz and zstd, PDF. Names, and those that links lead to, come before contents.
 */
gboolean guardian_scan_archive_open (const guint8 *bytes, gsize size, gsize limit, gint64 deadline,
                                     GByteArray *out, GArray *members,
                                     CardeaDlpUnpacked *ret_unpacked);
