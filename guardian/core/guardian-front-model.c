/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts a front end's link for whose command it is. Refuses a key that would travel in the clear,
 * a key for another host than the one it was given for, and what could not be stored or recorded.
 * Keys pass unread. */

#include "guardian/core/guardian-front.h"

#include "guardian/core/guardian-connection-store.h"
#include "guardian/core/guardian-credential-use.h"
#include "guardian/core/guardian-record.h"
#include "guardian/core/guardian-vault.h"

#include "common/base/cardea-host.h"

#include <string.h>

#define SETTING "model"

/* A command that waits for the keys worker. */
typedef struct {
  GuardianLink *link;
  CardeaMessage *message;
  GuardianModel *model; /* add */
  GuardianCredential *credential;
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
  guardian_model_free (command->model);
  guardian_credential_free (command->credential);
  g_free (command);
}

static void
refuse (Command *command, const char *code, const char *reason)
{
  guardian_link_refuse (command->link, command->message, code, reason);
  command_free (command);
}

static void
done (Command *command)
{
  guardian_link_done (command->link, command->message);
  command_free (command);
}

/* FALSE: it has been refused. */
static gboolean
record (Command *command, const GuardianModel *model)
{
  GuardianLink *link = command->link;
  g_autoptr (CardeaJson) resource = guardian_model_to_json (model);
  g_autoptr (GError) error = NULL;

  if (guardian_record_command (link->context->audit, command->message, link->identity.pid, resource,
                               &error))
    return TRUE;
  g_warning ("the log cannot be written: %s", error->message);
  refuse (command, "unavailable", "the log cannot be written");
  return FALSE;
}

/* --- add --- */

static gboolean
fail (GError **error, GuardianModelError code, const char *what)
{
  g_set_error_literal (error, GUARDIAN_MODEL_ERROR, code, what);
  return FALSE;
}

/* A credential for exactly the model's host, in the header its kind wants. */
static gboolean
make_credential (Command *command, GuardianConnectionStore *store, GError **error)
{
  GuardianModel *model = command->model;
  gboolean anthropic = model->kind == GUARDIAN_MODEL_ANTHROPIC;
  const GuardianCredential *former = guardian_connection_store_credential (store, model->name);
  g_autoptr (CardeaJson) hosts = cardea_json_new_array ();
  g_autofree char *host = cardea_host_format (model->host, model->port);

  if (former != NULL && g_strcmp0 (former->model, model->name) != 0)
    return fail (error, GUARDIAN_MODEL_ERROR_NAME,
                 "there is a credential of that name already: give the model another name");
  cardea_json_append (hosts, cardea_json_new_string (host));
  command->credential = guardian_credential_new (model->name, hosts, anthropic ? "x-api-key" : NULL,
                                                 anthropic ? "" : NULL, NULL, error);
  if (command->credential == NULL)
    return FALSE;
  if (former != NULL)
    guardian_credential_take_over (command->credential, former);
  g_free (command->credential->model);
  command->credential->model = g_strdup (model->name);
  return TRUE;
}

/* Which credential the model has from now on, and that it may have it. */
static gboolean
choose_credential (Command *command, GError **error)
{
  GuardianConnectionStore *store = command->link->context->connections;
  GuardianModel *model = command->model;
  const GuardianModel *former = guardian_connection_store_model (store, model->name);
  const char *wanted = cardea_message_get_string (command->message, "credential");
  const char *own = former != NULL ? former->credential : NULL;

  if (cardea_message_peek_fd (command->message, "secret") >= 0)
    {
      if (!make_credential (command, store, error))
        return FALSE;
      wanted = model->name;
    }
  else if (wanted == NULL)
    wanted = own;
  const GuardianCredential *credential = command->credential != NULL
                                             ? command->credential
                                             : guardian_connection_store_credential (store, wanted);
  const GuardianCredential *left
      = g_strcmp0 (own, wanted) != 0 ? guardian_connection_store_credential (store, own) : NULL;

  if (left != NULL && g_strcmp0 (left->model, model->name) == 0)
    return fail (error, GUARDIAN_MODEL_ERROR_NAME,
                 "it has a key of its own: remove the model first, then add it");
  if (wanted != NULL && credential == NULL)
    return fail (error, GUARDIAN_MODEL_ERROR_NAME, "there is no such credential");
  if (credential != NULL && !guardian_credential_covers (credential, model->host, model->port))
    return fail (
        error, GUARDIAN_MODEL_ERROR_URL,
        "its key is for another host: give the key for this one, or remove the model first");
  if (credential != NULL && !guardian_model_is_private (model))
    return fail (error, GUARDIAN_MODEL_ERROR_URL,
                 "a key would travel unencrypted: use https, or a model without a key");
  model->credential = g_strdup (wanted);
  return TRUE;
}

static void
put (Command *command)
{
  GuardianContext *context = command->link->context;
  g_autofree char *changed
      = command->credential != NULL ? g_strdup (command->credential->name) : NULL;
  g_autoptr (GError) error = NULL;

  if (!guardian_connection_store_put (context->connections, g_steal_pointer (&command->model),
                                      g_steal_pointer (&command->credential), &error))
    {
      refuse (command, "unavailable", error->message);
      return;
    }
  if (changed != NULL)
    guardian_credential_use_changed (context->credentials, changed);
  done (command);
}

static void
kept (CardeaMessage *reply, gpointer user_data)
{
  Command *command = user_data;
  const char *reason = NULL;
  const char *code = guardian_vault_problem (reply, &reason);

  if (code != NULL)
    refuse (command, code, reason);
  else
    put (command);
}

static void
add (GuardianLink *link, CardeaMessage *message)
{
  Command *command = command_new (link, message);
  g_autoptr (GError) error = NULL;

  command->model = guardian_model_new (cardea_message_get_string (message, "name"),
                                       cardea_message_get_string (message, "url"),
                                       cardea_message_get_string (message, "kind"),
                                       cardea_message_get_string (message, "model"), &error);
  if (command->model == NULL || !choose_credential (command, &error))
    {
      refuse (command, "malformed", error->message);
      return;
    }
  const GuardianModel *former
      = guardian_connection_store_model (link->context->connections, command->model->name);
  if (former != NULL)
    command->model->created = former->created;
  if (!record (command, command->model))
    return;
  if (command->credential == NULL)
    put (command);
  else if (guardian_vault_keep (link->context, command->credential->name, message, kept, command)
           == 0)
    kept (NULL, command);
}

void
guardian_front_model_add (GuardianLink *link, CardeaMessage *message)
{
  guardian_front_when_open (link, message, add);
}

/* --- list --- */

static void
list (GuardianLink *link, CardeaMessage *message)
{
  GPtrArray *models = guardian_connection_store_models (link->context->connections);
  CardeaJson *array = cardea_json_new_array ();

  for (guint i = 0; i < models->len; i++)
    cardea_json_append (array, guardian_model_to_json (models->pdata[i]));
  CardeaMessage *reply = cardea_message_new_reply (message, "model.listed");
  cardea_message_set_json (reply, "models", array);
  cardea_message_set_string (reply, "default",
                             guardian_settings_get (link->context->settings, SETTING));
  guardian_link_send (link, reply);
}

void
guardian_front_model_list (GuardianLink *link, CardeaMessage *message)
{
  guardian_front_when_open (link, message, list);
}

/* --- remove --- */

static void
drop (Command *command, const char *credential)
{
  GuardianContext *context = command->link->context;
  const char *name = cardea_message_get_string (command->message, "name");
  g_autoptr (GError) error = NULL;

  /* A default that is gone would refuse every new session. */
  if (strcmp (guardian_settings_get (context->settings, SETTING), name) == 0
      && !guardian_settings_set (context->settings, SETTING, GUARDIAN_MODEL_OFFLINE, &error))
    refuse (command, "unavailable", error->message);
  else if (!guardian_connection_store_remove (context->connections, name, credential, &error))
    refuse (command, "unavailable", error->message);
  else
    {
      if (credential != NULL)
        guardian_credential_use_changed (context->credentials, credential);
      done (command);
    }
}

static void
forgotten (CardeaMessage *reply, gpointer user_data)
{
  Command *command = user_data;
  const char *reason = NULL;
  const char *code = guardian_vault_problem (reply, &reason);

  if (code != NULL)
    refuse (command, code, reason);
  else
    drop (command, command->credential->name);
}

static void
remove_one (GuardianLink *link, CardeaMessage *message)
{
  GuardianConnectionStore *store = link->context->connections;
  const GuardianModel *model
      = guardian_connection_store_model (store, cardea_message_get_string (message, "name"));
  const GuardianCredential *credential
      = model != NULL ? guardian_connection_store_credential (store, model->credential) : NULL;
  Command *command = command_new (link, message);

  if (model == NULL)
    {
      refuse (command, "not-found", "there is no such model");
      return;
    }
  if (!record (command, model))
    return;
  if (credential == NULL || g_strcmp0 (credential->model, model->name) != 0)
    {
      drop (command, NULL);
      return;
    }
  command->credential = guardian_credential_copy (credential);
  if (guardian_vault_forget (link->context, credential->name, forgotten, command) == 0)
    forgotten (NULL, command);
}

void
guardian_front_model_remove (GuardianLink *link, CardeaMessage *message)
{
  guardian_front_when_open (link, message, remove_one);
}
