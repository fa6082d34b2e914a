/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/base/cardea-secret.h"
#include "common/protocol/cardea-message.h"
#include "guardian/egress/guardian-egress-fetch.h"

/* What hosts want to see and nobody inside may have (egress.credential): bound to hosts, added to
 * what goes to them, in memory only. */
typedef struct _GuardianEgressCredentials GuardianEgressCredentials;
typedef struct _GuardianEgressCredential GuardianEgressCredential;

#define GUARDIAN_EGRESS_CREDENTIALS 256u
#define GUARDIAN_EGRESS_CREDENTIAL_MAX 8192u /* bytes of a secret */

GuardianEgressCredentials *guardian_egress_credentials_new (void);
void guardian_egress_credentials_free (GuardianEgressCredentials *credentials);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GuardianEgressCredentials, guardian_egress_credentials_free)

/* Takes what egress.credential says; without a secret, forgets it. FALSE: it is of no use. */
gboolean guardian_egress_credentials_take (GuardianEgressCredentials *credentials,
                                           CardeaMessage *message);

const GuardianEgressCredential *guardian_egress_credentials_find (
    const GuardianEgressCredentials *credentials, const char *name);
/* Whether any is bound to that place. */
gboolean guardian_egress_credentials_has (const GuardianEgressCredentials *credentials,
                                          const GuardianEgressName *name, guint16 port);

gboolean guardian_egress_credential_is_bound (const GuardianEgressCredential *credential,
                                              const GuardianEgressName *name, guint16 port);
/* Its header, as it goes out; freed, and so wiped, with guardian_egress_header_free(). */
GuardianEgressHeader *guardian_egress_credential_header (
    const GuardianEgressCredential *credential);

/* Exchanges placeholders in headers for a place. FALSE: one of them would go there with something
 * foreign in it, and the request is refused. ret_used: what was put in, the caller's; or NULL. */
gboolean guardian_egress_credentials_exchange (const GuardianEgressCredentials *credentials,
                                               const GuardianEgressName *name, guint16 port,
                                               GPtrArray *headers,
                                               CardeaSecret **ret_used) G_GNUC_WARN_UNUSED_RESULT;

/* The same for the query in line (path and query of a request): with secrets in place of
 * placeholders, escaped, the caller's to wipe and free; NULL: there is none in it. */
char *guardian_egress_credentials_exchange_line (const GuardianEgressCredentials *credentials,
                                                 const GuardianEgressName *name, guint16 port,
                                                 const char *line, CardeaSecret **ret_used);

CardeaSecret *guardian_egress_credential_secret (const GuardianEgressCredential *credential);

/* The name of the one that has exactly this secret, which is not NULL; NULL: none any more. */
const char *guardian_egress_credentials_name (const GuardianEgressCredentials *credentials,
                                              const CardeaSecret *secret);

/* Whether text holds secret; FALSE for NULL. */
gboolean guardian_egress_credential_is_in (const CardeaSecret *secret, const char *text);
