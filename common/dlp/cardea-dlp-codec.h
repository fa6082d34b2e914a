/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* Lenient decoders: what somebody hides a secret in was not written to a standard. Each takes
 * untrusted bytes, stops at the first that is none of its alphabet (white space and escaped line
 * breaks are skipped) and gives what it got so far; the caller owns it. Output is never longer than
 * input. */

/* RFC 4648 §4 and §5, mixed as they come; skip characters are left out at the beginning. */
GByteArray *cardea_dlp_codec_base64 (const char *text, gsize size, guint skip);
GByteArray *cardea_dlp_codec_base32 (const char *text, gsize size); /* §6, either case */
GByteArray *cardea_dlp_codec_hex (const char *text, gsize size);

/* Whether at least min bytes are there and hardly any is not printable ASCII or white space. */
gboolean cardea_dlp_codec_is_text (const guint8 *bytes, gsize size, gsize min);
/* The byte's value in base64 (either alphabet), -1 for another. */
extern const gint8 cardea_dlp_codec_base64_values[256];
/* Printable ASCII, tab, line feed, carriage return. */
gboolean cardea_dlp_codec_is_printable (guint8 c);
/* Which of two bytes is the low one, of UTF-16 most of which is ASCII; -1: it is none. */
int cardea_dlp_codec_utf16_low (const guint8 *bytes, gsize size);
