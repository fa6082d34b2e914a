/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "agent/models/agent-intent.h"
#include "agent/tools/agent-tool.h"

/* The offline model's words: a tool's result as short Markdown. The texts in a result are already
 * fit to be shown; here they are kept from being taken for Markdown. The caller owns the answers.
 */

char *agent_answer_table (const AgentIntent *intent, const AgentToolResult *result);
char *agent_answer_summary (const AgentToolResult *result);
char *agent_answer_count (const AgentToolResult *result); /* words and lines of a text */
char *agent_answer_matches (const char *text, const AgentToolResult *result);
char *agent_answer_listing (const AgentIntent *intent, const AgentToolResult *result);
char *agent_answer_difference (const AgentToolResult *result);
char *agent_answer_text (const AgentToolResult *result);
char *agent_answer_page (const AgentToolResult *result);
/* How a program ended, and what it wrote. */
char *agent_answer_program (const char *name, const AgentToolResult *result);

/* What was changed, and whether it can be undone. */
char *agent_answer_written (const AgentToolResult *result);
char *agent_answer_appended (const char *text, const AgentToolResult *result);
char *agent_answer_replaced (const char *text, const char *with, const AgentToolResult *result);
char *agent_answer_moved (gboolean renamed, const AgentToolResult *result);
char *agent_answer_deleted (const AgentToolResult *result);
char *agent_answer_made_folder (const AgentToolResult *result);
char *agent_answer_tidied (const AgentToolResult *result);

/* The same figures as columns and rows, for the tool "report". FALSE: there is no table in it. */
gboolean agent_answer_fill_report (const AgentIntent *intent, const AgentToolResult *result,
                                   CardeaJson *arguments);

/* A stranger's text inside Markdown: what has a meaning there is escaped. */
char *agent_answer_escape (const char *text);
