/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts the list of public suffixes that the library was built with. Known gap: it is as old as
 * the library; of a suffix that it does not know, the one whose it is gets stressed, not the one
 * who has a name below it. */

#include "guardian/core/guardian-domain.h"

#include "common/base/cardea-host.h"

#include <libpsl.h>

const char *
guardian_domain_registrable (const char *host)
{
  const psl_ctx_t *list = psl_builtin ();

  return list != NULL && !cardea_host_is_address (host) ? psl_registrable_domain (list, host)
                                                        : NULL;
}

gboolean
guardian_domain_is_public (const char *host)
{
  const psl_ctx_t *list = psl_builtin ();

  return !cardea_host_is_address (host) && (list == NULL || psl_is_public_suffix (list, host));
}
