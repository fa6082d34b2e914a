/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "agent/access/agent-program.h"

/* A program that the guardian runs in a sandbox of its own (exec.run), looked at while it runs.
 * What it writes, to either stream, is kept in the order in which it came: the last of it. */

#define AGENT_TERMINAL_OUTPUT_MAX (1024u * 1024u) /* bytes that are kept */
#define AGENT_TERMINAL_SECONDS 3600u              /* until it is ended */

typedef struct _AgentTerminal AgentTerminal;

/* Waits until it runs, or was refused, while the main context runs. limit: bytes of output that are
 * kept, at most AGENT_TERMINAL_OUTPUT_MAX. link outlives it. Errors as of agent_program_run(). */
AgentTerminal *agent_terminal_start (AgentLink *link, const AgentProgramTerms *terms, gsize limit,
                                     GCancellable *cancellable,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* What still runs is ended. */
void agent_terminal_free (AgentTerminal *terminal);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgentTerminal, agent_terminal_free)

/* ended is called once, from the main context, when it has ended and all it wrote is here. */
void agent_terminal_watch (AgentTerminal *terminal,
                           void (*ended) (AgentTerminal *terminal, gpointer user_data),
                           gpointer user_data);
gboolean agent_terminal_has_ended (const AgentTerminal *terminal);
int agent_terminal_status (const AgentTerminal *terminal); /* -1: a signal ended it, or we did */
int agent_terminal_signal (const AgentTerminal *terminal); /* 0: none */
/* UTF-8 of at most limit bytes, whole characters; ret_cut: it wrote more before. The caller owns
 * it. */
char *agent_terminal_output (const AgentTerminal *terminal, gboolean *ret_cut);
void agent_terminal_kill (AgentTerminal *terminal);

/* The last whole characters of bytes that limit bytes hold. The caller owns it. */
char *agent_terminal_tail (const char *bytes, gsize size, gsize limit);
