/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "agent/models/agent-answer.h"
#include "agent/models/agent-model.h"

/* What the parts of the offline model share. */

typedef struct {
  const AgentModelRequest *request;
  const AgentModelHost *host;
  const AgentIntent *intent;
} AgentOffline;

/* The files a request names, else the designated one; borrowed. at_most: more are refused. NULL
 * with an error. */
GPtrArray *agent_offline_find_files (const AgentOffline *turn, guint at_most, GError **error);
/* The only designated file or folder; NULL when there is none or there are several. */
const char *agent_offline_only_designated (const AgentOffline *turn, gboolean folder,
                                           guint *ret_count);
/* The folder a request names, else the designated one; borrowed. */
const char *agent_offline_find_folder (const AgentOffline *turn, GError **error);
gboolean agent_offline_set_ambiguous (const char *what, GError **error); /* FALSE */

CardeaJson *agent_offline_new_arguments (const char *name, const char *value);
void agent_offline_set_text (CardeaJson *arguments, const char *name, const char *value);
void agent_offline_set_number (CardeaJson *arguments, const char *name, gint64 value);
/* arguments are taken. */
AgentToolResult *agent_offline_run (const AgentOffline *turn, const char *tool,
                                    CardeaJson *arguments, GError **error);
gboolean agent_offline_say (const AgentOffline *turn, char *answer); /* taken; TRUE */

/* Says answer (taken), or writes it into the file that the request names (agent-offline-report.c).
 * table: what a CSV file gets; NULL: there is none in it. */
gboolean agent_offline_give (const AgentOffline *turn, char *answer, const AgentToolResult *result,
                             GError **error);

/* The kinds that have to do with the web (agent-offline-web.c). */
gboolean agent_offline_fetch (const AgentOffline *turn, GError **error);
gboolean agent_offline_download (const AgentOffline *turn, GError **error);
/* And with the clipboard. */
gboolean agent_offline_paste (const AgentOffline *turn, GError **error);
gboolean agent_offline_copy (const AgentOffline *turn, GError **error);

/* A program (agent-offline-program.c). */
gboolean agent_offline_run_program (const AgentOffline *turn, GError **error);

/* The kinds that change something (agent-offline-change.c). */
gboolean agent_offline_create (const AgentOffline *turn, GError **error);
gboolean agent_offline_overwrite (const AgentOffline *turn, GError **error);
gboolean agent_offline_append (const AgentOffline *turn, GError **error);
gboolean agent_offline_replace (const AgentOffline *turn, GError **error);
gboolean agent_offline_rename (const AgentOffline *turn, GError **error);
gboolean agent_offline_move (const AgentOffline *turn, GError **error);
gboolean agent_offline_tidy (const AgentOffline *turn, GError **error);
gboolean agent_offline_delete (const AgentOffline *turn, GError **error);
gboolean agent_offline_make_folder (const AgentOffline *turn, GError **error);
