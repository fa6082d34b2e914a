/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "agent/access/agent-terminal.h"
#include "agent/models/agent-phrase.h"
#include "agent/tools/agent-tool.h"

/* What answers a person: the offline model, or one that a server runs (agent-model-remote.h). A
 * model can do two things, both through its host: say something, and have a tool run.
 * It holds no file, no network and no capability. */
typedef struct _AgentModel AgentModel;

/* What a model that works by itself (agent/acp) says it does, or wants to. All of it is shown, none
 * of it believed. */
typedef struct {
  const char *id;   /* pairs what is said of one step */
  const char *tool; /* a kind of step, in its own words */
  const char *title;
  const char *path;   /* NULL: not about one file */
  const char *detail; /* lines that were escaped; NULL: none */
  const char *state;  /* objects.md, chat.event.data */
} AgentModelStep;

typedef struct {
  /* Markdown to append to the answer. */
  void (*say) (const char *markdown, gpointer user_data);
  /* What is going on, for the moment. */
  void (*status) (const char *text, gpointer user_data);
  /* Runs a tool and waits. arguments are taken. The result is the caller's. */
  AgentToolResult *(*run) (const char *tool, CardeaJson *arguments, gpointer user_data,
                           GError **error);
  /* Shows a step that is not ours. */
  void (*step) (const AgentModelStep *step, gpointer user_data);
  /* Whether it may do it: asks the guardian, and waits. Without id and state. */
  gboolean (*permit) (const AgentModelStep *step, gpointer user_data, GError **error);
  /* Runs a program and keeps limit bytes of what it writes; NULL: none can be run. The caller owns
   * it. */
  AgentTerminal *(*terminal) (const AgentProgramTerms *terms, gsize limit, gpointer user_data,
                              GError **error);
  /* Shows a picture (of a kind that agent-picture.h names), and waits until the person can see it.
   */
  gboolean (*picture) (GBytes *bytes, const char *name, gpointer user_data, GError **error);
  gpointer user_data;
} AgentModelHost;

typedef struct {
  const char *text;            /* what the person wrote */
  const GPtrArray *designated; /* of AgentDesignated: what the person pointed at, in order */
  GCancellable *cancellable;
} AgentModelRequest;

typedef struct {
  /* One turn, to its end. An error's message is a sentence for the person. */
  gboolean (*answer) (AgentModel *model, const AgentModelRequest *request,
                      const AgentModelHost *host, GError **error);
  void (*dispose) (AgentModel *model);
  /* What was said before the first turn, oldest first; NULL: it does without. */
  void (*remember) (AgentModel *model, gboolean person, const char *text);
} AgentModelClass;

struct _AgentModel {
  const AgentModelClass *class;
  const char *name; /* as the person calls it; NULL: offline, there is no AI */
};

gboolean agent_model_answer (AgentModel *model, const AgentModelRequest *request,
                             const AgentModelHost *host, GError **error);
void agent_model_remember (AgentModel *model, gboolean person, const char *text);
const char *agent_model_name (const AgentModel *model);
void agent_model_free (AgentModel *model);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgentModel, agent_model_free)

/* In the place of a model that cannot be asked: says why, every time. The texts are copied. */
AgentModel *agent_model_unusable_new (const char *name, const char *why);

/* No AI: English sentences of known forms, exact arithmetic, sentences of the text itself. */
AgentModel *agent_model_offline_new (void);
