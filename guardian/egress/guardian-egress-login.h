/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/protocol/cardea-message.h"
#include "guardian/egress/guardian-egress-token.h"

/* A person logs in somewhere else, in a browser of theirs, with a code that is shown to them (RFC
 * 8628, device authorization); what comes of it is a refresh token, for the core (egress.login,
 * egress.logged). */
typedef struct _GuardianEgressLogins GuardianEgressLogins;

#define GUARDIAN_EGRESS_LOGINS 8u           /* at the same time */
#define GUARDIAN_EGRESS_LOGIN_SECONDS 1800u /* that a code is waited for at most */
#define GUARDIAN_EGRESS_LOGIN_INTERVAL 5u   /* seconds, when the server says nothing */
#define GUARDIAN_EGRESS_LOGIN_INTERVAL_MOST 60u

/* poster is borrowed and outlives it. */
GuardianEgressLogins *guardian_egress_logins_new (GuardianEgressPoster *poster,
                                                  void (*send) (CardeaMessage *taken,
                                                                gpointer user_data),
                                                  gpointer user_data);
void guardian_egress_logins_free (GuardianEgressLogins *logins);

/* egress.login: answered with egress.code or refused; egress.logged follows. One of the same name
 * is given up for it. */
void guardian_egress_logins_begin (GuardianEgressLogins *logins, CardeaMessage *request);
/* Nobody waits for it any more. */
void guardian_egress_logins_stop (GuardianEgressLogins *logins, const char *name);

/* The answer of a device authorization endpoint (RFC 8628, 3.2). */
typedef struct {
  CardeaSecret *device; /* device_code; NULL: it is not of its form */
  char *code;           /* what a person types: printable, short */
  char *url;            /* where, in its one form; over TLS, or of this computer */
  char *whole;          /* the same with the code in it; NULL */
  guint seconds;
  guint interval;
} GuardianEgressLoginCode;

void guardian_egress_login_read (const guint8 *bytes, gsize size,
                                 GuardianEgressLoginCode *ret_code);
void guardian_egress_login_code_clear (GuardianEgressLoginCode *code);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (GuardianEgressLoginCode, guardian_egress_login_code_clear)
