/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/protocol/cardea-channel.h"

#include <sys/types.h>

/* A real worker process, and the test in the core's place at the other end of its pair. */
typedef struct {
  CardeaRole role;
  pid_t pid;
  CardeaChannel *channel;
  GPtrArray *arrived; /* CardeaMessage, in order, not asked for yet */
  gboolean closed;
  guint next_id;
} ContractWorker;

/* Starts the program of that name from the build folder this test lies in. environment:
 * NULL-terminated "NAME=VALUE" on top of nothing. */
ContractWorker *contract_worker_new (const char *program, CardeaRole role,
                                     const char *const *environment);
/* Ends the link and waits for the process; asserts that it ends by itself. */
void contract_worker_free (ContractWorker *worker);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ContractWorker, contract_worker_free)

/* The worker's first message. The caller owns it. */
CardeaMessage *contract_worker_ready (ContractWorker *worker);

/* Sends message (a request gets an id) without waiting; the id is the caller's. */
char *contract_worker_send (ContractWorker *worker, CardeaMessage *message);
/* The answer to that id. Fails the test when the link ends or a minute passes. */
CardeaMessage *contract_worker_wait (ContractWorker *worker, const char *id);
/* The next event of that name. */
CardeaMessage *contract_worker_wait_event (ContractWorker *worker, const char *name);
/* Both in one. */
CardeaMessage *contract_worker_ask (ContractWorker *worker, CardeaMessage *message);

void contract_worker_wait_closed (ContractWorker *worker);
/* Waits until the process was killed by SIGKILL, and frees worker. FALSE: it answered id instead,
 * and lives; the answer waits. */
gboolean contract_worker_wait_killed (ContractWorker *worker, const char *id);

void contract_assert_refused (const CardeaMessage *reply, const char *code);
void contract_assert_is (const CardeaMessage *reply, const char *name);

/* The content of a memfd that a message carries; the message keeps it. */
GBytes *contract_content (const CardeaMessage *reply, const char *field);

/* A temporary folder by its real path, and its removal with all that is in it. */
char *contract_folder_new (void);
void contract_folder_remove (char *taken_folder);

/* Makes the calling process the root of a user and a mount namespace of its own, so that it may
 * mount. FALSE: not on this machine. Only while single-threaded. */
gboolean contract_enter_namespace (void);

/* The exit status of a test that cannot run here; a failure when CARDEA_TESTS_MUST_RUN is set. */
int contract_skip (const char *reason);
