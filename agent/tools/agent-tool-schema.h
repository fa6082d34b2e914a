/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "agent/tools/agent-tool.h"

/* The table of tools as models are told of it: [{name, description, parameters}], parameters being
 * a JSON schema. closed: schemas say that there are no other members, which some servers do not
 * take. The table's limits of bytes are not in them (a server that makes a grammar of a schema may
 * choke on them); agent_tool_check() keeps them. */
CardeaJson *agent_tool_schema_list (gboolean closed);
