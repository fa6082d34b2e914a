/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/base/cardea-secret.h"

#include <glib.h>

/* Takes a secret out of an answer's body as it comes, also where it was cut in two: stars stand in
 * its place, so that lengths stay true. Also in base64, hexadecimal and percent-encoding. */
typedef struct _GuardianEgressStrip GuardianEgressStrip;

/* secret is referenced or copied. NULL: there is nothing to take out. */
GuardianEgressStrip *guardian_egress_strip_new (CardeaSecret *secret);
void guardian_egress_strip_free (GuardianEgressStrip *strip);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GuardianEgressStrip, guardian_egress_strip_free)

/* What can be passed on now that this came, too: at most what came so far and was not passed on.
 * Borrowed until the next call. */
const guint8 *guardian_egress_strip_feed (GuardianEgressStrip *strip, const void *bytes, gsize size,
                                          gsize *ret_size);
/* The end: the rest. */
const guint8 *guardian_egress_strip_finish (GuardianEgressStrip *strip, gsize *ret_size);
/* How often it was there. */
guint guardian_egress_strip_count (const GuardianEgressStrip *strip);
