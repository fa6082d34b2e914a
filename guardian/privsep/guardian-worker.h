/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/protocol/cardea-channel.h"

#include <glib.h>

/* How every process of the guardian enters its confinement, and the table that says which there
 * are. Rows: core, files, change, view, keys, launch, egress with its names, scan, bundle, picture,
 * consent (the last is not ours to confine: it draws windows; the starter only starts it). */
typedef enum {
  GUARDIAN_WORKER_CORE,
  GUARDIAN_WORKER_FILES,
  GUARDIAN_WORKER_CHANGE,
  GUARDIAN_WORKER_VIEW,
  GUARDIAN_WORKER_KEYS,
  GUARDIAN_WORKER_LAUNCH,
  GUARDIAN_WORKER_EGRESS,
  GUARDIAN_WORKER_SCAN,
  GUARDIAN_WORKER_NAMES, /* a child of egress */
  GUARDIAN_WORKER_BUNDLE,
  GUARDIAN_WORKER_PICTURE,
  GUARDIAN_WORKER_CONSENT,
  GUARDIAN_WORKER_COUNT
} GuardianWorker;

/* The worker's end of its pair is this descriptor in a started worker. */
#define GUARDIAN_WORKER_FD 3

typedef struct {
  const char *name;    /* "files" */
  const char *program; /* "cardea-guardian-files" */
  CardeaRole role;
} GuardianWorkerIdentity;

const GuardianWorkerIdentity *guardian_worker_identity (GuardianWorker worker);

typedef enum {
  GUARDIAN_WORKER_ERROR_CONFINE, /* a layer could not be applied: the process must end */
  GUARDIAN_WORKER_ERROR_START,
} GuardianWorkerError;

#define GUARDIAN_WORKER_ERROR (guardian_worker_error_quark ())
GQuark guardian_worker_error_quark (void);

/* The one way in: closes every descriptor but 0-2 and those listed, sets rlimits, no_new_privs,
 * not dumpable, dies with its parent, Landlock at the best ABI with the row's rules, seccomp with
 * the row's list (launch: rlimits and no_new_privs only). writable/readable: folders the row's
 * Landlock rules open besides its fixed ones (NULL-terminated; may be NULL). ret_report: what was
 * applied, for worker.ready and doctor. Fails closed: on FALSE the caller exits. */
gboolean guardian_worker_enter (GuardianWorker worker, const int *keep_fds, gsize n_keep_fds,
                                const char *const *readable, const char *const *writable,
                                CardeaJson **ret_report, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The older Landlock a test wants (CARDEA_TEST_LANDLOCK_ABI=N; 0 is none at all), for
 * GuardianLandlockOptions; 0 without that seam. */
int guardian_worker_landlock_limit (void);

/* Main part of a worker: a plain channel on GUARDIAN_WORKER_FD, worker.ready sent, the context run
 * until the link ends. Returns the process's exit status. */
int guardian_worker_run (GuardianWorker worker, CardeaJson *report,
                         const CardeaChannelHandler *handler, gpointer user_data);

/* channel: the one guardian_worker_run made, as handed to the handler's callbacks; NULL once the
 * link is down, when nothing is sent. A message that cannot be sent ends the link: the core would
 * wait for it for ever. */
void guardian_worker_send (CardeaChannel *channel, CardeaMessage *message);
