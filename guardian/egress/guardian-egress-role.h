/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/base/cardea-secret.h"
#include "common/base/cardea-url.h"
#include "common/json/cardea-json.h"
#include "guardian/egress/guardian-egress-fetch.h"

/* Temporary keys of AWS: AssumeRole of its Security Token Service (API version 2011-06-15), with a
 * policy that narrows what the role may do. */
typedef struct {
  char *region;
  char *role;   /* NULL: the long-lived key signs by itself */
  char *policy; /* of the session; NULL: all that the role may do */
} GuardianEgressRole;

#define GUARDIAN_EGRESS_ROLE_SECONDS 3600u /* that are asked for */

/* json: objects.md, Token source, with aws. NULL: it is none. */
GuardianEgressRole *guardian_egress_role_new (const CardeaJson *json);
void guardian_egress_role_free (GuardianEgressRole *role);

GByteArray *guardian_egress_role_form (const GuardianEgressRole *role);
/* Those with which that form is signed; keys: as guardian_egress_sign_split() takes them. NULL:
 * OpenSSL cannot, or keys are none. The caller owns them. */
GPtrArray *guardian_egress_role_headers (const GuardianEgressRole *role, const CardeaUrl *url,
                                         const CardeaSecret *keys, const GByteArray *form);

/* The answer, untrusted: keys in the same form, good for seconds. NULL with ret_problem, the
 * caller's. */
CardeaSecret *guardian_egress_role_read (guint status, const guint8 *bytes, gsize size,
                                         guint *ret_seconds,
                                         char **ret_problem) G_GNUC_WARN_UNUSED_RESULT;
