/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/core/guardian-context.h"

/* What the core asks of the keys worker about secrets for services. A secret goes through the core
 * as a sealed memfd that is never read. The keys must be open.
 *
 * Each returns the call's id for guardian_workers_cancel(), or 0: the worker is down, and reply is
 * never called. reply gets "done", "keys.fetched", "refused" or NULL. */

#define GUARDIAN_VAULT_TIMEOUT_MS 70000u /* a person may have to unlock the keyring */

/* The descriptor "secret" moves out of message. */
guint guardian_vault_keep (GuardianContext *context, const char *name, CardeaMessage *message,
                           GuardianWorkersReply reply, gpointer user_data);
guint guardian_vault_fetch (GuardianContext *context, const char *name, GuardianWorkersReply reply,
                            gpointer user_data);
guint guardian_vault_forget (GuardianContext *context, const char *name, GuardianWorkersReply reply,
                             gpointer user_data);

/* NULL: reply is what was hoped for; else the refusal's code. *ret_reason is borrowed from reply.
 */
const char *guardian_vault_problem (CardeaMessage *reply, const char **ret_reason);
