/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/rego/cardea-rego-value.h"

/* Base64 exactly as Go's package reads it: line ends are skipped, trailing bits are not checked.
 * FALSE with the offset of the first byte that is wrong. */
gboolean cardea_rego_base64_decode (const char *s, gsize len, gboolean url, gboolean padded,
                                    GByteArray *out, gsize *ret_bad);
char *cardea_rego_base64_encode (const guint8 *bytes, gsize len, gboolean url, gboolean padded);
