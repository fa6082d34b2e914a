/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* Extractive summary: the sentences of a text that stand for it best, in the order of the text.
 * No sentence is made up. */

#define AGENT_SUMMARY_SENTENCES_MAX 40u
#define AGENT_SUMMARY_SENTENCE_BYTES 600u /* longer ones are shortened */

typedef struct {
  GPtrArray *sentences; /* of char *, fit to be shown */
  guint64 words;        /* of the whole text */
  guint64 lines;
  guint total; /* sentences there were to choose from */
} AgentSummary;

/* text is untrusted UTF-8. */
AgentSummary *agent_summary_make (const char *text, guint sentences);
void agent_summary_free (AgentSummary *summary);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgentSummary, agent_summary_free)
