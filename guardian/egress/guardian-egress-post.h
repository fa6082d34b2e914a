/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/base/cardea-secret.h"
#include "common/base/cardea-url.h"
#include "common/json/cardea-json.h"
#include "guardian/egress/guardian-egress-fetch.h"

/* A form posted to a server that the person named (a token endpoint), and its short answer. No
 * redirect is followed. */
typedef struct _GuardianEgressPoster GuardianEgressPoster;
typedef struct _GuardianEgressPost GuardianEgressPost;

#define GUARDIAN_EGRESS_POST_ANSWER (64u * 1024u) /* bytes */
#define GUARDIAN_EGRESS_POST_SECONDS 20u          /* without a byte */

/* The address that a source of secrets (credential.source) gives by name; NULL: none that can be.
 */
CardeaUrl *guardian_egress_post_address (const CardeaJson *source, const char *name);
/* A secret as text, for as long as a form is made of it; and away with such a text. */
char *guardian_egress_post_spell (const CardeaSecret *secret);
void guardian_egress_post_wipe (char *taken);

/* resolver and trust are borrowed and outlive it. */
GuardianEgressPoster *guardian_egress_poster_new (GuardianEgressResolver *resolver,
                                                  GuardianEgressTrust *trust);
/* What is under way is given up; nobody is called. */
void guardian_egress_poster_free (GuardianEgressPoster *poster);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GuardianEgressPoster, guardian_egress_poster_free)

/* Borrowed; the bytes are wiped afterwards. */
typedef struct {
  guint status;
  const guint8 *bytes;
  gsize size;
  const char *nonce; /* for the next proof (RFC 9449, 8); NULL */
  const char *why;   /* NULL: there is an answer */
} GuardianEgressPostAnswer;

/* The post is gone. */
typedef void (*GuardianEgressPosted) (const GuardianEgressPostAnswer *answer, gpointer user_data);

/* url: over TLS, or of this computer. headers (GuardianEgressHeader, beside Accept and
 * Content-Type; NULL: none) and form are taken, and wiped; done NULL: nobody waits for what comes
 * of it. Called back once, never from inside. */
GuardianEgressPost *guardian_egress_post_new (GuardianEgressPoster *poster, const CardeaUrl *url,
                                              GPtrArray *headers, GByteArray *form,
                                              GuardianEgressPosted done, gpointer user_data);
/* The same with another method (static), and a body of JSON, which may be empty. */
GuardianEgressPost *guardian_egress_post_new_json (GuardianEgressPoster *poster, const char *method,
                                                   const CardeaUrl *url, GPtrArray *headers,
                                                   GByteArray *body, GuardianEgressPosted done,
                                                   gpointer user_data);
/* It is not called back any more. */
void guardian_egress_post_cancel (GuardianEgressPost *post);
