/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/core/guardian-destination.h"

#include "common/limits/cardea-host-limits.h"

/* What a grant of a host is for, in the place of a file: consent.md, matcher domain:port:method. */

#define GUARDIAN_GRANT_HOST_METHODS_LIMIT 16u

typedef struct {
  char *host;               /* canonical */
  guint port;               /* 0: every port */
  gboolean below;           /* every name below it, too */
  gboolean inside;          /* an address of this computer or the network around it was meant */
  char **methods;           /* NULL: tunnels and all methods */
  CardeaHostLimits *limits; /* with them, no tunnels; NULL: none */
} GuardianGrantHost;

/* methods: copied, may be NULL. */
GuardianGrantHost *guardian_grant_host_new (const char *host, guint port,
                                            const char *const *methods);
GuardianGrantHost *guardian_grant_host_copy (const GuardianGrantHost *host);
void guardian_grant_host_free (GuardianGrantHost *host);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GuardianGrantHost, guardian_grant_host_free)

/* What a profile says of it: Limits, and methods. FALSE: not of its form. */
gboolean guardian_grant_host_limit (GuardianGrantHost *host,
                                    const CardeaJson *json) G_GNUC_WARN_UNUSED_RESULT;

/* What policy limits, too (GuardianDecision.limits): narrowed by it. FALSE: nothing is left. */
gboolean guardian_grant_host_narrow (GuardianGrantHost *host,
                                     const char *limits) G_GNUC_WARN_UNUSED_RESULT;

/* What is kept to with one request or tunnel that may go there: what the grant (NULL: there is
 * none) and policy (NULL: it says nothing) limit; of a request without methods and paths, which
 * were decided about. *ret_limits: NULL: nothing; the caller owns it. FALSE: nothing is left. */
gboolean guardian_grant_host_meter (const GuardianGrantHost *host, const char *limits,
                                    gboolean is_tunnel,
                                    CardeaJson **ret_limits) G_GNUC_WARN_UNUSED_RESULT;

gboolean guardian_grant_host_covers (const GuardianGrantHost *host,
                                     const GuardianDestination *destination);

/* Policy's name of what it opens: "net.connect", or "net.request" for some methods only. Static. */
const char *guardian_grant_host_action (const GuardianGrantHost *host);
/* "host": every port and method; else "exact". Static. */
const char *guardian_grant_host_scope (const GuardianGrantHost *host);

/* Sets or reads the members host, port, below, methods, inside of an object (objects.md, Host
 * grant). NULL when one is missing or not of its form. */
void guardian_grant_host_write (const GuardianGrantHost *host, CardeaJson *json);
GuardianGrantHost *guardian_grant_host_read (const CardeaJson *json) G_GNUC_WARN_UNUSED_RESULT;
