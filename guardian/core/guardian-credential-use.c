/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts the person for where a secret may go (the hosts it was bound to), the keys worker for the
 * secret, the egress worker for adding it there and nowhere else. Refuses a credential that was
 * removed, even while it was on its way. Known gap: the egress worker keeps what it has in memory
 * until it is told to forget it or ends. */

#include "guardian/core/guardian-credential-use.h"

#include "common/base/cardea-host.h"
#include "guardian/core/guardian-record.h"
#include "guardian/core/guardian-session-table.h"
#include "guardian/core/guardian-vault.h"

#include <string.h>

#define CALL_TIMEOUT_MS 10000u
#define PLACEHOLDERS_LIMIT 32u /* what launch.run takes */
#define UNAVAILABLE "unavailable"
#define GONE "nothing is connected to the network"

/* What the egress worker holds under one name. */
typedef enum {
  STATE_FETCHING, /* the keys worker is asked */
  STATE_GIVING,   /* the egress worker is told */
  STATE_HELD,
} State;

typedef struct {
  GuardianCredentialUse *use;
  char *name;
  State state;
  gboolean again; /* it was changed meanwhile */
  guint call;
} Entry;

typedef struct {
  char *name; /* NULL: all of them */
  GuardianCredentialReady ready;
  gpointer user_data;
  gboolean settled;
  char *code; /* NULL: the worker has it */
  char *reason;
} Waiter;

struct _GuardianCredentialUse {
  GuardianContext *context;
  GHashTable *entries; /* name -> Entry */
  GPtrArray *waiters;
  guint tell_source;
};

static void fetch (Entry *entry);

static void
entry_free (gpointer data)
{
  Entry *entry = data;
  guardian_workers_cancel (entry->use->context->workers, entry->call);
  g_free (entry->name);
  g_free (entry);
}

static void
waiter_free (gpointer data)
{
  Waiter *waiter = data;
  g_free (waiter->name);
  g_free (waiter->code);
  g_free (waiter->reason);
  g_free (waiter);
}

GuardianCredentialUse *
guardian_credential_use_new (GuardianContext *context)
{
  GuardianCredentialUse *use = g_new0 (GuardianCredentialUse, 1);
  use->context = context;
  use->entries = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, entry_free);
  use->waiters = g_ptr_array_new_with_free_func (waiter_free);
  return use;
}

void
guardian_credential_use_free (GuardianCredentialUse *use)
{
  if (use == NULL)
    return;
  g_clear_handle_id (&use->tell_source, g_source_remove);
  g_ptr_array_unref (use->waiters);
  g_hash_table_unref (use->entries);
  g_free (use);
}

const GuardianCredential *
guardian_credential_use_find (GuardianCredentialUse *use, const GuardianDestination *to)
{
  gboolean secure = g_strcmp0 (to->scheme, "https") == 0;
  GPtrArray *all = guardian_connection_store_credentials (use->context->connections);
  for (guint i = 0; i < all->len; i++)
    if (guardian_credential_covers (all->pdata[i], to->host, to->port, secure))
      return all->pdata[i];
  return NULL;
}

gboolean
guardian_credential_use_holds (GuardianCredentialUse *use, const char *name)
{
  const Entry *entry = g_hash_table_lookup (use->entries, name);
  return entry != NULL && entry->state == STATE_HELD;
}

/* --- those who wait --- */

static gboolean
deliver_cb (gpointer user_data)
{
  GuardianCredentialUse *use = user_data;
  g_autoptr (GPtrArray) settled = g_ptr_array_new_with_free_func (waiter_free);

  use->tell_source = 0;
  for (guint i = use->waiters->len; i > 0; i--)
    if (((Waiter *) use->waiters->pdata[i - 1])->settled)
      g_ptr_array_insert (settled, 0, g_ptr_array_steal_index (use->waiters, i - 1));
  for (guint i = 0; i < settled->len; i++)
    {
      const Waiter *waiter = settled->pdata[i];
      waiter->ready (waiter->code, waiter->reason, waiter->user_data);
    }
  return G_SOURCE_REMOVE;
}

/* Nothing is on its way any more that waiter waits for. */
static gboolean
is_settled (GuardianCredentialUse *use, const Waiter *waiter)
{
  GHashTableIter iter;
  gpointer value;

  if (waiter->name != NULL)
    {
      const Entry *entry = g_hash_table_lookup (use->entries, waiter->name);
      return entry == NULL || entry->state == STATE_HELD;
    }
  g_hash_table_iter_init (&iter, use->entries);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (((Entry *) value)->state != STATE_HELD)
      return FALSE;
  return TRUE;
}

/* Tells those whose wait is over, later. code, reason: why an entry is not there (any more). */
static void
settle (GuardianCredentialUse *use, const char *code, const char *reason)
{
  for (guint i = 0; i < use->waiters->len; i++)
    {
      Waiter *waiter = use->waiters->pdata[i];
      if (waiter->settled || !is_settled (use, waiter))
        continue;
      waiter->settled = TRUE;
      if (waiter->name != NULL && !g_hash_table_contains (use->entries, waiter->name))
        {
          waiter->code = g_strdup (code);
          waiter->reason = g_strdup (reason);
        }
      if (use->tell_source == 0)
        use->tell_source = g_idle_add_full (G_PRIORITY_DEFAULT, deliver_cb, use, NULL);
    }
}

static void
wait_for (GuardianCredentialUse *use, const char *name, GuardianCredentialReady ready,
          gpointer user_data)
{
  Waiter *waiter = g_new0 (Waiter, 1);
  waiter->name = g_strdup (name);
  waiter->ready = ready;
  waiter->user_data = user_data;
  g_ptr_array_add (use->waiters, waiter);
}

void
guardian_credential_use_forget (GuardianCredentialUse *use, gpointer user_data)
{
  for (guint i = use->waiters->len; i > 0; i--)
    if (((Waiter *) use->waiters->pdata[i - 1])->user_data == user_data)
      g_ptr_array_remove_index (use->waiters, i - 1);
}

/* --- from keys to egress --- */

static CardeaMessage *
compose (const GuardianCredential *credential)
{
  CardeaMessage *message = cardea_message_new ("egress.credential");
  CardeaJson *hosts = cardea_json_new_array ();

  for (char **host = credential->hosts; *host != NULL; host++)
    cardea_json_append (hosts, cardea_json_new_string (*host));
  cardea_message_set_string (message, "name", credential->name);
  cardea_message_set_json (message, "hosts", hosts);
  cardea_message_set_string (message, "header", credential->header);
  cardea_message_set_string (message, "scheme", credential->scheme);
  cardea_message_set_string (message, "placeholder", credential->placeholder);
  if (credential->body)
    cardea_message_set_boolean (message, "body", TRUE);
  if (credential->token != NULL)
    cardea_message_set_json (message, "token", cardea_json_ref (credential->token));
  return message;
}

static void
announced (CardeaMessage *reply, gpointer user_data)
{
  if (reply == NULL || !cardea_message_is (reply, "done"))
    g_warning ("the egress worker was not told of a credential");
}

/* The egress worker knows what is bound to which host before the secret is there: requests wait for
 * it, or are refused with problem. Never a placeholder in its place. */
static void
announce (GuardianCredentialUse *use, const char *name, const char *problem)
{
  const GuardianCredential *credential
      = guardian_connection_store_credential (use->context->connections, name);

  if (credential == NULL)
    return;
  CardeaMessage *message = compose (credential);
  if (problem != NULL)
    cardea_message_set_string (message, "problem", problem);
  else
    cardea_message_set_boolean (message, "awaited", TRUE);
  guardian_workers_call (use->context->workers, GUARDIAN_WORKER_EGRESS, message, CALL_TIMEOUT_MS,
                         announced, use);
}

static void
fail (Entry *entry, const char *code, const char *reason)
{
  GuardianCredentialUse *use = entry->use;
  g_autofree char *name = g_strdup (entry->name);
  g_autofree char *text = g_strdup_printf ("the credential “%s” cannot be used: %s", name, reason);

  g_warning ("%s", text);
  announce (use, name, text);
  g_hash_table_remove (use->entries, name);
  settle (use, code, text);
}

static void
told (CardeaMessage *reply, gpointer user_data)
{
  Entry *entry = user_data;
  const char *reason = NULL;
  const char *code = guardian_vault_problem (reply, &reason);

  entry->call = 0;
  if (code != NULL)
    {
      fail (entry, code, reply != NULL ? reason : GONE);
      return;
    }
  entry->state = STATE_HELD;
  if (entry->again)
    fetch (entry);
  else
    settle (entry->use, UNAVAILABLE, GONE);
}

static void
fetched (CardeaMessage *reply, gpointer user_data)
{
  Entry *entry = user_data;
  GuardianContext *context = entry->use->context;
  const GuardianCredential *credential
      = guardian_connection_store_credential (context->connections, entry->name);
  const char *reason = NULL;
  const char *code = guardian_vault_problem (reply, &reason);

  entry->call = 0;
  if (code == NULL && credential == NULL)
    {
      code = "not-found";
      reason = "it was removed";
    }
  if (code != NULL && credential != NULL && credential->token != NULL
      && cardea_json_get (credential->token, "device") != NULL)
    reason = "log in first (cardeactl credential login)";
  if (code != NULL)
    {
      fail (entry, code, reason);
      return;
    }
  CardeaMessage *message = compose (credential);
  cardea_message_move_fd (message, "secret", reply, "secret");
  entry->state = STATE_GIVING;
  guardian_workers_start (context->workers, GUARDIAN_WORKER_EGRESS);
  entry->call = guardian_workers_call (context->workers, GUARDIAN_WORKER_EGRESS, message,
                                       CALL_TIMEOUT_MS, told, entry);
  if (entry->call == 0)
    told (NULL, entry);
}

static void
fetch (Entry *entry)
{
  entry->again = FALSE;
  entry->state = STATE_FETCHING;
  entry->call = guardian_vault_fetch (entry->use->context, entry->name, fetched, entry);
  if (entry->call == 0)
    fetched (NULL, entry);
}

static void
begin (GuardianCredentialUse *use, const char *name)
{
  if (g_hash_table_contains (use->entries, name))
    return;
  Entry *entry = g_new0 (Entry, 1);
  entry->use = use;
  entry->name = g_strdup (name);
  g_hash_table_insert (use->entries, entry->name, entry);
  guardian_workers_start (use->context->workers, GUARDIAN_WORKER_EGRESS);
  announce (use, name, NULL);
  fetch (entry);
}

void
guardian_credential_use_load (GuardianCredentialUse *use, const char *name,
                              GuardianCredentialReady ready, gpointer user_data)
{
  wait_for (use, name, ready, user_data);
  begin (use, name);
  settle (use, UNAVAILABLE, GONE);
}

void
guardian_credential_use_load_all (GuardianCredentialUse *use, GuardianCredentialReady ready,
                                  gpointer user_data)
{
  GPtrArray *all = guardian_connection_store_credentials (use->context->connections);

  for (guint i = 0; i < all->len; i++)
    begin (use, ((GuardianCredential *) all->pdata[i])->name);
  wait_for (use, NULL, ready, user_data);
  settle (use, UNAVAILABLE, GONE);
}

static void
add_variable (CardeaJson *list, const char *name, const char *value)
{
  g_autofree char *text = g_strdup_printf ("%s=%s", name, value);

  if (cardea_json_size (list) < PLACEHOLDERS_LIMIT)
    cardea_json_append (list, cardea_json_new_string (text));
}

/* What programs for AWS look for: with the placeholder they make signatures that are worth nothing.
 */
static void
add_aws (CardeaJson *list, const GuardianCredential *credential)
{
  add_variable (list, "AWS_ACCESS_KEY_ID", credential->placeholder);
  add_variable (list, "AWS_SECRET_ACCESS_KEY", credential->placeholder);
  add_variable (list, "AWS_REGION", cardea_json_get_string (credential->token, "region"));
}

CardeaJson *
guardian_credential_use_placeholders (GuardianCredentialUse *use)
{
  GPtrArray *all = guardian_connection_store_credentials (use->context->connections);
  CardeaJson *list = cardea_json_new_array ();

  for (guint i = 0; i < all->len; i++)
    {
      const GuardianCredential *credential = all->pdata[i];
      if (credential->token != NULL && cardea_json_get (credential->token, "aws") != NULL)
        add_aws (list, credential);
      else if (credential->variable != NULL)
        add_variable (list, credential->variable, credential->placeholder);
    }
  return list;
}

/* --- taking it back --- */

static void
forgotten (CardeaMessage *reply, gpointer user_data)
{
  if (reply == NULL || !cardea_message_is (reply, "done"))
    g_warning ("the egress worker did not say that it forgot a credential");
}

/* Without a secret: the rest of the row says nothing. */
static void
take_back (GuardianCredentialUse *use, const char *name)
{
  CardeaMessage *message = cardea_message_new ("egress.credential");
  cardea_message_set_string (message, "name", name);
  cardea_message_set_json (message, "hosts", cardea_json_new_array ());
  cardea_message_set_string (message, "header", "none");
  guardian_workers_call (use->context->workers, GUARDIAN_WORKER_EGRESS, message, CALL_TIMEOUT_MS,
                         forgotten, use);
}

void
guardian_credential_use_changed (GuardianCredentialUse *use, const char *name)
{
  Entry *entry = g_hash_table_lookup (use->entries, name);

  if (guardian_connection_store_credential (use->context->connections, name) == NULL)
    {
      g_hash_table_remove (use->entries, name);
      take_back (use, name);
      settle (use, "not-found", "the credential was removed");
    }
  else if (entry == NULL)
    {
      if (guardian_session_table_alive (use->context->sessions) > 0)
        begin (use, name);
    }
  else if (entry->state == STATE_HELD)
    fetch (entry);
  else
    entry->again = TRUE;
}

void
guardian_credential_use_worker_down (GuardianCredentialUse *use)
{
  g_hash_table_remove_all (use->entries);
  settle (use, UNAVAILABLE, GONE);
}

void
guardian_credential_use_rest (GuardianCredentialUse *use)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, use->entries);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const Entry *entry = value;
      if (entry->state != STATE_HELD)
        continue;
      take_back (use, entry->name);
      g_hash_table_iter_remove (&iter);
    }
}

/* --- the record --- */

void
guardian_credential_use_got_token (GuardianContext *context, CardeaMessage *message)
{
  const char *name = cardea_message_get_string (message, "name");
  const char *problem = cardea_message_get_string (message, "problem");
  const GuardianCredential *credential
      = guardian_connection_store_credential (context->connections, name);
  g_autoptr (CardeaJson) resource = cardea_json_new_object ();
  g_autoptr (CardeaJson) facts = cardea_json_new_object ();
  g_autoptr (GError) error = NULL;

  cardea_json_set_string (resource, "credential", name);
  if (credential != NULL && credential->token != NULL)
    cardea_json_set_string (resource, "url", cardea_json_get_string (credential->token, "url"));
  cardea_json_set_int (facts, "seconds", cardea_message_get_int (message, "seconds", 0));
  GuardianRecord record
      = GUARDIAN_RECORD_INIT (.type = "outcome", .action = "credential.use", .resource = resource,
                              .facts = facts, .outcome = problem == NULL ? "done" : "broken",
                              .reason = problem);
  if (!guardian_record_append (context->audit, &record, GUARDIAN_AUDIT_WRITTEN, NULL, &error))
    g_warning ("a token was not recorded: %s", error->message);
}

gboolean
guardian_credential_use_record (GuardianCredentialUse *use, GuardianSession *session,
                                const char *name, const char *host, guint port,
                                const CardeaMessage *message)
{
  GuardianContext *context = use->context;
  g_autofree char *where = cardea_host_format (host, port);
  g_autofree char *key = g_strconcat ("credential\n", name, "\n", where, NULL);
  g_autoptr (CardeaJson) resource = cardea_json_new_object ();
  g_autoptr (GError) error = NULL;

  guardian_connection_store_used (context->connections, NULL, name);
  if (session != NULL && g_hash_table_contains (session->recorded, key))
    return TRUE;
  cardea_json_set_string (resource, "credential", name);
  cardea_json_set_string (resource, "host", host);
  cardea_json_set_int (resource, "port", port);
  GuardianRecord record
      = GUARDIAN_RECORD_INIT (.type = "decision", .session = session != NULL ? session->id : NULL,
                              .request = cardea_message_request (message),
                              .trace = cardea_message_trace (message),
                              .agent = session != NULL ? guardian_session_agent (session) : NULL,
                              .sandbox = session != NULL ? session->sandbox : NULL,
                              .action = "credential.use", .effect = "allow", .policy = "bound",
                              .resource = resource,
                              .revision = guardian_policy_revision (context->policy),
                              .reason = "the person bound it to this host");
  if (!guardian_record_append (context->audit, &record, GUARDIAN_AUDIT_WRITTEN, NULL, &error))
    {
      g_warning ("the log cannot be written: %s", error->message);
      return FALSE;
    }
  if (session != NULL && g_hash_table_size (session->recorded) < GUARDIAN_SESSION_RECORDED_LIMIT)
    g_hash_table_add (session->recorded, g_steal_pointer (&key));
  return TRUE;
}
