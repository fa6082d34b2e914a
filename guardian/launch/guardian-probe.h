/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/json/cardea-json.h"

#include <glib.h>

/* What this machine can enforce, for `cardeactl doctor`: found out by trying, in a child of its
 * own, because trying changes the one who tries and may take a while. */
typedef struct _GuardianProbe GuardianProbe;

/* report NULL: the child died or took too long. Called once; the probe may be freed in it. */
typedef void (*GuardianProbeDone) (CardeaJson *report, gpointer user_data);

/* bwrap: its path. landlock_limit: a test's older ABI, 0 none. NULL when no child can be made. */
GuardianProbe *guardian_probe_new (const char *bwrap, int landlock_limit, GuardianProbeDone done,
                                   gpointer user_data);
void guardian_probe_free (GuardianProbe *probe);

/* The body of the child; for its test. The caller owns the result. */
CardeaJson *guardian_probe_run (const char *bwrap, int landlock_limit);
