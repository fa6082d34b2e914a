/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/files/view/guardian-view-op.h"

/* A file that a program of the person's obeys, git's configuration: policy is told what it would
 * say, and what was judged is what lands there, in a file of its own that nobody holds open. */

/* Of a name in parent. */
gboolean guardian_view_obeyed_is (const GuardianViewNode *parent, const char *name);

/* Reads what from in folder says, and what name in target said before (there), for the questions
 * of op (op->settings). 0 or an errno; ESTALE: it says something else than when it was asked. */
int guardian_view_obeyed_judge (GuardianViewOp *op, GuardianViewNode *folder, const char *from,
                                const struct stat *st, GuardianViewNode *target, const char *name,
                                gboolean there);

/* What was judged lands in target under name; ret_st: what is there now. 0 or an errno. */
int guardian_view_obeyed_land (GuardianViewOp *op, GuardianViewNode *target, const char *name,
                               mode_t mode, struct stat *ret_st);
