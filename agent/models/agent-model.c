/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/models/agent-model.h"

gboolean
agent_model_answer (AgentModel *model, const AgentModelRequest *request, const AgentModelHost *host,
                    GError **error)
{
  return model->class->answer (model, request, host, error);
}

const char *
agent_model_name (const AgentModel *model)
{
  return model->class->name;
}

void
agent_model_free (AgentModel *model)
{
  model->class->dispose (model);
  g_free (model);
}
