/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "agent/access/agent-link.h"
#include "agent/models/agent-model.h"

/* One turn: the model's host. Whatever happens, it ends with exactly one of done, refused and
 * failed, and all its messages carry the trace id of the chat.user that began it. */
typedef struct _AgentTurn AgentTurn;

#define AGENT_TURN_TOOLS_MAX 256u /* tools one turn may run */

/* All are borrowed and outlive the turn. designated: of AgentDesignated. */
AgentTurn *agent_turn_new (AgentLink *link, AgentModel *model, const GPtrArray *designated);
void agent_turn_free (AgentTurn *turn);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgentTurn, agent_turn_free)

void agent_turn_run (AgentTurn *turn, const CardeaMessage *user);
/* May be called while it runs, from the main context. */
void agent_turn_stop (AgentTurn *turn);
