/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/files/view/guardian-view-private.h"

/* What is about to be changed under an answer that holds for it, too, written where it outlives
 * this process and the core (guardian-effects.h): the log has it only a moment later. */

/* Before the effect. FALSE: it could not be written, and nothing may be done by that answer. */
gboolean guardian_view_journal_note (GuardianView *view, const char *action, guint64 by,
                                     const char *grant, const char *path);
