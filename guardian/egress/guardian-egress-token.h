/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/base/cardea-secret.h"
#include "common/json/cardea-json.h"
#include "guardian/egress/guardian-egress-post.h"
#include "guardian/egress/guardian-egress-proof.h"
#include "guardian/egress/guardian-egress-role.h"

/* Where short-lived tokens come from (objects.md, Token source): OAuth 2.0 client credentials (RFC
 * 6749, 4.4), the client known by Basic authentication (2.3.1), or a refresh token (6) of a person
 * who logged in (guardian-egress-login.h); exchanged for another (RFC 8693) and bound to a key (RFC
 * 9449) where the person said so; taken back by RFC 7009. */
typedef struct _GuardianEgressToken GuardianEgressToken;

#define GUARDIAN_EGRESS_TOKEN_SECONDS 300u      /* that one is good for when nobody says */
#define GUARDIAN_EGRESS_TOKEN_MOST (24u * 3600) /* that it is kept at most */
#define GUARDIAN_EGRESS_TOKEN_ERROR 64u         /* letters of a server's word for what is wrong */

/* poster is borrowed and outlives it. NULL: json is not of its form. */
GuardianEgressToken *guardian_egress_token_new (const CardeaJson *json,
                                                GuardianEgressPoster *poster);
/* What is under way is given up. */
void guardian_egress_token_free (GuardianEgressToken *token);

/* key: what tokens are got with: a client's secret; or a refresh token and, when tokens are bound
 * to a key, a blank and that key (guardian_egress_proof_save()). FALSE: it is none of these. */
gboolean guardian_egress_token_set_key (GuardianEgressToken *token,
                                        CardeaSecret *key) G_GNUC_WARN_UNUSED_RESULT;
gboolean guardian_egress_token_has_key (const GuardianEgressToken *token);

/* access: the callback's, as refresh: what is to be kept in place of the key from now on, as
 * set_key takes it (NULL: it stays); seconds that access is good for. access NULL: problem says why
 * (borrowed). */
typedef void (*GuardianEgressTokenGot) (CardeaSecret *access, CardeaSecret *refresh, guint seconds,
                                        const char *problem, gpointer user_data);
/* One at a time. Called back once, never from inside. */
void guardian_egress_token_get (GuardianEgressToken *token, GuardianEgressTokenGot got,
                                gpointer user_data);
gboolean guardian_egress_token_is_busy (const GuardianEgressToken *token);

/* It is keys of AWS, with which requests are signed; NULL: it is not. */
const GuardianEgressRole *guardian_egress_token_role (const GuardianEgressToken *token);

/* With what the requests prove that the token is theirs; NULL: whoever has it may use it. */
GuardianEgressProof *guardian_egress_token_proof (const GuardianEgressToken *token);

/* Tells the server, where it takes that, that access is not wanted any more. */
void guardian_egress_token_revoke (const GuardianEgressToken *token, const CardeaSecret *access);

/* The answer of a token endpoint (RFC 6749, 5). Its members are the caller's. */
typedef struct {
  CardeaSecret *access;  /* NULL: there is a problem */
  CardeaSecret *refresh; /* NULL: none */
  guint seconds;
  char *error;   /* the server's word for it (5.2, letters and underscores); NULL */
  char *problem; /* a sentence */
} GuardianEgressTokenAnswer;

/* bound: by a proof, and so must the token be. */
void guardian_egress_token_read (guint status, const guint8 *bytes, gsize size, gboolean bound,
                                 GuardianEgressTokenAnswer *ret_answer);
void guardian_egress_token_answer_clear (GuardianEgressTokenAnswer *answer);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (GuardianEgressTokenAnswer, guardian_egress_token_answer_clear)

/* Of a post to url: authorization (taken and wiped; NULL: none) and a proof (NULL: none). */
GPtrArray *guardian_egress_token_headers (char *authorization, const GuardianEgressProof *proof,
                                          const CardeaUrl *url);
/* One line without blanks, of a server's; NULL: it is none, or longer than a secret can be. */
CardeaSecret *guardian_egress_token_take_line (const char *text);
/* A form (RFC 6749, B) of pairs of a name and a value, NULL at the end; a pair without a value is
 * left out. */
GByteArray *guardian_egress_token_form (const char *name, ...) G_GNUC_NULL_TERMINATED;
