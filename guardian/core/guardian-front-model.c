/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts a front end's link for whose command it is. Refuses a key that would travel in the clear,
 * a key for another host than the one it was given for, and what could not be stored or recorded.
 * Keys pass unread. */

#include "guardian/core/guardian-front.h"

#include "guardian/core/guardian-connection-store.h"
#include "guardian/core/guardian-credential-use.h"
#include "guardian/core/guardian-front-errand.h"
#include "guardian/core/guardian-vault.h"

#include <string.h>

#define SETTING "model"

/* --- add --- */

static gboolean
fail (GError **error, GuardianModelError code, const char *what)
{
  g_set_error_literal (error, GUARDIAN_MODEL_ERROR, code, what);
  return FALSE;
}

static gboolean
fail_clear (GError **error)
{
  return fail (error, GUARDIAN_MODEL_ERROR_URL,
               "a key would travel unencrypted: use https, or a model without a key");
}

/* A credential for exactly the model's host, in the header its kind wants. */
static gboolean
make_credential (GuardianFrontErrand *errand, GuardianConnectionStore *store, GError **error)
{
  GuardianModel *model = errand->model;
  gboolean anthropic = model->kind == GUARDIAN_MODEL_ANTHROPIC;
  const GuardianCredential *former = guardian_connection_store_credential (store, model->name);
  g_autoptr (CardeaJson) hosts = cardea_json_new_array ();
  g_autofree char *host = guardian_credential_place (model->host, model->port, model->secure);

  if (former != NULL && g_strcmp0 (former->model, model->name) != 0)
    return fail (error, GUARDIAN_MODEL_ERROR_NAME,
                 "there is a credential of that name already: give the model another name");
  cardea_json_append (hosts, cardea_json_new_string (host));
  errand->credential = guardian_credential_new (model->name, hosts, anthropic ? "x-api-key" : NULL,
                                                anthropic ? "" : NULL, NULL, error);
  if (errand->credential == NULL)
    return FALSE;
  if (former != NULL)
    guardian_credential_take_over (errand->credential, former);
  g_free (errand->credential->model);
  errand->credential->model = g_strdup (model->name);
  return TRUE;
}

/* Which credential the model has from now on, and that it may have it. */
static gboolean
choose_credential (GuardianFrontErrand *errand, GError **error)
{
  GuardianConnectionStore *store = errand->link->context->connections;
  GuardianModel *model = errand->model;
  const GuardianModel *former = guardian_connection_store_model (store, model->name);
  const char *wanted = cardea_message_get_string (errand->message, "credential");
  const char *own = former != NULL ? former->credential : NULL;

  if (cardea_message_peek_fd (errand->message, "secret") >= 0)
    {
      if (!guardian_model_is_private (model))
        return fail_clear (error);
      if (!make_credential (errand, store, error))
        return FALSE;
      wanted = model->name;
    }
  else if (wanted == NULL)
    wanted = own;
  const GuardianCredential *credential = errand->credential != NULL
                                             ? errand->credential
                                             : guardian_connection_store_credential (store, wanted);
  const GuardianCredential *left
      = g_strcmp0 (own, wanted) != 0 ? guardian_connection_store_credential (store, own) : NULL;

  if (left != NULL && g_strcmp0 (left->model, model->name) == 0)
    return fail (error, GUARDIAN_MODEL_ERROR_NAME,
                 "it has a key of its own: remove the model first, then add it");
  if (wanted != NULL && credential == NULL)
    return fail (error, GUARDIAN_MODEL_ERROR_NAME, "there is no such credential");
  if (credential != NULL
      && !guardian_credential_covers (credential, model->host, model->port, model->secure))
    return fail (
        error, GUARDIAN_MODEL_ERROR_URL,
        "its key is for another host: give the key for this one, or remove the model first");
  if (credential != NULL && !guardian_model_is_private (model))
    return fail_clear (error);
  model->credential = g_strdup (wanted);
  return TRUE;
}

static void
put (GuardianFrontErrand *errand)
{
  GuardianContext *context = errand->link->context;
  g_autofree char *changed
      = errand->credential != NULL ? g_strdup (errand->credential->name) : NULL;
  g_autoptr (GError) error = NULL;

  if (!guardian_connection_store_put (context->connections, g_steal_pointer (&errand->model),
                                      g_steal_pointer (&errand->credential), &error))
    {
      guardian_front_errand_refuse (errand, "unavailable", error->message);
      return;
    }
  if (changed != NULL)
    guardian_credential_use_changed (context->credentials, changed);
  guardian_front_errand_done (errand);
}

static void
kept (CardeaMessage *reply, gpointer user_data)
{
  GuardianFrontErrand *errand = user_data;
  const char *reason = NULL;
  const char *code = guardian_vault_problem (reply, &reason);

  if (code != NULL)
    guardian_front_errand_refuse (errand, code, reason);
  else
    put (errand);
}

static void
add (GuardianLink *link, CardeaMessage *message)
{
  GuardianFrontErrand *errand = guardian_front_errand_new (link, message);
  g_autoptr (GError) error = NULL;

  errand->model = guardian_model_new (cardea_message_get_string (message, "name"),
                                      cardea_message_get_string (message, "url"),
                                      cardea_message_get_string (message, "kind"),
                                      cardea_message_get_string (message, "model"), &error);
  if (errand->model == NULL || !choose_credential (errand, &error))
    {
      guardian_front_errand_refuse (errand, "malformed", error->message);
      return;
    }
  const GuardianModel *former
      = guardian_connection_store_model (link->context->connections, errand->model->name);
  if (former != NULL)
    errand->model->created = former->created;
  if (!guardian_front_errand_record (errand, guardian_model_to_json (errand->model)))
    return;
  if (errand->credential == NULL)
    put (errand);
  else if (guardian_vault_keep (link->context, errand->credential->name, message, kept, errand)
           == 0)
    kept (NULL, errand);
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
drop (GuardianFrontErrand *errand, const char *credential)
{
  GuardianContext *context = errand->link->context;
  const char *name = cardea_message_get_string (errand->message, "name");
  g_autoptr (GError) error = NULL;

  /* A default that is gone would refuse every new session. */
  if (strcmp (guardian_settings_get (context->settings, SETTING), name) == 0
      && !guardian_settings_set (context->settings, SETTING, GUARDIAN_MODEL_OFFLINE, &error))
    guardian_front_errand_refuse (errand, "unavailable", error->message);
  else if (!guardian_connection_store_remove (context->connections, name, credential, &error))
    guardian_front_errand_refuse (errand, "unavailable", error->message);
  else
    {
      if (credential != NULL)
        guardian_credential_use_changed (context->credentials, credential);
      guardian_front_errand_done (errand);
    }
}

static void
forgotten (CardeaMessage *reply, gpointer user_data)
{
  GuardianFrontErrand *errand = user_data;
  const char *reason = NULL;
  const char *code = guardian_vault_problem (reply, &reason);

  if (code != NULL)
    guardian_front_errand_refuse (errand, code, reason);
  else
    drop (errand, errand->credential->name);
}

static void
remove_one (GuardianLink *link, CardeaMessage *message)
{
  GuardianConnectionStore *store = link->context->connections;
  const GuardianModel *model
      = guardian_connection_store_model (store, cardea_message_get_string (message, "name"));
  const GuardianCredential *credential
      = model != NULL ? guardian_connection_store_credential (store, model->credential) : NULL;
  GuardianFrontErrand *errand = guardian_front_errand_new (link, message);

  if (model == NULL)
    {
      guardian_front_errand_refuse (errand, "not-found", "there is no such model");
      return;
    }
  if (!guardian_front_errand_record (errand, guardian_model_to_json (model)))
    return;
  if (credential == NULL || g_strcmp0 (credential->model, model->name) != 0)
    {
      drop (errand, NULL);
      return;
    }
  errand->credential = guardian_credential_copy (credential);
  if (guardian_vault_forget (link->context, credential->name, forgotten, errand) == 0)
    forgotten (NULL, errand);
}

void
guardian_front_model_remove (GuardianLink *link, CardeaMessage *message)
{
  guardian_front_when_open (link, message, remove_one);
}
