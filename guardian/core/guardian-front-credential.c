/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts a front end's link for whose command it is. Refuses credentials that could not be stored
 * or recorded, and to take one away from a model that uses it. Secrets pass unread. */

#include "guardian/core/guardian-front.h"

#include "guardian/core/guardian-connection-store.h"
#include "guardian/core/guardian-credential-use.h"
#include "guardian/core/guardian-record.h"
#include "guardian/core/guardian-vault.h"

/* A command that waits for the keys worker. */
typedef struct {
  GuardianLink *link;
  CardeaMessage *message;
  GuardianCredential *credential; /* set */
} Command;

static Command *
command_new (GuardianLink *link, CardeaMessage *message)
{
  Command *command = g_new0 (Command, 1);
  command->link = guardian_link_ref (link);
  command->message = cardea_message_ref (message);
  return command;
}

static void
command_free (Command *command)
{
  guardian_link_unref (command->link);
  cardea_message_unref (command->message);
  guardian_credential_free (command->credential);
  g_free (command);
}

static void
refuse (Command *command, const char *code, const char *reason)
{
  guardian_link_refuse (command->link, command->message, code, reason);
  command_free (command);
}

/* Already refused when FALSE. */
static gboolean
record (GuardianLink *link, const CardeaMessage *message, CardeaJson *resource)
{
  g_autoptr (CardeaJson) owned = resource;
  g_autoptr (GError) error = NULL;

  if (guardian_record_command (link->context->audit, message, link->identity.pid, owned, &error))
    return TRUE;
  g_warning ("the log cannot be written: %s", error->message);
  guardian_link_refuse (link, message, "unavailable", "the log cannot be written");
  return FALSE;
}

/* --- set --- */

static void
kept (CardeaMessage *reply, gpointer user_data)
{
  Command *command = user_data;
  GuardianContext *context = command->link->context;
  const char *reason = NULL;
  const char *code = guardian_vault_problem (reply, &reason);
  g_autoptr (GError) error = NULL;

  if (code != NULL)
    {
      refuse (command, code, reason);
      return;
    }
  g_autofree char *name = g_strdup (command->credential->name);
  if (!guardian_connection_store_put (context->connections, NULL,
                                      g_steal_pointer (&command->credential), &error))
    {
      refuse (command, "unavailable", error->message);
      return;
    }
  guardian_credential_use_changed (context->credentials, name);
  guardian_link_done (command->link, command->message);
  command_free (command);
}

static void
set (GuardianLink *link, CardeaMessage *message)
{
  GuardianContext *context = link->context;
  const char *name = cardea_message_get_string (message, "name");
  g_autoptr (GError) error = NULL;
  g_autoptr (GuardianCredential) credential = guardian_credential_new (
      name, cardea_message_get_json (message, "hosts"),
      cardea_message_get_string (message, "header"), cardea_message_get_string (message, "scheme"),
      cardea_message_get_string (message, "variable"), &error);

  if (credential == NULL)
    {
      guardian_link_refuse (link, message, "malformed", error->message);
      return;
    }
  const GuardianCredential *former
      = guardian_connection_store_credential (context->connections, name);
  if (former != NULL)
    guardian_credential_take_over (credential, former);
  if (!record (link, message, guardian_credential_to_json (credential)))
    return;
  Command *command = command_new (link, message);
  command->credential = g_steal_pointer (&credential);
  if (guardian_vault_keep (context, name, message, kept, command) == 0)
    kept (NULL, command);
}

void
guardian_front_credential_set (GuardianLink *link, CardeaMessage *message)
{
  guardian_front_when_open (link, message, set);
}

/* --- list --- */

static void
list (GuardianLink *link, CardeaMessage *message)
{
  GPtrArray *credentials = guardian_connection_store_credentials (link->context->connections);
  CardeaJson *array = cardea_json_new_array ();

  for (guint i = 0; i < credentials->len; i++)
    cardea_json_append (array, guardian_credential_to_json (credentials->pdata[i]));
  CardeaMessage *reply = cardea_message_new_reply (message, "credential.listed");
  cardea_message_set_json (reply, "credentials", array);
  guardian_link_send (link, reply);
}

void
guardian_front_credential_list (GuardianLink *link, CardeaMessage *message)
{
  guardian_front_when_open (link, message, list);
}

/* --- remove --- */

static void
forgotten (CardeaMessage *reply, gpointer user_data)
{
  Command *command = user_data;
  GuardianContext *context = command->link->context;
  const char *name = cardea_message_get_string (command->message, "name");
  const char *reason = NULL;
  const char *code = guardian_vault_problem (reply, &reason);
  g_autoptr (GError) error = NULL;

  if (code != NULL)
    {
      refuse (command, code, reason);
      return;
    }
  if (!guardian_connection_store_remove (context->connections, NULL, name, &error))
    {
      refuse (command, "unavailable", error->message);
      return;
    }
  guardian_credential_use_changed (context->credentials, name);
  guardian_link_done (command->link, command->message);
  command_free (command);
}

static void
remove_one (GuardianLink *link, CardeaMessage *message)
{
  GuardianContext *context = link->context;
  const char *name = cardea_message_get_string (message, "name");
  const GuardianCredential *credential
      = guardian_connection_store_credential (context->connections, name);
  const GuardianModel *user = guardian_connection_store_user (context->connections, name);

  if (credential == NULL)
    {
      guardian_link_refuse (link, message, "not-found", "there is no such credential");
      return;
    }
  if (user != NULL)
    {
      g_autofree char *reason
          = g_strdup_printf ("the model “%s” uses it: remove that first", user->name);
      guardian_link_refuse (link, message, "malformed", reason);
      return;
    }
  if (!record (link, message, guardian_credential_to_json (credential)))
    return;
  Command *command = command_new (link, message);
  if (guardian_vault_forget (context, name, forgotten, command) == 0)
    forgotten (NULL, command);
}

void
guardian_front_credential_remove (GuardianLink *link, CardeaMessage *message)
{
  guardian_front_when_open (link, message, remove_one);
}
