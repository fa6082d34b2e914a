/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts a front end's link for whose command it is. Refuses credentials that could not be stored
 * or recorded, and to take one away from a model that uses it. Secrets pass unread. */

#include "guardian/core/guardian-front.h"

#include "guardian/core/guardian-connection-store.h"
#include "guardian/core/guardian-credential-use.h"
#include "guardian/core/guardian-front-errand.h"
#include "guardian/core/guardian-vault.h"

/* --- set --- */

static void
kept (CardeaMessage *reply, gpointer user_data)
{
  GuardianFrontErrand *errand = user_data;
  GuardianContext *context = errand->link->context;
  const char *reason = NULL;
  const char *code = guardian_vault_problem (reply, &reason);
  g_autoptr (GError) error = NULL;

  if (code != NULL)
    {
      guardian_front_errand_refuse (errand, code, reason);
      return;
    }
  g_autofree char *name = g_strdup (errand->credential->name);
  if (!guardian_connection_store_put (context->connections, NULL,
                                      g_steal_pointer (&errand->credential), &error))
    {
      guardian_front_errand_refuse (errand, "unavailable", error->message);
      return;
    }
  guardian_credential_use_changed (context->credentials, name);
  guardian_front_errand_done (errand);
}

/* The secret of one that is logged in for comes later; what an earlier one of that name left behind
 * was for another server, perhaps. */
static guint
keep (GuardianContext *context, GuardianFrontErrand *errand, CardeaMessage *message)
{
  const char *name = errand->credential->name;

  return cardea_message_peek_fd (message, "secret") >= 0
             ? guardian_vault_keep (context, name, message, kept, errand)
             : guardian_vault_forget (context, name, kept, errand);
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

  const CardeaJson *token = cardea_message_get_json (message, "token");

  if (credential == NULL
      || (token != NULL && !guardian_credential_set_token (credential, token, &error)))
    {
      guardian_link_refuse (link, message, "malformed", error->message);
      return;
    }
  credential->body = cardea_message_get_boolean (message, "body");
  gboolean logs_in
      = credential->token != NULL && cardea_json_get (credential->token, "device") != NULL;
  if (logs_in == (cardea_message_peek_fd (message, "secret") >= 0))
    {
      guardian_link_refuse (link, message, "malformed",
                            logs_in ? "its secret comes of logging in, and is not given"
                                    : "a credential has a secret");
      return;
    }
  const GuardianCredential *former
      = guardian_connection_store_credential (context->connections, name);
  if (former != NULL)
    guardian_credential_take_over (credential, former);
  GuardianFrontErrand *errand = guardian_front_errand_new (link, message);
  if (!guardian_front_errand_record (errand, guardian_credential_to_json (credential)))
    return;
  errand->credential = g_steal_pointer (&credential);
  if (keep (context, errand, message) == 0)
    kept (NULL, errand);
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
  GuardianFrontErrand *errand = user_data;
  GuardianContext *context = errand->link->context;
  const char *name = cardea_message_get_string (errand->message, "name");
  const char *reason = NULL;
  const char *code = guardian_vault_problem (reply, &reason);
  g_autoptr (GError) error = NULL;

  if (code != NULL)
    {
      guardian_front_errand_refuse (errand, code, reason);
      return;
    }
  if (!guardian_connection_store_remove (context->connections, NULL, name, &error))
    {
      guardian_front_errand_refuse (errand, "unavailable", error->message);
      return;
    }
  guardian_credential_use_changed (context->credentials, name);
  guardian_front_errand_done (errand);
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
  GuardianFrontErrand *errand = guardian_front_errand_new (link, message);
  if (!guardian_front_errand_record (errand, guardian_credential_to_json (credential)))
    return;
  if (guardian_vault_forget (context, name, forgotten, errand) == 0)
    forgotten (NULL, errand);
}

void
guardian_front_credential_remove (GuardianLink *link, CardeaMessage *message)
{
  guardian_front_when_open (link, message, remove_one);
}
