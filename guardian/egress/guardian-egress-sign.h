/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/base/cardea-secret.h"
#include "guardian/egress/guardian-egress-fetch.h"

/* AWS Signature Version 4 (AWS General Reference, "Signing AWS API requests"): a request that a
 * program signed with a worthless key is signed anew, with the person's. */

#define GUARDIAN_EGRESS_SIGN_UNSIGNED "UNSIGNED-PAYLOAD"
#define GUARDIAN_EGRESS_SIGN_SCHEME "AWS4-HMAC-SHA256"

/* What the keys that sign are in one secret: ID, a blank, the key, and for temporary ones another
 * blank and the session's token. Borrowed from it, not ended by NUL. */
typedef struct {
  const char *id;
  gsize id_size;
  const char *key;
  gsize key_size;
  const char *token; /* NULL: there is none */
  gsize token_size;
} GuardianEgressSignKeys;

/* FALSE: it is not of that form. */
gboolean guardian_egress_sign_split (const CardeaSecret *secret,
                                     GuardianEgressSignKeys *ret_keys) G_GNUC_WARN_UNUSED_RESULT;

/* What a program's own header Authorization says, as far as it is kept to. */
typedef struct {
  char *id;
  char *region;
  char *service;
  char **headers; /* that it signed, in small letters */
} GuardianEgressSignClaim;

/* value: untrusted. FALSE: it is no such header, or one with anything odd in it. */
gboolean guardian_egress_sign_read (const char *value,
                                    GuardianEgressSignClaim *ret_claim) G_GNUC_WARN_UNUSED_RESULT;
void guardian_egress_sign_claim_clear (GuardianEgressSignClaim *claim);

typedef struct {
  const char *method;
  const char *host; /* as the header Host has it */
  const char *line; /* path and query, as they go out */
  const char *region;
  const char *service;
  const char *payload; /* its SHA-256 in hex, or GUARDIAN_EGRESS_SIGN_UNSIGNED and its kin */
  char **signs;        /* headers to be signed where they are there, in small letters; beside Host
                        * and every x-amz- one */
  gint64 time;         /* seconds since 1970 */
} GuardianEgressSignWhat;

/* Sets X-Amz-Date, X-Amz-Security-Token and Authorization among headers (GuardianEgressHeader), in
 * the place of what is there. FALSE: OpenSSL cannot. */
gboolean guardian_egress_sign (const GuardianEgressSignKeys *keys,
                               const GuardianEgressSignWhat *what,
                               GPtrArray *headers) G_GNUC_WARN_UNUSED_RESULT;

/* Hex, lower case, of these bytes; the caller owns it. */
char *guardian_egress_sign_hash (const void *bytes, gsize size);
