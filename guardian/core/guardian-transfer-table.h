/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/core/guardian-request.h"

/* Answers from the network that are still coming: the agent reads the body from the egress worker's
 * pipe while nothing of it passes the core. How it ended is recorded when the worker says so. */

#define GUARDIAN_TRANSFER_TABLE_LIMIT 512u

GuardianTransferTable *guardian_transfer_table_new (GuardianContext *context);
void guardian_transfer_table_free (GuardianTransferTable *table);

/* FALSE: there are too many already. */
gboolean guardian_transfer_table_has_room (const GuardianTransferTable *table);
/* The answer to request has begun. */
void guardian_transfer_table_add (GuardianTransferTable *table, const GuardianRequest *request);
/* egress.finished: recorded and told to the agent. */
void guardian_transfer_table_finished (GuardianTransferTable *table, const CardeaMessage *message);
/* The agent does not want the rest of what it asked for under that id. */
void guardian_transfer_table_cancel (GuardianTransferTable *table, const GuardianSession *session,
                                     const char *request);
/* What came under a grant that ended is cut. */
void guardian_transfer_table_grant_ended (GuardianTransferTable *table, const char *grant);
void guardian_transfer_table_session_ended (GuardianTransferTable *table,
                                            const GuardianSession *session);
void guardian_transfer_table_worker_died (GuardianTransferTable *table);
