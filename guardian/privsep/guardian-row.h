/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/privsep/guardian-filter.h"
#include "guardian/privsep/guardian-landlock.h"
#include "guardian/privsep/guardian-worker.h"

#include <sys/resource.h>

/* A process of the guardian as data: what it is called and all it may do. Used by
 * guardian_worker_enter() and the starter only. */
typedef struct {
  GuardianWorkerIdentity identity;
  gboolean startable; /* by the starter */
  gboolean dies_with_parent;
  gboolean keeps_umask; /* makes files of the person's, as the person's programs do; else 077 */
  rlim_t descriptors;   /* RLIMIT_NOFILE; 0: as it is */
  rlim_t processes;     /* RLIMIT_NPROC of the user; 0: as it is */
  rlim_t memory;        /* RLIMIT_DATA, bytes; 0: as it is */
  rlim_t seconds;       /* RLIMIT_CPU: of one that does one thing and ends; 0: as it is */
  const GuardianLandlockRule *rules; /* NULL: no Landlock (a child must be free of it) */
  gboolean scope_signals;
  gboolean scope_abstract;
  gboolean open_tcp;              /* Landlock leaves TCP alone */
  const GuardianFilter *filter;   /* NULL: no list of system calls, for the same reason */
  const char *const *environment; /* what the starter passes on */
} GuardianRow;

const GuardianRow *guardian_row (GuardianWorker worker);

/* The kernel's flags of clone() that make namespaces. */
#define GUARDIAN_ROW_CLONE_NEW G_GUINT64_CONSTANT (0x7e020080)
#define GUARDIAN_ROW_CLONE_THREAD G_GUINT64_CONSTANT (0x00010000)

/* Calls every process with glibc, GLib and threads makes; also the base of the agent's list. */
extern const char *const guardian_row_calls_runtime[];
extern const char *const guardian_row_calls_read[];
