/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* Lower-case hex. The caller owns the result. */
char *cardea_hex_encode (const guint8 *bytes, gsize size);

/* Decodes exactly size bytes of lower-case hex; anything else is FALSE and ret is untouched. */
gboolean cardea_hex_decode (const char *text, guint8 *ret_bytes,
                            gsize size) G_GNUC_WARN_UNUSED_RESULT;

/* RFC 4648 §4, with padding, strict: no white space, no trailing bits. The caller owns the
 * results; decode gives NULL for anything that is not what encode would have written. */
char *cardea_base64_encode (const guint8 *bytes, gsize size);
GBytes *cardea_base64_decode (const char *text) G_GNUC_WARN_UNUSED_RESULT;

/* RFC 4648 §5, without padding, as JWS and JWK have it. decode is as strict as above: exactly size
 * bytes, or FALSE and ret is untouched. */
char *cardea_base64url_encode (const guint8 *bytes, gsize size);
gboolean cardea_base64url_decode (const char *text, guint8 *ret_bytes,
                                  gsize size) G_GNUC_WARN_UNUSED_RESULT;

/* 2*size hex digits of randomness: session and request ids are 8 bytes, W3C trace ids 16. */
char *cardea_id_new (gsize size);
