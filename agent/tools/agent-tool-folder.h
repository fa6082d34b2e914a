/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "agent/tools/agent-tool.h"

/* What the tools that look into folders share. */

#define AGENT_TOOL_SHOW_PATH 1000 /* characters */
#define AGENT_TOOL_ENTRIES 50     /* as is usual */

/* The name of an entry as it may be shown: UTF-8 as it is, other bytes escaped. */
char *agent_tool_folder_show_name (const CardeaJson *entry);
/* "/…" or "~/…". */
gboolean agent_tool_folder_check (const char *folder, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* A request about a folder, with the turn's reason. */
CardeaMessage *agent_tool_folder_request (const AgentToolCall *call, const char *name,
                                          const char *folder);
/* file.listed as a result. */
AgentToolResult *agent_tool_folder_take (const CardeaMessage *reply, gint64 limit);
