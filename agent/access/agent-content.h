/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "agent/access/agent-link.h"
#include "agent/content/agent-source.h"

/* What a tool reads: a file of the guardian, or the text of the document it turned out to be. */
typedef struct {
  AgentSource *source; /* text or rows */
  char *path;          /* the real path of the file */
  gboolean sheets;     /* rows of a spreadsheet, cells between tabs */
  gboolean picture;    /* it begins like one (agent-picture.h): there is no text in it */
  GPtrArray *notes;    /* of char *: which sheet was taken */
} AgentContent;

AgentContent *agent_content_open (AgentLink *link, const char *reference, GCancellable *cancellable,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;
void agent_content_free (AgentContent *content);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgentContent, agent_content_free)

/* Splits what cardea-agent-extract wrote; for agent_content_open() and its test. Untrusted. */
gboolean agent_content_take_extracted (AgentContent *content, GBytes *extracted,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
