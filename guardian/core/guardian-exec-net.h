/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/core/guardian-session.h"

/* The way out of a program that a foreign agent has us run (a terminal of its protocol): that of
 * the agent's own program, which could run it in its own sandbox, and never more. */

/* Where that may go by now without a question: HOST:PORT, .HOST:PORT for all below it; NULL:
 * nowhere, or parent speaks for no foreign agent. parent: the session that asks. The caller owns
 * it. */
CardeaJson *guardian_exec_net_hosts (const GuardianSession *parent);

/* Grants the program's own session those of its exec->hosts that the agent's program still has,
 * and tells it what both have read and taken in. FALSE: the session has ended. */
gboolean guardian_exec_net_share (GuardianSession *session);

/* What it took in and let out counts for who had it run, too. */
void guardian_exec_net_ended (GuardianSession *session);
