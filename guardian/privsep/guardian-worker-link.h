/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/privsep/guardian-worker.h"

/* The pair of a worker whose messages are a table: each row is one message and what is done about
 * it. A message without a row ends the link. */
typedef struct {
  const char *message;
  /* data is the link's. The message's fields were checked; descriptors may be taken from it. */
  void (*handle) (gpointer data, CardeaMessage *message);
} GuardianWorkerOperation;

typedef struct {
  const GuardianWorkerOperation *operations; /* borrowed */
  gsize n_operations;
  gpointer data;
  CardeaChannel *channel; /* borrowed; NULL before the link is up and after its end */
} GuardianWorkerLink;

/* guardian_worker_run() with this table. link outlives it. */
int guardian_worker_link_run (GuardianWorkerLink *link, GuardianWorker worker, CardeaJson *report);
