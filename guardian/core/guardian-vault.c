/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts the keys worker. The core never maps or reads a secret's memfd. */

#include "guardian/core/guardian-vault.h"

static guint
call (GuardianContext *context, const char *what, const char *name, CardeaMessage *from,
      GuardianWorkersReply reply, gpointer user_data)
{
  CardeaMessage *message = cardea_message_new (what);
  cardea_message_set_string (message, "name", name);
  if (from != NULL)
    cardea_message_move_fd (message, "secret", from, "secret");
  return guardian_workers_call (context->workers, GUARDIAN_WORKER_KEYS, message,
                                GUARDIAN_VAULT_TIMEOUT_MS, reply, user_data);
}

guint
guardian_vault_keep (GuardianContext *context, const char *name, CardeaMessage *message,
                     GuardianWorkersReply reply, gpointer user_data)
{
  return call (context, "keys.keep", name, message, reply, user_data);
}

guint
guardian_vault_fetch (GuardianContext *context, const char *name, GuardianWorkersReply reply,
                      gpointer user_data)
{
  return call (context, "keys.fetch", name, NULL, reply, user_data);
}

guint
guardian_vault_forget (GuardianContext *context, const char *name, GuardianWorkersReply reply,
                       gpointer user_data)
{
  return call (context, "keys.forget", name, NULL, reply, user_data);
}

const char *
guardian_vault_problem (CardeaMessage *reply, const char **ret_reason)
{
  *ret_reason = "the keys cannot be had at the moment";
  if (reply == NULL)
    return "unavailable";
  if (!cardea_message_is (reply, "refused"))
    return NULL;
  *ret_reason = cardea_message_get_string (reply, "reason");
  return cardea_message_get_string (reply, "code");
}
