/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/json/cardea-json.h"
#include "guardian/egress/guardian-egress-meter.h"
#include "guardian/egress/guardian-egress-name.h"

#include <glib.h>

/* Where a program may go without asking, as the core said (objects.md, Host grant). */
typedef struct {
  char *id;
  char *host;                 /* canonical */
  guint16 port;               /* 0: every */
  gboolean below;             /* names below it, too */
  gboolean inside;            /* an address of this computer or the network around it was meant */
  char **methods;             /* NULL: tunnels and all methods */
  CardeaHostLimits *limits;   /* with them, no tunnels; NULL: none */
  GuardianEgressMeter *meter; /* keeps to them; NULL as well */
} GuardianEgressGrant;

/* NULL: of another form. */
GuardianEgressGrant *guardian_egress_grant_new (const CardeaJson *json) G_GNUC_WARN_UNUSED_RESULT;
void guardian_egress_grant_free (GuardianEgressGrant *grant);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GuardianEgressGrant, guardian_egress_grant_free)

/* method NULL: a tunnel. path: of a request. */
gboolean guardian_egress_grant_covers (const GuardianEgressGrant *grant,
                                       const GuardianEgressName *name, guint16 port,
                                       const char *method, const char *path);
/* Some requests there may be covered, whatever they are. */
gboolean guardian_egress_grant_is_at (const GuardianEgressGrant *grant,
                                      const GuardianEgressName *name, guint16 port);
