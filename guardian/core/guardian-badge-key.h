/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/json/cardea-json.h"

/* The public key that a badge is bound to (RFC 7800, RFC 9449 §6): Ed25519 (RFC 8037) or P-256. */

/* jwk: untrusted. The members that RFC 7638 asks for alone; NULL: another kind of key, or none of
 * its form. The caller owns it. */
CardeaJson *guardian_badge_key_read (const CardeaJson *jwk) G_GNUC_WARN_UNUSED_RESULT;
/* RFC 7638, SHA-256, base64url, of what guardian_badge_key_read() gave; the caller owns it. */
char *guardian_badge_key_thumbprint (const CardeaJson *key);
