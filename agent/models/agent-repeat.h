/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "agent/models/agent-call.h"

/* Sees a model that goes round in circles: the same call, with the same arguments, again and again.
 * What was changed in between makes it another call. */
typedef struct _AgentRepeat AgentRepeat;

#define AGENT_REPEAT_CALLS_MAX 2u   /* the third of the same is not run any more … */
#define AGENT_REPEAT_REFUSED_MAX 3u /* … and the turn ends when that was said so often */

typedef enum {
  AGENT_REPEAT_RUN,
  AGENT_REPEAT_REFUSE,
  AGENT_REPEAT_END,
} AgentRepeatVerdict;

AgentRepeat *agent_repeat_new (void);
void agent_repeat_free (AgentRepeat *repeat);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgentRepeat, agent_repeat_free)

AgentRepeatVerdict agent_repeat_judge (AgentRepeat *repeat, const AgentCall *call);
/* Something was changed: what was seen before may look different now. */
void agent_repeat_forget (AgentRepeat *repeat);
