/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "agent/models/agent-phrase.h"
#include "agent/models/agent-transcript.h"
#include "agent/tools/agent-tool.h"

/* What a model is told beside the person's words. */

#define AGENT_PROMPT_DESIGNATED_MAX 50u /* files and folders that are listed */
#define AGENT_PROMPT_RESULT_MAX 65536u  /* bytes of one result */
#define AGENT_PROMPT_RESULT_MIN 2048u

/* designated: of AgentDesignated, what the person pointed at. tools: it can call them. The caller
 * owns it. */
char *agent_prompt_system (const GPtrArray *designated, gboolean tools,
                           const AgentTranscript *transcript);

/* A tool's result, at most about limit bytes: a JSON object in which a stranger's text can end
 * nothing and which says that it is data. The caller owns it. */
char *agent_prompt_result (const AgentToolResult *result, gsize limit);
/* A call that did not succeed, with the reason; refused: a person or policy said no. */
char *agent_prompt_failure (const char *reason, gboolean refused);
