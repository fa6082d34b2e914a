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

/* FALSE for the name of a file that is no text by its kind: what is written here would not be a
 * document, a picture or an archive. */
gboolean agent_tool_change_check_text (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A file as a whole, by "file" and "if_exists" of the call. */
AgentToolResult *agent_tool_change_write (const AgentToolCall *call, GBytes *content,
                                          GError **error);
