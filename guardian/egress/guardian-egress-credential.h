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
#define GUARDIAN_EGRESS_CREDENTIAL_SECONDS                                                         \
  90u /* for one that follows: a keyring may be unlocked                                           \
       */

/* resolver and trust are borrowed, and outlive it. send takes what the core is told. */
GuardianEgressCredentials *guardian_egress_credentials_new (
    GuardianEgressResolver *resolver, GuardianEgressTrust *trust,
    void (*send) (CardeaMessage *taken, gpointer user_data), gpointer user_data);
void guardian_egress_credentials_free (GuardianEgressCredentials *credentials);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GuardianEgressCredentials, guardian_egress_credentials_free)

/* Takes what egress.credential says; without a secret: that it follows, why it cannot be had, or
 * that it is to be forgotten. FALSE: it is of no use. */
gboolean guardian_egress_credentials_take (GuardianEgressCredentials *credentials,
                                           CardeaMessage *message);

/* Whether any is bound to that place. */
gboolean guardian_egress_credentials_has (const GuardianEgressCredentials *credentials,
                                          const GuardianEgressName *name, guint16 port);
gboolean guardian_egress_credential_is_bound (const GuardianEgressCredential *credential,
                                              const GuardianEgressName *name, guint16 port);

/* Where a request goes. */
typedef struct {
  GuardianEgressName name;
  guint16 port;
  gboolean tls;
  const char *method; /* of the request; NULL: none goes there yet. Borrowed */
  const GQueue *body; /* GBytes: all of its body; NULL: that is not known. Borrowed */
} GuardianEgressPlace;

/* Waits while a secret for place is on its way, or a token is being got or renewed,
 * GUARDIAN_EGRESS_CREDENTIAL_SECONDS at most; ready is called once, never from inside. 0: there is
 * nothing to wait for, and it is not called. */
typedef void (*GuardianEgressCredentialsReady) (gpointer user_data);
guint guardian_egress_credentials_wait (GuardianEgressCredentials *credentials,
                                        const GuardianEgressPlace *place,
                                        GuardianEgressCredentialsReady ready,
                                        gpointer user_data) G_GNUC_WARN_UNUSED_RESULT;
/* It is not called any more; 0 is ignored. */
void guardian_egress_credentials_forget (GuardianEgressCredentials *credentials, guint wait);

/* Puts secrets in the place of placeholders in headers, and in the query of line (path and query of
 * the request; replaced, the caller's to wipe), and adds own (a name; NULL: none). NULL: it may go
 * out; else why not, as long as nothing is taken. ret_used: what was put in, the caller's; or NULL.
 */
const char *guardian_egress_credentials_apply (const GuardianEgressCredentials *credentials,
                                               const GuardianEgressPlace *place, const char *own,
                                               GPtrArray *headers, char **line,
                                               CardeaSecret **ret_used) G_GNUC_WARN_UNUSED_RESULT;

/* The same in a body (GBytes, all of it when place says so), after that: where the person said so,
 * in forms and JSON. used: what was put in before, or NULL; what is now. *ret_size: of the body
 * that is in the place of the former; unchanged when nothing was exchanged. */
const char *guardian_egress_credentials_apply_body (const GuardianEgressCredentials *credentials,
                                                    const GuardianEgressPlace *place,
                                                    const GPtrArray *headers, GQueue *body,
                                                    CardeaSecret **used,
                                                    gint64 *ret_size) G_GNUC_WARN_UNUSED_RESULT;

/* What a host answered: from now on it may want a nonce in proofs (RFC 9449, 9). */
void guardian_egress_credentials_heard (const GuardianEgressCredentials *credentials,
                                        const GuardianEgressName *name, guint16 port,
                                        const GPtrArray *headers);

/* The name of the one that has exactly this secret, which is not NULL; NULL: none any more. */
const char *guardian_egress_credentials_name (const GuardianEgressCredentials *credentials,
                                              const CardeaSecret *secret);

/* Why an answer with these headers is not passed on: secret was put into its request, and nobody
 * can see whether it comes back. NULL: it is. Static. */
const char *guardian_egress_credential_refusal (const CardeaSecret *secret, const char *method,
                                                const GPtrArray *headers);

/* Whether text holds secret; FALSE for NULL. */
gboolean guardian_egress_credential_is_in (const CardeaSecret *secret, const char *text);
