/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/protocol/cardea-channel.h"
#include "common/protocol/cardea-message-table.h"
#include "guardian/privsep/guardian-starter.h"

#include <glib.h>

/* The core's side of the worker links: starts the workers through the starter, pairs answers with
 * calls, and replaces a worker that died, ever more slowly. */
typedef struct _GuardianWorkers GuardianWorkers;

#define GUARDIAN_WORKERS_CALLS_LIMIT 1024u
#define GUARDIAN_WORKERS_BACKOFF_FIRST_MS 100u
#define GUARDIAN_WORKERS_BACKOFF_LAST_MS 10000u
#define GUARDIAN_WORKERS_STEADY_US (30 * G_USEC_PER_SEC) /* after that a death starts anew */

typedef enum {
  GUARDIAN_WORKERS_DOWN,     /* not started, or dead and waiting for its time */
  GUARDIAN_WORKERS_STARTING, /* calls may be made, it has not said anything yet */
  GUARDIAN_WORKERS_RUNNING,
} GuardianWorkersState;

typedef struct {
  void (*event) (GuardianWorker worker, CardeaMessage *message, gpointer user_data);
  /* An answer nobody waits for any more: what it holds must be given back. */
  void (*stray) (GuardianWorker worker, CardeaMessage *message, gpointer user_data);
  void (*up) (GuardianWorker worker, gpointer user_data);
  void (*down) (GuardianWorker worker, const char *reason, gpointer user_data);
} GuardianWorkersHandler;

/* reply NULL: the worker died or did not answer in time. */
typedef void (*GuardianWorkersReply) (CardeaMessage *reply, gpointer user_data);

/* starter is borrowed; handler is copied. */
GuardianWorkers *guardian_workers_new (GuardianStarter *starter,
                                       const GuardianWorkersHandler *handler, gpointer user_data);
/* Ends all workers; calls that are due are dropped. */
void guardian_workers_free (GuardianWorkers *workers);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GuardianWorkers, guardian_workers_free)

/* Starts one; when it fails it is tried again later like after a death. */
void guardian_workers_start (GuardianWorkers *workers, GuardianWorker worker);

/* Ends one that is not needed any more; what is due of it is answered with NULL. Never from inside
 * an answer of that worker. */
void guardian_workers_stop (GuardianWorkers *workers, GuardianWorker worker);

/* Takes request. 0: the worker is down or too much is due, and reply is never called; else an id
 * for cancelling, and reply is called once, never from inside this function. */
guint guardian_workers_call (GuardianWorkers *workers, GuardianWorker worker,
                             CardeaMessage *request, guint timeout_ms, GuardianWorkersReply reply,
                             gpointer user_data);
/* reply is not called any more. 0 is ignored. */
void guardian_workers_cancel (GuardianWorkers *workers, guint call);
/* The same; what reply would have been called with, NULL when it was called already. */
gpointer guardian_workers_forget (GuardianWorkers *workers, guint call);
/* Kills it, as one that hangs; it is replaced like one that died. */
void guardian_workers_end (GuardianWorkers *workers, GuardianWorker worker);
/* Takes event; lost when the worker is down. */
void guardian_workers_send (GuardianWorkers *workers, GuardianWorker worker, CardeaMessage *event);

/* Nobody needs the guardian: once nothing is due, no timer stays armed. */
void guardian_workers_set_resting (GuardianWorkers *workers, gboolean resting);

GuardianWorkersState guardian_workers_state (const GuardianWorkers *workers, GuardianWorker worker);
guint guardian_workers_restarts (const GuardianWorkers *workers, GuardianWorker worker);
/* What holds it, as it said itself; borrowed; NULL before it did. */
const CardeaJson *guardian_workers_confinement (const GuardianWorkers *workers,
                                                GuardianWorker worker);
