/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/dlp/cardea-dlp-view.h"

/* A pass looks at untrusted content in another way. It gives NULL where that is no other way, and a
 * view that is no longer than its parent otherwise (cardea_dlp_pass_unfold: at most three times as
 * long); the caller owns it. Time is linear in the size of the view. */
typedef CardeaDlpView *(*CardeaDlpPass) (CardeaDlpView *view);

/* Before the process is confined: makes the tables of characters ready, which come from libraries
 * alone from then on. FALSE: look-alikes would not be known, and nothing should be called clean. */
gboolean cardea_dlp_pass_prepare (void) G_GNUC_WARN_UNUSED_RESULT;

CardeaDlpView *cardea_dlp_pass_unescape (CardeaDlpView *view); /* %41 \u0041 \x41 &#65; \n */
CardeaDlpView *cardea_dlp_pass_quoted (CardeaDlpView *view); /* quoted-printable, RFC 2045 §6.7 */
CardeaDlpView *cardea_dlp_pass_utf16 (CardeaDlpView *view);
/* Letters that look like others, compatibility forms, invisible characters: ASCII as it looks. */
CardeaDlpView *cardea_dlp_pass_unfold (CardeaDlpView *view);
#define CARDEA_DLP_PASS_ENCODING "encoding"                   /* what it calls itself */
CardeaDlpView *cardea_dlp_pass_encoded (CardeaDlpView *view); /* base64, base32, hexadecimal */
/* These for rules with long fixed parts only: */
CardeaDlpView *cardea_dlp_pass_rot13 (CardeaDlpView *view);
CardeaDlpView *cardea_dlp_pass_reverse (CardeaDlpView *view);
CardeaDlpView *cardea_dlp_pass_join (CardeaDlpView *view);  /* values one behind the other */
CardeaDlpView *cardea_dlp_pass_shell (CardeaDlpView *view); /* without quotes, as a shell sees it */

/* Bytes in a view that are something else altogether: a stretch of base64 or hexadecimal that is no
 * text, or the whole of it. */
typedef struct {
  gsize start, size; /* of the view */
  GByteArray *bytes; /* what it is; owned by the array that holds it */
} CardeaDlpBinary;

/* Array of CardeaDlpBinary, at most max of the longest come first; the caller owns it. */
GArray *cardea_dlp_pass_binaries (CardeaDlpView *view, guint max);
