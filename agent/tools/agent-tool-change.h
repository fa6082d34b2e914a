/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "agent/access/agent-change.h"
#include "agent/tools/agent-tool.h"

/* What the tools that change something share. */

#define AGENT_TOOL_CHANGE_SHOWN 50 /* items in a result */

/* The last element of a path, fit to be shown; the caller owns it. */
char *agent_tool_change_show_name (const char *path);
/* The same for one, "12 files" for several. */
char *agent_tool_change_show_objects (const char *first, guint count);

/* What was changed as a result: {"change", "undoable", "count", "items": [{path, to?, size?,
 * replaced?}]}. One item: its path is the result's. */
AgentToolResult *agent_tool_change_take (const AgentChanged *changed);

/* A file as a whole, by "file" and "if_exists" of the call. */
AgentToolResult *agent_tool_change_write (const AgentToolCall *call, GBytes *content,
                                          GError **error);
