/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts a front end's link for whose command it is, the egress worker for what a server said.
 * Refuses logins that are not recorded, and what comes of one whose credential was removed or set
 * anew meanwhile. Known gap: a refresh token that is good once and could not be kept is lost with
 * the egress worker; the person logs in again. */

#include "guardian/core/guardian-login.h"

#include "guardian/core/guardian-connection-store.h"
#include "guardian/core/guardian-credential-use.h"
#include "guardian/core/guardian-front.h"
#include "guardian/core/guardian-record.h"
#include "guardian/core/guardian-vault.h"

#include <string.h>

#define CALL_TIMEOUT_MS 30000u
#define GONE "nothing is connected to the network"

typedef struct {
  GuardianLoginTable *table;
  GuardianLink *link;
  CardeaMessage *message; /* credential.login */
  char *name;
  CardeaJson *token; /* as it was when it began */
  guint call;        /* of either worker */
} Login;

struct _GuardianLoginTable {
  GuardianContext *context;
  GPtrArray *logins;
};

static void
login_free (gpointer data)
{
  Login *login = data;

  guardian_workers_cancel (login->table->context->workers, login->call);
  guardian_link_unref (login->link);
  cardea_message_unref (login->message);
  cardea_json_unref (login->token);
  g_free (login->name);
  g_free (login);
}

GuardianLoginTable *
guardian_login_table_new (GuardianContext *context)
{
  GuardianLoginTable *table = g_new0 (GuardianLoginTable, 1);

  table->context = context;
  table->logins = g_ptr_array_new_with_free_func (login_free);
  return table;
}

void
guardian_login_table_free (GuardianLoginTable *table)
{
  if (table == NULL)
    return;
  g_ptr_array_unref (table->logins);
  g_free (table);
}

static Login *
find (const GuardianLoginTable *table, const char *name)
{
  for (guint i = 0; i < table->logins->len; i++)
    if (strcmp (((const Login *) table->logins->pdata[i])->name, name) == 0)
      return table->logins->pdata[i];
  return NULL;
}

/* --- its end --- */

static void
record (const Login *login, const char *reason)
{
  g_autoptr (CardeaJson) resource = cardea_json_new_object ();
  g_autoptr (GError) error = NULL;
  GuardianRecord entry
      = GUARDIAN_RECORD_INIT (.type = "outcome", .action = "credential.login",
                              .request = cardea_message_request (login->message),
                              .trace = cardea_message_trace (login->message), .resource = resource,
                              .outcome = reason == NULL ? "done" : "broken", .reason = reason);

  cardea_json_set_string (resource, "credential", login->name);
  cardea_json_set_string (resource, "url", cardea_json_get_string (login->token, "url"));
  if (!guardian_record_append (login->table->context->audit, &entry, GUARDIAN_AUDIT_WRITTEN, NULL,
                               &error))
    g_warning ("a login was not recorded: %s", error->message);
}

/* reason NULL: it is kept. login is gone afterwards. */
static void
finish (Login *login, const char *reason)
{
  CardeaMessage *event = cardea_message_new ("credential.logged");

  cardea_message_set_string (event, "name", login->name);
  cardea_message_set_string (event, "reason", reason);
  record (login, reason);
  guardian_link_send (login->link, event);
  g_ptr_array_remove_fast (login->table->logins, login);
}

static void
give_up (Login *login)
{
  CardeaMessage *event = cardea_message_new ("egress.unlogin");

  cardea_message_set_string (event, "name", login->name);
  guardian_workers_send (login->table->context->workers, GUARDIAN_WORKER_EGRESS, event);
  g_ptr_array_remove_fast (login->table->logins, login);
}

void
guardian_login_link_closed (GuardianLoginTable *table, GuardianLink *link)
{
  for (guint i = table->logins->len; i > 0; i--)
    if (((const Login *) table->logins->pdata[i - 1])->link == link)
      give_up (table->logins->pdata[i - 1]);
}

void
guardian_login_worker_down (GuardianLoginTable *table)
{
  for (guint i = table->logins->len; i > 0; i--)
    {
      Login *login = table->logins->pdata[i - 1];
      if (login->call == 0) /* the others are told by their calls */
        finish (login, GONE);
    }
}

/* --- what came of it --- */

/* It still is what the person logs in for. */
static gboolean
is_same (const Login *login)
{
  const GuardianCredential *credential
      = guardian_connection_store_credential (login->table->context->connections, login->name);
  return credential != NULL && credential->token != NULL
         && cardea_json_equal (credential->token, login->token);
}

static void
kept (CardeaMessage *reply, gpointer user_data)
{
  Login *login = user_data;
  GuardianContext *context = login->table->context;
  const char *reason = NULL;
  const char *code = guardian_vault_problem (reply, &reason);

  login->call = 0;
  if (code == NULL)
    guardian_credential_use_changed (context->credentials, login->name);
  finish (login, code != NULL ? reason : NULL);
}

void
guardian_login_logged (GuardianContext *context, CardeaMessage *message)
{
  Login *login = find (context->logins, cardea_message_get_string (message, "name"));
  const char *problem = cardea_message_get_string (message, "problem");

  if (login == NULL || login->call != 0)
    return;
  if (problem == NULL && cardea_message_peek_fd (message, "secret") < 0)
    problem = "nothing came of it";
  if (problem == NULL && !is_same (login))
    problem = "the credential was changed meanwhile: log in again";
  if (problem != NULL)
    {
      finish (login, problem);
      return;
    }
  login->call = guardian_vault_keep (context, login->name, message, kept, login);
  if (login->call == 0)
    finish (login, "the keys cannot be had at the moment");
}

static void
renewed (CardeaMessage *reply, gpointer user_data)
{
  const char *reason = NULL;

  if (guardian_vault_problem (reply, &reason) != NULL)
    g_warning ("a renewed refresh token is not kept: %s", reason);
}

void
guardian_login_renewed (GuardianContext *context, CardeaMessage *message)
{
  const char *name = cardea_message_get_string (message, "name");
  const GuardianCredential *credential
      = guardian_connection_store_credential (context->connections, name);

  if (credential == NULL || credential->token == NULL
      || cardea_json_get (credential->token, "device") == NULL)
    return;
  if (guardian_vault_keep (context, name, message, renewed, context) == 0)
    g_warning ("a renewed refresh token is not kept: the keys worker is down");
}

/* --- its beginning --- */

static void
coded (CardeaMessage *reply, gpointer user_data)
{
  Login *login = user_data;

  login->call = 0;
  if (reply == NULL || cardea_message_is (reply, "refused"))
    {
      const char *reason = reply != NULL ? cardea_message_get_string (reply, "reason") : GONE;
      record (login, reason);
      guardian_link_refuse (login->link, login->message,
                            reply != NULL ? "unsuitable" : "unavailable", reason);
      g_ptr_array_remove_fast (login->table->logins, login);
      return;
    }
  CardeaMessage *code = cardea_message_new_reply (login->message, "credential.code");
  cardea_message_set_string (code, "code", cardea_message_get_string (reply, "code"));
  cardea_message_set_string (code, "url", cardea_message_get_string (reply, "url"));
  cardea_message_set_string (code, "whole", cardea_message_get_string (reply, "whole"));
  cardea_message_set_int (code, "seconds", cardea_message_get_int (reply, "seconds", 1));
  guardian_link_send (login->link, code);
}

static void
begin (GuardianLink *link, CardeaMessage *message, const GuardianCredential *credential)
{
  GuardianContext *context = link->context;
  Login *login = g_new0 (Login, 1);
  CardeaMessage *request = cardea_message_new ("egress.login");

  login->table = context->logins;
  login->link = guardian_link_ref (link);
  login->message = cardea_message_ref (message);
  login->name = g_strdup (credential->name);
  login->token = cardea_json_ref (credential->token);
  g_ptr_array_add (context->logins->logins, login);
  cardea_message_set_string (request, "name", credential->name);
  cardea_message_set_json (request, "token", cardea_json_ref (credential->token));
  guardian_workers_start (context->workers, GUARDIAN_WORKER_EGRESS);
  login->call = guardian_workers_call (context->workers, GUARDIAN_WORKER_EGRESS, request,
                                       CALL_TIMEOUT_MS, coded, login);
  if (login->call == 0)
    coded (NULL, login);
}

static void
log_in (GuardianLink *link, CardeaMessage *message)
{
  GuardianContext *context = link->context;
  const char *name = cardea_message_get_string (message, "name");
  const GuardianCredential *credential
      = guardian_connection_store_credential (context->connections, name);
  g_autoptr (GError) error = NULL;

  if (credential == NULL)
    {
      guardian_link_refuse (link, message, "not-found", "there is no such credential");
      return;
    }
  if (credential->token == NULL || cardea_json_get (credential->token, "device") == NULL)
    {
      guardian_link_refuse (link, message, "malformed",
                            "nobody logs in for this one: it has a secret of its own");
      return;
    }
  Login *former = find (context->logins, name);
  if (former != NULL && former->link == link && former->call == 0)
    give_up (former); /* the person begins anew */
  else if (former != NULL)
    {
      guardian_link_refuse (link, message, "busy", "somebody is logging in for it already");
      return;
    }
  g_autoptr (CardeaJson) resource = guardian_credential_to_json (credential);
  if (guardian_record_command (context->audit, message, link->identity.pid, resource, &error))
    begin (link, message, credential);
  else
    guardian_link_refuse (link, message, "unavailable", "the log cannot be written");
}

void
guardian_front_credential_login (GuardianLink *link, CardeaMessage *message)
{
  guardian_front_when_open (link, message, log_in);
}
