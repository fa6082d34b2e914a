/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/egress/guardian-egress-name.h"

#include <glib.h>

/* The child that asks name servers: their answers are read in a process that has neither
 * credentials nor connections. Fixed-size messages over a SOCK_SEQPACKET pair. */

#define GUARDIAN_EGRESS_NAMES_ADDRESSES 16u
#define GUARDIAN_EGRESS_NAMES_THREADS 8 /* lookups at the same time */

typedef struct {
  guint32 id;
  char name[GUARDIAN_EGRESS_NAME_MAX + 1];
} GuardianEgressNamesRequest;

typedef struct {
  guint32 id;
  gint32 error; /* EAI_…; 0: there are addresses */
  guint32 count;
  struct {
    guint32 family;
    guint8 bytes[16];
  } addresses[GUARDIAN_EGRESS_NAMES_ADDRESSES];
} GuardianEgressNamesReply;

/* Forks it; it confines itself. The descriptor of the pair, which the caller owns; -1 with an
 * error. While single-threaded, and before the caller is confined. */
int guardian_egress_names_start (GError **error) G_GNUC_WARN_UNUSED_RESULT;
