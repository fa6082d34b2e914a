/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/core/guardian-link.h"

/* Logins of the person at servers that give tokens (credential.login): the egress worker has the
 * code and waits for the server, the keys worker keeps what comes of it. None of it is read here.
 */

/* guardian-context.h declares GuardianLoginTable. */
GuardianLoginTable *guardian_login_table_new (GuardianContext *context);
void guardian_login_table_free (GuardianLoginTable *table);

/* The front end went: its logins are given up. */
void guardian_login_link_closed (GuardianLoginTable *table, GuardianLink *link);
/* The egress worker went, and with it all of them. */
void guardian_login_worker_down (GuardianLoginTable *table);

/* egress.logged and egress.renewed. */
void guardian_login_logged (GuardianContext *context, CardeaMessage *message);
void guardian_login_renewed (GuardianContext *context, CardeaMessage *message);
