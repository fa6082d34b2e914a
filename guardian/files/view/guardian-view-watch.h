/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/files/view/guardian-view-node.h"
#include "guardian/files/view/guardian-view-quota.h"

#include <glib.h>
#include <sys/stat.h>

/* What others change in a folder that is shared. Where it would be heard, the kernel believes names
 * and attributes for long; elsewhere for GUARDIAN_VIEW_SECONDS. */

#define GUARDIAN_VIEW_WATCH_SECONDS 30.0
#define GUARDIAN_VIEW_WATCH_US (10 * G_TIME_SPAN_MILLISECOND) /* from a change until it is told */
#define GUARDIAN_VIEW_WATCH_QUIET 2 /* seconds: what was changed since may soon be again */
#define GUARDIAN_VIEW_WATCH_TRIES 8 /* at what the kernel does not know yet */

typedef struct _GuardianView GuardianView;
typedef struct _GuardianViewWatches GuardianViewWatches;

GuardianViewWatches *guardian_view_watches_new (GuardianViewQuota *quota);
/* After the nodes. */
void guardian_view_watches_free (GuardianViewWatches *watches);

/* For how many seconds the kernel may believe that node, whose attributes are st, has its name
 * (ret_entry) and these attributes (ret_attributes; either may be NULL). Both are then told to it:
 * what changes is taken back. */
void guardian_view_watch_believe (GuardianView *view, GuardianViewNode *node, const struct stat *st,
                                  double *ret_entry, double *ret_attributes);

/* It was not changed just now: a clock's tick later it would show. */
gboolean guardian_view_watch_is_quiet (const struct stat *st);

/* To be waited for; -1: nothing, or not yet. */
int guardian_view_watch_fd (const GuardianView *view);
/* There is something to be read from it. */
void guardian_view_watch_heard (GuardianView *view);
/* When something is to be told; microseconds, -1: nothing is. */
gint64 guardian_view_watch_due (const GuardianView *view);
void guardian_view_watch_tell (GuardianView *view);

/* Of a node that goes, or has no name any more. */
void guardian_view_watch_free (GuardianViewWatch *watch);
