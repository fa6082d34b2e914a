/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "agent/models/agent-answer.h"

/* Appends Markdown; what comes from data is escaped. */
void agent_answer_append (GString *out, const char *text);
/* "Sources" and notes, which every answer ends with. */
void agent_answer_close (GString *out, const AgentToolResult *result);
/* Columns and rows of a table's figures, one row a group (agent-answer-table.c). */
void agent_answer_table_fill (const AgentIntent *intent, const CardeaJson *data,
                              CardeaJson *arguments);
/* Adds a row to "rows" of a report: NULL-terminated, NULL cells are empty. */
void agent_answer_add_row (CardeaJson *arguments, const char *const *cells, guint count);
gint64 agent_answer_number (const CardeaJson *object, const char *name);
const char *agent_answer_string (const CardeaJson *object, const char *name); /* "" for none */
guint agent_answer_size (const CardeaJson *object, const char *name);
