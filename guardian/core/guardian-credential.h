/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/json/cardea-json.h"

#include <glib.h>

/* What is known about a secret for a service without knowing it: to which hosts it is added, and
 * how. The secret itself rests with the keys worker under the same name. Written as
 * common/protocol/objects.md says. */

#define GUARDIAN_CREDENTIAL_NAME_LIMIT 64u
#define GUARDIAN_CREDENTIAL_HOSTS_LIMIT 64u
#define GUARDIAN_CREDENTIAL_HEADER_LIMIT 64u
#define GUARDIAN_CREDENTIAL_SCHEME_LIMIT 32u
#define GUARDIAN_CREDENTIAL_PLACEHOLDER_ID 20 /* bytes of randomness */

typedef enum {
  GUARDIAN_CREDENTIAL_ERROR_NAME,
  GUARDIAN_CREDENTIAL_ERROR_HOST,
  GUARDIAN_CREDENTIAL_ERROR_HEADER,
  GUARDIAN_CREDENTIAL_ERROR_VARIABLE,
  GUARDIAN_CREDENTIAL_ERROR_TOKEN,
} GuardianCredentialError;

#define GUARDIAN_CREDENTIAL_ERROR (guardian_credential_error_quark ())
GQuark guardian_credential_error_quark (void);

typedef struct {
  char *name;
  char **hosts;      /* guardian_credential_place() of each; at least one */
  char *header;      /* its name */
  char *scheme;      /* stands before the secret in it; NULL: nothing does */
  char *variable;    /* of the environment, where programs look for it; NULL */
  char *placeholder; /* worth nothing; exchanged for the secret on the way out */
  gboolean body;     /* in bodies of requests, too */
  CardeaJson *token; /* objects.md, Token source; NULL: the secret itself goes out */
  char *model;       /* the model it came with and goes with; NULL: none */
  gint64 created;    /* wall clock, microseconds */
  gint64 last_used;  /* 0: never */
} GuardianCredential;

/* Names of credentials and models: letters, digits and ._:- , beginning with a letter or a digit.
 */
gboolean guardian_credential_is_name (const char *name);

/* hosts: an array of "host" (port 443), "host:port" and, of this computer, "http://host[:port]", of
 * a person. header and scheme NULL: what the first host is known to want, else Authorization with
 * Bearer; scheme "": none. variable NULL: the one that programs are known to read for that host,
 * "": none. Each error says what to do. */
GuardianCredential *guardian_credential_new (const char *name, const CardeaJson *hosts,
                                             const char *header, const char *scheme,
                                             const char *variable,
                                             GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* token: of a person; the secret is a client's then. */
gboolean guardian_credential_set_token (GuardianCredential *credential, const CardeaJson *token,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;
GuardianCredential *guardian_credential_copy (const GuardianCredential *credential);
/* What stays when a credential is set anew: programs may have its placeholder already. */
void guardian_credential_take_over (GuardianCredential *credential,
                                    const GuardianCredential *former);
void guardian_credential_free (GuardianCredential *credential);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GuardianCredential, guardian_credential_free)

/* host in its canonical form. Another port, or http in place of https, is another place. */
gboolean guardian_credential_covers (const GuardianCredential *credential, const char *host,
                                     guint port, gboolean secure);
/* host:port, with http:// before it when it is not secure; the caller owns it. */
char *guardian_credential_place (const char *host, guint port, gboolean secure);

CardeaJson *guardian_credential_to_json (const GuardianCredential *credential);
/* NULL when anything is missing or not of its form: stored ones are refused whole. */
GuardianCredential *guardian_credential_from_json (const CardeaJson *json)
    G_GNUC_WARN_UNUSED_RESULT;
