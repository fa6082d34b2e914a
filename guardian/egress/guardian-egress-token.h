/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/base/cardea-secret.h"
#include "common/json/cardea-json.h"
#include "guardian/egress/guardian-egress-post.h"

/* Where short-lived tokens come from (objects.md, Token source): OAuth 2.0 client credentials (RFC
 * 6749, 4.4), the client known by Basic authentication (2.3.1); taken back by RFC 7009. */
typedef struct _GuardianEgressToken GuardianEgressToken;

#define GUARDIAN_EGRESS_TOKEN_SECONDS 300u      /* that one is good for when nobody says */
#define GUARDIAN_EGRESS_TOKEN_MOST (24u * 3600) /* that it is kept at most */

/* poster is borrowed and outlives it. NULL: json is not of its form. */
GuardianEgressToken *guardian_egress_token_new (const CardeaJson *json,
                                                GuardianEgressPoster *poster);
/* What is under way is given up. */
void guardian_egress_token_free (GuardianEgressToken *token);

/* access: the callback's; seconds that it is good for. NULL: problem says why (borrowed). */
typedef void (*GuardianEgressTokenGot) (CardeaSecret *access, guint seconds, const char *problem,
                                        gpointer user_data);
/* One at a time. key: the client's secret. Called back once, never from inside. */
void guardian_egress_token_get (GuardianEgressToken *token, const CardeaSecret *key,
                                GuardianEgressTokenGot got, gpointer user_data);
gboolean guardian_egress_token_is_busy (const GuardianEgressToken *token);

/* Tells the server, where it takes that, that access is not wanted any more. */
void guardian_egress_token_revoke (const GuardianEgressToken *token, const CardeaSecret *key,
                                   const CardeaSecret *access);

/* The answer of a token endpoint (RFC 6749, 5). NULL with ret_problem, the caller's. */
CardeaSecret *guardian_egress_token_read (guint status, const guint8 *bytes, gsize size,
                                          guint *ret_seconds,
                                          char **ret_problem) G_GNUC_WARN_UNUSED_RESULT;
