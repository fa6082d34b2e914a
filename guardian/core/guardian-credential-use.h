/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/core/guardian-connection-store.h"
#include "guardian/core/guardian-destination.h"
#include "guardian/core/guardian-session.h"

/* Which credentials the egress worker holds: it gets one when something goes out to a host that the
 * credential is bound to, and forgets all when no session is left. Secrets go from the keys worker
 * to the egress worker as they are; the core never reads one. */

/* guardian-context.h declares GuardianCredentialUse. */
GuardianCredentialUse *guardian_credential_use_new (GuardianContext *context);
void guardian_credential_use_free (GuardianCredentialUse *use);

/* The one bound to that scheme, host and port; of several the one that was set first. NULL: none.
 * Borrowed. The keys must be open. */
const GuardianCredential *guardian_credential_use_find (GuardianCredentialUse *use,
                                                        const GuardianDestination *to);

/* The egress worker has it now. */
gboolean guardian_credential_use_holds (GuardianCredentialUse *use, const char *name);

/* Called once, never from inside. code NULL: the egress worker has it; else a refusal's code with a
 * reason (locked, altered, gone, no such worker). */
typedef void (*GuardianCredentialReady) (const char *code, const char *reason, gpointer user_data);
void guardian_credential_use_load (GuardianCredentialUse *use, const char *name,
                                   GuardianCredentialReady ready, gpointer user_data);
/* Of every credential there is; one that cannot be had is left out, with a warning: what a program
 * sends there goes out with its worthless placeholder. */
void guardian_credential_use_load_all (GuardianCredentialUse *use, GuardianCredentialReady ready,
                                       gpointer user_data);
/* Callbacks with this user_data are dropped. */
void guardian_credential_use_forget (GuardianCredentialUse *use, gpointer user_data);

/* NAME=PLACEHOLDER of every credential that programs look for in a variable, the first 32; the
 * caller owns it. */
CardeaJson *guardian_credential_use_placeholders (GuardianCredentialUse *use);

/* It was set anew, or there is none of that name any more: what the worker holds follows. */
void guardian_credential_use_changed (GuardianCredentialUse *use, const char *name);
/* The egress worker is gone, and with it all it held. */
void guardian_credential_use_worker_down (GuardianCredentialUse *use);
/* No session needs any: the worker forgets them. */
void guardian_credential_use_rest (GuardianCredentialUse *use);

/* egress.token: that it was got, or was not, for which credential and where, goes into the record.
 */
void guardian_credential_use_got_token (GuardianContext *context, CardeaMessage *message);

/* Records that name was sent to host: once a session and host. session may be NULL: the person's
 * own test. FALSE: it could not be recorded, and must not be used. */
gboolean guardian_credential_use_record (GuardianCredentialUse *use, GuardianSession *session,
                                         const char *name, const char *host, guint port,
                                         const CardeaMessage *message);
