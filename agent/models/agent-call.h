/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/json/cardea-json.h"

/* A call of a tool as a model made it. Nothing in it is checked against the table of tools yet. */
typedef struct {
  char *id;              /* of letters, digits, - and _ */
  char *name;            /* the same; perhaps of no tool */
  CardeaJson *arguments; /* an object; NULL: what came is none */
} AgentCall;

/* arguments are taken. */
AgentCall *agent_call_new (const char *id, const char *name, CardeaJson *arguments);
void agent_call_free (AgentCall *call);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgentCall, agent_call_free)

/* The arguments as text; "{}" when there are none. The caller owns it. */
char *agent_call_write (const AgentCall *call);
