/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "agent/access/agent-exchange.h"
#include "agent/access/agent-link.h"

/* The way out through the guardian: net.request, decided, performed and recorded there. The agent
 * has neither a socket nor a name service nor a key; what a host wants to be authorised by is added
 * beyond it. Redirects are answers. link is borrowed and outlives the way. */
AgentWay *agent_net_new (AgentLink *link);
