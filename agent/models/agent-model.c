/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/models/agent-model.h"

gboolean
agent_model_answer (AgentModel *model, const AgentModelRequest *request, const AgentModelHost *host,
                    GError **error)
{
  return model->class->answer (model, request, host, error);
}

void
agent_model_remember (AgentModel *model, gboolean person, const char *text)
{
  if (model->class->remember != NULL)
    model->class->remember (model, person, text);
}

const char *
agent_model_name (const AgentModel *model)
{
  return model->name;
}

void
agent_model_free (AgentModel *model)
{
  model->class->dispose (model);
  g_free (model);
}

/* --- none --- */

typedef struct {
  AgentModel base;
  char *name;
  char *why;
} Unusable;

static gboolean
unusable_answer (AgentModel *model, const AgentModelRequest *request, const AgentModelHost *host,
                 GError **error)
{
  g_set_error_literal (error, AGENT_ERROR, AGENT_ERROR_UNAVAILABLE, ((Unusable *) model)->why);
  return FALSE;
}

static void
unusable_dispose (AgentModel *model)
{
  Unusable *unusable = (Unusable *) model;
  g_free (unusable->name);
  g_free (unusable->why);
}

AgentModel *
agent_model_unusable_new (const char *name, const char *why)
{
  static const AgentModelClass class = { unusable_answer, unusable_dispose };
  Unusable *unusable = g_new0 (Unusable, 1);
  unusable->name = g_strdup (name);
  unusable->why = g_strdup (why);
  unusable->base.class = &class;
  unusable->base.name = unusable->name;
  return &unusable->base;
}
