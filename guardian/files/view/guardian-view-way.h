/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/files/view/guardian-view-layer.h"
#include "guardian/files/view/guardian-view-node.h"

/* Folders in use are held open, a few at a time, so that what is in them need not be found by its
 * whole path. A person's folder is looked up by its name again after a second, and must still be
 * the same: one that was moved elsewhere is not reached any longer than that. */

#define GUARDIAN_VIEW_WAYS_LIMIT 256u /* folders */
#define GUARDIAN_VIEW_WAY_US G_USEC_PER_SEC

typedef struct _GuardianViewWays GuardianViewWays;

/* root: of the two layers, "/" and the private folder; borrowed. */
GuardianViewWays *guardian_view_ways_new (GuardianViewNodes *nodes, const GuardianViewLayer *real,
                                          const GuardianViewLayer *upper);
/* After the nodes. */
void guardian_view_ways_free (GuardianViewWays *ways);

/* The folder itself, of the person or (upper) in the private layer, O_PATH. Borrowed, for one
 * operation; -1 with errno, ESTALE: its name leads to another one now. */
int guardian_view_way (GuardianViewWays *ways, GuardianViewNode *folder, gboolean upper);
/* The mount that a person's folder lies on, as the kernel counts them; 0: not known. */
guint64 guardian_view_way_mount (GuardianViewWays *ways, GuardianViewNode *folder);
/* The private folder under a path, made when it is not there, with all above it. */
int guardian_view_way_make (GuardianViewWays *ways, GuardianViewNode *folder);
/* There is something in the private layer: before, nobody needs to look. */
gboolean guardian_view_ways_have_upper (const GuardianViewWays *ways);

/* Every folder is looked up by its name again: one was moved. */
void guardian_view_ways_doubt (GuardianViewWays *ways);

/* Of a node that goes. */
void guardian_view_way_free (GuardianViewWay *way);
