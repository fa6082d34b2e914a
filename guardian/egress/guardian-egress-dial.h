/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/egress/guardian-egress-resolver.h"

/* A name, after it was decided about, made into a connected socket: exactly to one of the addresses
 * that were checked. They are tried one after the other. */
typedef struct _GuardianEgressDial GuardianEgressDial;

#define GUARDIAN_EGRESS_DIAL_SECONDS 30u         /* for all of it */
#define GUARDIAN_EGRESS_DIAL_ADDRESS_SECONDS 10u /* for one address */

typedef struct {
  int fd; /* the callee's, does not block; -1: none */
  GuardianEgressAddress address;
  gboolean refused; /* not dialled, for what the address is */
  const char *why;  /* without fd; static */
} GuardianEgressDialled;

typedef void (*GuardianEgressDialDone) (const GuardianEgressDialled *dialled, gpointer user_data);

/* Calls back once, never from inside; the dial may be freed there. */
GuardianEgressDial *guardian_egress_dial_new (GuardianEgressResolver *resolver,
                                              const GuardianEgressName *name, guint16 port,
                                              gboolean inside, GuardianEgressDialDone done,
                                              gpointer user_data);
void guardian_egress_dial_free (GuardianEgressDial *dial);
