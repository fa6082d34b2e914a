/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/egress/guardian-egress-address.h"
#include "guardian/egress/guardian-egress-name.h"

/* From a name that was decided about to the addresses that may be dialled for it: asked of the
 * child (guardian-egress-names.h), each checked. */
typedef struct _GuardianEgressResolver GuardianEgressResolver;

#define GUARDIAN_EGRESS_RESOLVER_ADDRESSES 8u
#define GUARDIAN_EGRESS_RESOLVER_WAITING 256u
#define GUARDIAN_EGRESS_RESOLVER_SECONDS 20u

typedef struct {
  GuardianEgressAddress list[GUARDIAN_EGRESS_RESOLVER_ADDRESSES];
  guint count;      /* 0: none */
  gboolean refused; /* with none: there were, but they may not be dialled */
  const char *why;  /* with none; static */
} GuardianEgressAddresses;

typedef void (*GuardianEgressResolved) (const GuardianEgressAddresses *addresses,
                                        gpointer user_data);

/* Takes fd. */
GuardianEgressResolver *guardian_egress_resolver_new (int fd);
void guardian_egress_resolver_free (GuardianEgressResolver *resolver);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GuardianEgressResolver, guardian_egress_resolver_free)

/* Calls back once, never from inside; an address is checked without asking anybody. */
guint guardian_egress_resolver_ask (GuardianEgressResolver *resolver,
                                    const GuardianEgressName *name, guint16 port, gboolean inside,
                                    GuardianEgressResolved resolved, gpointer user_data);
/* It is not called back any more. 0 is ignored. */
void guardian_egress_resolver_cancel (GuardianEgressResolver *resolver, guint question);
