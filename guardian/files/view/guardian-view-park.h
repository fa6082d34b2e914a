/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/files/view/guardian-view-node.h"

#include <glib.h>
#include <sys/stat.h>

/* Files that a program has just closed, and may open again at once, as compilers do with headers:
 * a few stay open for reading, for a moment. */

#define GUARDIAN_VIEW_PARK_LIMIT 256u /* files of a view */
#define GUARDIAN_VIEW_PARK_US (2 * G_USEC_PER_SEC)

typedef struct _GuardianView GuardianView;

/* What node was opened as, for reading alone, is not needed any more; fd: taken when TRUE. ctime:
 * as it was when it was opened. */
gboolean guardian_view_park (GuardianView *view, GuardianViewNode *node, int fd,
                             const struct timespec *ctime) G_GNUC_WARN_UNUSED_RESULT;
/* It is opened again: a descriptor of node, with what it is now; -1: none that is good. The caller
 * owns it. */
int guardian_view_unpark (GuardianView *view, GuardianViewNode *node,
                          struct stat *ret_st) G_GNUC_WARN_UNUSED_RESULT;

/* When one has been there for long enough; microseconds, -1: none is there. */
gint64 guardian_view_park_due (const GuardianView *view);
/* Those go; or (all) every one. */
void guardian_view_park_clear (GuardianView *view, gboolean all);

/* Of a node that goes. */
void guardian_view_parked_free (GuardianViewParked *parked);
