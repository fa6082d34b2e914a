/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/egress/guardian-egress-credential.h"
#include "guardian/egress/guardian-egress-sign.h"
#include "guardian/egress/guardian-egress-token.h"

/* What guardian-egress-credential.c, which keeps them, and -fit.c, which puts them into a request,
 * share. */

typedef struct {
  char *host;
  guint port; /* 0: every */
  gboolean below;
  gboolean plain; /* http was named: without TLS */
} GuardianEgressCredentialPlace;

struct _GuardianEgressCredential {
  GPtrArray *places;
  char *header;
  char *scheme;
  char *placeholder;
  CardeaSecret *secret; /* that goes out; NULL: it follows, or there is a problem */
  char *problem;        /* why it cannot be had */
  gboolean in_body;     /* its placeholder is exchanged in bodies, too */
  /* Of one whose secret is a token that is got for it: */
  GuardianEgressCredentials *credentials;
  char *name;
  GuardianEgressToken *token; /* NULL: it is not */
  gint64 until_us;            /* the token is good, or is not tried for again */
};

struct _GuardianEgressCredentials {
  GHashTable *all; /* name → GuardianEgressCredential */
  GPtrArray *waiters;
  guint next;
  GuardianEgressPoster *poster;
  void (*send) (CardeaMessage *taken, gpointer user_data);
  gpointer user_data;
};

/* Over TLS, or without it where http was named. */
gboolean guardian_egress_credential_may_go (const GuardianEgressCredential *credential,
                                            const GuardianEgressPlace *where);
/* Whatever the scheme. */
gboolean guardian_egress_credential_is_at (const GuardianEgressCredentialPlace *place,
                                           const GuardianEgressName *name, guint16 port);
