/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/core/guardian-front.h"

#include "guardian/core/guardian-keyring.h"

/* Grants, models and credentials can be read only when the keys are open: commands about them open
 * them first, like the first session does. */
typedef struct {
  GuardianLink *link;
  CardeaMessage *message;
  GuardianFrontCommand go_on;
} Command;

static void
keys_opened (const char *code, const char *reason, gpointer user_data)
{
  Command *command = user_data;
  if (code != NULL)
    guardian_link_refuse (command->link, command->message, code, reason);
  else
    command->go_on (command->link, command->message);
  guardian_link_unref (command->link);
  cardea_message_unref (command->message);
  g_free (command);
}

void
guardian_front_when_open (GuardianLink *link, CardeaMessage *message, GuardianFrontCommand go_on)
{
  Command *command = g_new0 (Command, 1);
  command->link = guardian_link_ref (link);
  command->message = cardea_message_ref (message);
  command->go_on = go_on;
  guardian_keyring_open (link->context->keyring, keys_opened, command);
}
