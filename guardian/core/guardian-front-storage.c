/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts a front end's link: what the key encrypts is the front end's own, and every program of
 * this user could read it before it was encrypted. Refuses a key while the master key cannot be
 * had. The key goes through the core without being read. */

#include "guardian/core/guardian-front.h"

#include "guardian/core/guardian-keyring.h"

typedef struct {
  GuardianLink *link;
  CardeaMessage *message;
} Command;

static void
command_free (Command *command)
{
  guardian_link_unref (command->link);
  cardea_message_unref (command->message);
  g_free (command);
}

static void
derived (CardeaMessage *reply, gpointer user_data)
{
  Command *command = user_data;

  if (reply == NULL || !cardea_message_is (reply, "keys.derived"))
    guardian_link_refuse (command->link, command->message, "unavailable",
                          "the keys cannot be had at the moment");
  else
    {
      CardeaMessage *answer = cardea_message_new_reply (command->message, "storage.opened");
      cardea_message_move_fd (answer, "key", reply, "key");
      cardea_message_set_boolean (answer, "sealed",
                                  guardian_keyring_sealed (command->link->context->keyring));
      guardian_link_send (command->link, answer);
    }
  command_free (command);
}

static void
keys_opened (const char *code, const char *reason, gpointer user_data)
{
  Command *command = user_data;
  const char *purpose = cardea_message_get_string (command->message, "purpose");

  if (code != NULL)
    {
      guardian_link_refuse (command->link, command->message, code, reason);
      command_free (command);
      return;
    }
  if (guardian_keyring_derive (command->link->context->keyring, purpose, derived, command) == 0)
    derived (NULL, command);
}

void
guardian_front_storage_key (GuardianLink *link, CardeaMessage *message)
{
  Command *command = g_new0 (Command, 1);
  command->link = guardian_link_ref (link);
  command->message = cardea_message_ref (message);
  guardian_keyring_open (link->context->keyring, keys_opened, command);
}
