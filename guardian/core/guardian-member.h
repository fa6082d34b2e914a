/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/json/cardea-json.h"

/* Members of objects that are there only when there is something to say. */

/* NULL: none. */
void guardian_member_set_text (CardeaJson *object, const char *name, const char *value);
/* Wall-clock microseconds (cardea-time.h); 0: none. */
void guardian_member_set_time (CardeaJson *object, const char *name, gint64 time_us);
/* Leaves ret_time as it is when there is none; FALSE when it is no time. */
gboolean guardian_member_get_time (const CardeaJson *object, const char *name,
                                   gint64 *ret_time) G_GNUC_WARN_UNUSED_RESULT;
