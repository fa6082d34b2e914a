/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/json/cardea-json.h"

/* What flowed in a session, from its records: what was read, by what it was done, where it went.
 * No GTK. All text is escaped. */

typedef enum {
  UI_ACTIVITY_FLOW_SOURCE, /* files, labels, the clipboard */
  UI_ACTIVITY_FLOW_TOOL,   /* what the agent did it with */
  UI_ACTIVITY_FLOW_TARGET, /* hosts, files that were changed, programs that were run */
  UI_ACTIVITY_FLOW_LAST,
} UiActivityFlowSide;

typedef struct {
  UiActivityFlowSide side;
  const char *icon;
  char *name;
  char *where;  /* the whole path, host and port; NULL when name says it all */
  char *find;   /* a text that its records have in them; NULL: they are found by the action */
  char *action; /* of policy; NULL: several */
  gint64 bytes;
  guint count;   /* how often it was done */
  guint refused; /* how often it was not */
} UiActivityFlowNode;

/* From a source to a tool, from a tool to a target. Borrowed from the flow. */
typedef struct {
  const UiActivityFlowNode *from;
  const UiActivityFlowNode *to;
  gint64 bytes;
  guint count;
  guint refused;
} UiActivityFlowEdge;

#define UI_ACTIVITY_FLOW_NODES 30u /* on a side; the rest is one node together */

typedef struct _UiActivityFlow UiActivityFlow;

/* home: as in ui-words. */
UiActivityFlow *ui_activity_flow_new (const char *home);
void ui_activity_flow_free (UiActivityFlow *flow);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (UiActivityFlow, ui_activity_flow_free)

/* FALSE: the record is none of what flowed. */
gboolean ui_activity_flow_add (UiActivityFlow *flow, const CardeaJson *record);

/* UiActivityFlowNode, those with the most bytes first. Borrowed, until the next is added. */
const GPtrArray *ui_activity_flow_nodes (UiActivityFlow *flow, UiActivityFlowSide side);
/* UiActivityFlowEdge, borrowed the same way. */
const GPtrArray *ui_activity_flow_edges (UiActivityFlow *flow);

/* "3 times, 1.2 kB", "refused"; the caller owns it. */
char *ui_activity_flow_describe (const UiActivityFlowNode *node);
