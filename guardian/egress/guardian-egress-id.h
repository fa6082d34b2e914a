/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/egress/guardian-egress-context.h"

/* What is asked of the core bears an id: a prefix that says who asks (may be empty), and a number.
 */

void guardian_egress_id_set (CardeaMessage *message, const char *prefix, guint64 id);

/* Of an answer. FALSE: it is for somebody else. *ret_id: 0 when it is no number. */
gboolean guardian_egress_id_read (const CardeaMessage *answer, const char *prefix, guint64 *ret_id);

/* Says that nobody waits for the answer any more. */
void guardian_egress_id_cancel (const GuardianEgressContext *context, const char *session,
                                const char *prefix, guint64 id);
