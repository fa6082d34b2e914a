/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/files/view/guardian-view-private.h"

/* One answer for many: what the core said to hold for all that is alike below a shared folder
 * (view.answer). Alike is a file that belongs to the person, has one name, lies on the folder's own
 * mount, and is reached by names only that policy does not heed; a folder, likewise; a new name. */

/* What was asked, with the file's state; st NULL: there is nothing yet. FALSE: it is not to be
 * taken for like any other. */
gboolean guardian_view_alike_is_plain (GuardianView *view, GuardianViewNode *parent,
                                       const char *name, const struct stat *st, const char *action,
                                       const GuardianViewGrant *grant);
/* The grant under which the same was answered before; noted for the log. NULL: it must be asked. */
const GuardianViewGrant *guardian_view_alike_find (GuardianView *view, GuardianViewNode *parent,
                                                   const char *name, const struct stat *st,
                                                   const char *action);
/* The answer to question holds for all that is alike. */
void guardian_view_alike_learn (GuardianViewGrant *grant, const char *action, guint64 question);
/* Nothing does any more. */
void guardian_view_alike_forget (GuardianView *view);

/* What was noted goes to the core now. */
void guardian_view_alike_flush (GuardianView *view);
/* Microseconds until it has to; -1: nothing is noted. */
gint64 guardian_view_alike_due (const GuardianView *view);
