/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "tests/contract/contract-worker.h"

/* A sandbox with mock-agent inside, and its channel as a line of text each way. */
typedef struct {
  CardeaMessage *started;
  int channel;
  int process;
} LaunchFixture;

/* The launch worker with mock-agent as its agent; environment adds to that. */
ContractWorker *launch_fixture_worker (const char *const *environment);

/* Waits for a worker that was closed or killed by the test, and frees. */
void launch_fixture_reap (ContractWorker *taken_worker);

CardeaMessage *launch_fixture_ask_start (ContractWorker *worker, const char *home);
LaunchFixture *launch_fixture_start (ContractWorker *worker, const char *home);
void launch_fixture_free (LaunchFixture *sandbox);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LaunchFixture, launch_fixture_free)

void launch_fixture_send (LaunchFixture *sandbox, const char *line);
/* Sends, and returns the line that comes back. */
char *launch_fixture_tell (LaunchFixture *sandbox, const char *line);
/* Waits until no process holds the other end of the channel. */
gboolean launch_fixture_is_hung_up (LaunchFixture *sandbox);
