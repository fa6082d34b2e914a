/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts the keys worker. Refuses to go on with another key than the one a log was begun with: the
 * worker is told that a log exists, and the log checks the verifier key itself. */

#include "guardian/core/guardian-keyring.h"

#include "common/base/cardea-autofd.h"
#include "common/protocol/cardea-tls.h"
#include "guardian/core/guardian-badge-table.h"
#include "guardian/core/guardian-connection-store.h"
#include "guardian/core/guardian-effects.h"
#include "guardian/core/guardian-grant-review.h"
#include "guardian/core/guardian-grant-store.h"
#include "guardian/core/guardian-undo.h"

#include <fcntl.h>
#include <unistd.h>

#define CALL_TIMEOUT_MS 10000u
#define OPEN_TIMEOUT_MS 55000u /* a person may have to unlock the keyring */
#define KEY_SIZE 32u

typedef struct {
  void (*ready) (gboolean ok, gpointer user_data); /* or */
  void (*opened) (const char *code, const char *reason, gpointer user_data);
  gpointer user_data;
} Waiter;

struct _GuardianKeyring {
  GuardianContext *context;
  CardeaKey *key;
  GBytes *authority;
  CardeaTls *tls;
  GArray *ready_waiters;
  GArray *open_waiters;
  GuardianKeyringState state;
  char *store;
  char *vkey;
  char *reason;
  gboolean sealed;
  gboolean was_open; /* to be opened again after the worker was replaced */
  int secret;
  guint tell_source;
};

GuardianKeyring *
guardian_keyring_new (GuardianContext *context)
{
  GuardianKeyring *keyring = g_new0 (GuardianKeyring, 1);
  keyring->context = context;
  keyring->secret = -1;
  keyring->ready_waiters = g_array_new (FALSE, FALSE, sizeof (Waiter));
  keyring->open_waiters = g_array_new (FALSE, FALSE, sizeof (Waiter));
  return keyring;
}

static void
forget_authority (GuardianKeyring *keyring)
{
  g_clear_pointer (&keyring->tls, cardea_tls_unref);
  g_clear_pointer (&keyring->authority, g_bytes_unref);
  g_clear_pointer (&keyring->key, cardea_key_free);
}

void
guardian_keyring_free (GuardianKeyring *keyring)
{
  if (keyring == NULL)
    return;
  g_clear_handle_id (&keyring->tell_source, g_source_remove);
  forget_authority (keyring);
  g_array_unref (keyring->ready_waiters);
  g_array_unref (keyring->open_waiters);
  cardea_fd_clear (&keyring->secret);
  g_free (keyring->store);
  g_free (keyring->vkey);
  g_free (keyring->reason);
  g_free (keyring);
}

/* --- the authority of this run --- */

static void
tell_ready (GuardianKeyring *keyring, gboolean ok)
{
  g_autoptr (GArray) waiters = keyring->ready_waiters;
  keyring->ready_waiters = g_array_new (FALSE, FALSE, sizeof (Waiter));
  for (guint i = 0; i < waiters->len; i++)
    {
      const Waiter *waiter = &g_array_index (waiters, Waiter, i);
      waiter->ready (ok, waiter->user_data);
    }
}

static void
authority_failed (GuardianKeyring *keyring, const char *what)
{
  g_warning ("no authority for links: %s", what);
  forget_authority (keyring);
  tell_ready (keyring, FALSE);
}

static GBytes *
take_certificate (CardeaMessage *reply)
{
  return reply != NULL && cardea_message_is (reply, "keys.certified")
             ? cardea_message_get_bytes (reply, "certificate")
             : NULL;
}

static void
certified (CardeaMessage *reply, gpointer user_data)
{
  GuardianKeyring *keyring = user_data;
  g_autoptr (GBytes) certificate = take_certificate (reply);
  g_autoptr (GError) error = NULL;

  if (certificate != NULL)
    keyring->tls = cardea_tls_new (keyring->key, certificate, keyring->authority, &error);
  if (keyring->tls == NULL)
    authority_failed (keyring, error != NULL ? error->message : "no certificate");
  else
    tell_ready (keyring, TRUE);
}

static void
got_authority (CardeaMessage *reply, gpointer user_data)
{
  GuardianKeyring *keyring = user_data;
  g_autoptr (GError) error = NULL;

  forget_authority (keyring);
  keyring->authority = take_certificate (reply);
  keyring->key = keyring->authority != NULL ? cardea_key_new (&error) : NULL;
  g_autoptr (GBytes) spki = keyring->key != NULL ? cardea_key_spki (keyring->key, &error) : NULL;
  if (spki == NULL)
    {
      authority_failed (keyring, error != NULL ? error->message : "the keys worker has none");
      return;
    }
  gsize size = 0;
  const guint8 *bytes = g_bytes_get_data (spki, &size);
  CardeaMessage *message = cardea_message_new ("keys.certify");
  cardea_message_set_bytes (message, "spki", bytes, size);
  cardea_message_set_string (message, "role", "guardian");
  cardea_message_set_string (message, "name", "guardian");
  if (guardian_workers_call (keyring->context->workers, GUARDIAN_WORKER_KEYS, message,
                             CALL_TIMEOUT_MS, certified, keyring)
      == 0)
    authority_failed (keyring, "the keys worker is down");
}

void
guardian_keyring_when_ready (GuardianKeyring *keyring, GuardianKeyringReady ready,
                             gpointer user_data)
{
  Waiter waiter = { .ready = ready, .user_data = user_data };
  g_array_append_val (keyring->ready_waiters, waiter);
}

static void
forget_in (GArray *waiters, gpointer user_data)
{
  for (guint i = waiters->len; i > 0; i--)
    if (g_array_index (waiters, Waiter, i - 1).user_data == user_data)
      g_array_remove_index (waiters, i - 1);
}

void
guardian_keyring_forget (GuardianKeyring *keyring, gpointer user_data)
{
  forget_in (keyring->ready_waiters, user_data);
  forget_in (keyring->open_waiters, user_data);
}

CardeaTls *
guardian_keyring_tls (GuardianKeyring *keyring)
{
  return keyring->tls;
}

GBytes *
guardian_keyring_authority (GuardianKeyring *keyring)
{
  return keyring->authority;
}

/* --- the log's keys --- */

static void
tell_opened (GuardianKeyring *keyring, const char *code)
{
  g_autoptr (GArray) waiters = keyring->open_waiters;
  g_autofree char *reason = g_strdup (keyring->reason);

  keyring->open_waiters = g_array_new (FALSE, FALSE, sizeof (Waiter));
  for (guint i = 0; i < waiters->len; i++)
    {
      const Waiter *waiter = &g_array_index (waiters, Waiter, i);
      waiter->opened (code, reason, waiter->user_data);
    }
}

static void
open_failed (GuardianKeyring *keyring, const char *code, const char *reason)
{
  keyring->state = GUARDIAN_KEYRING_LOCKED;
  g_free (keyring->reason);
  keyring->reason = g_strdup (reason);
  tell_opened (keyring, code);
}

/* 32 bytes from a sealed memfd; NULL when there are not exactly those. */
static CardeaSecret *
take_key (CardeaMessage *reply)
{
  cardea_autofd int fd = reply != NULL && cardea_message_is (reply, "keys.derived")
                             ? cardea_message_take_fd (reply, "key")
                             : -1;
  g_autoptr (CardeaSecret) key = fd >= 0 ? cardea_secret_new (KEY_SIZE) : NULL;

  if (key == NULL || lseek (fd, 0, SEEK_END) != KEY_SIZE
      || pread (fd, cardea_secret_writable (key), KEY_SIZE, 0) != KEY_SIZE)
    return NULL;
  return g_steal_pointer (&key);
}

guint
guardian_keyring_derive (GuardianKeyring *keyring, const char *purpose, GuardianWorkersReply reply,
                         gpointer user_data)
{
  CardeaMessage *message = cardea_message_new ("keys.derive");
  cardea_message_set_string (message, "purpose", purpose);
  cardea_message_set_string (message, "context", purpose);
  return guardian_workers_call (keyring->context->workers, GUARDIAN_WORKER_KEYS, message,
                                CALL_TIMEOUT_MS, reply, user_data);
}

static void
derive (GuardianKeyring *keyring, const char *purpose, GuardianWorkersReply reply)
{
  if (guardian_keyring_derive (keyring, purpose, reply, keyring) == 0)
    open_failed (keyring, "unavailable", "the keys cannot be had at the moment");
}

static void
got_settings_key (CardeaMessage *reply, gpointer user_data)
{
  GuardianKeyring *keyring = user_data;
  CardeaSecret *key = take_key (reply);
  g_autoptr (GError) error = NULL;

  if (key == NULL)
    open_failed (keyring, "unavailable", "the key of the stored models cannot be had");
  else if (!guardian_connection_store_open (keyring->context->connections, key, &error))
    open_failed (keyring, "unavailable", error->message);
  else
    {
      keyring->state = GUARDIAN_KEYRING_OPEN;
      keyring->was_open = TRUE;
      g_clear_pointer (&keyring->reason, g_free);
      guardian_effects_recover (keyring->context);
      guardian_grant_review (keyring->context);
      guardian_undo_keys_opened (keyring->context->undo);
      tell_opened (keyring, NULL);
    }
}

static void
got_grants_key (CardeaMessage *reply, gpointer user_data)
{
  GuardianKeyring *keyring = user_data;
  CardeaSecret *key = take_key (reply);
  g_autoptr (GError) error = NULL;

  if (key == NULL)
    open_failed (keyring, "unavailable", "the key of the stored grants cannot be had");
  else if (!guardian_grant_store_open (keyring->context->grant_store, key, &error))
    open_failed (keyring, "unavailable", error->message);
  else
    derive (keyring, "settings", got_settings_key);
}

static void
got_detail_key (CardeaMessage *reply, gpointer user_data)
{
  GuardianKeyring *keyring = user_data;
  GuardianAudit *audit = keyring->context->audit;
  g_autoptr (CardeaSecret) key = take_key (reply);
  g_autoptr (GError) error = NULL;

  if (key == NULL)
    open_failed (keyring, "unavailable", "the log's key cannot be had");
  else if (!guardian_audit_has_keys (audit)
           && (!guardian_audit_set_keys (audit, keyring->vkey, cardea_secret_bytes (key), &error)
               || !guardian_audit_set_store (audit, keyring->store, &error)))
    open_failed (keyring, "unavailable", error->message);
  else
    derive (keyring, "grants", got_grants_key);
}

static void
take_badge_key (GuardianKeyring *keyring, CardeaMessage *reply)
{
  g_autoptr (GBytes) key = cardea_message_get_bytes (reply, "badge_key");

  if (key != NULL && g_bytes_get_size (key) == GUARDIAN_BADGE_KEY_SIZE)
    guardian_badge_table_set_key (keyring->context->badges, g_bytes_get_data (key, NULL));
}

static void
keys_opened (CardeaMessage *reply, gpointer user_data)
{
  GuardianKeyring *keyring = user_data;

  if (reply == NULL)
    {
      open_failed (keyring, "unavailable", "the keys cannot be had at the moment");
      return;
    }
  if (cardea_message_is (reply, "refused"))
    {
      open_failed (keyring, cardea_message_get_string (reply, "code"),
                   cardea_message_get_string (reply, "reason"));
      return;
    }
  g_free (keyring->store);
  keyring->store = g_strdup (cardea_message_get_string (reply, "store"));
  g_free (keyring->vkey);
  keyring->vkey = g_strdup (cardea_message_get_string (reply, "vkey"));
  keyring->sealed = cardea_message_get_boolean (reply, "sealed");
  take_badge_key (keyring, reply);
  derive (keyring, "audit-detail", got_detail_key);
}

/* The store of an existing log, else the person's setting, else the worker's own choice. */
static void
begin_opening (GuardianKeyring *keyring)
{
  GuardianContext *context = keyring->context;
  const char *setting = guardian_settings_get (context->settings, "keys.store");
  const char *store = keyring->store;
  CardeaMessage *message = cardea_message_new ("keys.open");

  keyring->state = GUARDIAN_KEYRING_OPENING;
  if (store == NULL)
    guardian_audit_begun (context->audit, &store);
  cardea_message_set_boolean (message, "begun", store != NULL);
  if (store != NULL || g_strcmp0 (setting, "auto") != 0)
    cardea_message_set_string (message, "store", store != NULL ? store : setting);
  if (keyring->secret >= 0)
    cardea_message_set_fd (message, "secret", fcntl (keyring->secret, F_DUPFD_CLOEXEC, 0));
  if (guardian_workers_call (context->workers, GUARDIAN_WORKER_KEYS, message, OPEN_TIMEOUT_MS,
                             keys_opened, keyring)
      == 0)
    open_failed (keyring, "unavailable", "the keys cannot be had at the moment");
}

static gboolean
tell_later (gpointer user_data)
{
  GuardianKeyring *keyring = user_data;
  keyring->tell_source = 0;
  if (keyring->state == GUARDIAN_KEYRING_OPEN)
    tell_opened (keyring, NULL);
  else if (keyring->state != GUARDIAN_KEYRING_OPENING)
    begin_opening (keyring);
  return G_SOURCE_REMOVE;
}

void
guardian_keyring_open (GuardianKeyring *keyring, GuardianKeyringOpened opened, gpointer user_data)
{
  Waiter waiter = { .opened = opened, .user_data = user_data };
  g_array_append_val (keyring->open_waiters, waiter);
  if (keyring->state != GUARDIAN_KEYRING_OPENING && keyring->tell_source == 0)
    keyring->tell_source = g_idle_add_full (G_PRIORITY_DEFAULT, tell_later, keyring, NULL);
}

void
guardian_keyring_set_secret (GuardianKeyring *keyring, int secret)
{
  cardea_fd_clear (&keyring->secret);
  keyring->secret = secret;
}

/* --- the worker --- */

void
guardian_keyring_worker_up (GuardianKeyring *keyring)
{
  if (guardian_workers_call (keyring->context->workers, GUARDIAN_WORKER_KEYS,
                             cardea_message_new ("keys.authority"), CALL_TIMEOUT_MS, got_authority,
                             keyring)
      == 0)
    authority_failed (keyring, "the keys worker is down");
  if (keyring->was_open && keyring->state != GUARDIAN_KEYRING_OPENING)
    begin_opening (keyring);
}

void
guardian_keyring_worker_down (GuardianKeyring *keyring)
{
  forget_authority (keyring);
  if (keyring->state == GUARDIAN_KEYRING_OPEN)
    keyring->state = GUARDIAN_KEYRING_CLOSED;
}

/* --- signing --- */

typedef struct {
  GuardianAudit *audit;
  GBytes *text;
} Signing;

static void
got_signature (CardeaMessage *reply, gpointer user_data)
{
  g_autofree Signing *signing = user_data;
  g_autoptr (GBytes) text = signing->text;
  g_autoptr (GBytes) signature = reply != NULL && cardea_message_is (reply, "keys.signed")
                                     ? cardea_message_get_bytes (reply, "signature")
                                     : NULL;
  gboolean good = signature != NULL && g_bytes_get_size (signature) == 64;
  guardian_audit_signed (signing->audit, text, good ? g_bytes_get_data (signature, NULL) : NULL);
}

void
guardian_keyring_sign (GuardianKeyring *keyring, GBytes *note_text)
{
  gsize size = 0;
  const guint8 *bytes = g_bytes_get_data (note_text, &size);
  CardeaMessage *message = cardea_message_new ("keys.sign");
  Signing *signing = g_new0 (Signing, 1);

  cardea_message_set_string (message, "purpose", "log");
  cardea_message_set_bytes (message, "data", bytes, size);
  signing->audit = keyring->context->audit;
  signing->text = g_bytes_ref (note_text);
  if (guardian_workers_call (keyring->context->workers, GUARDIAN_WORKER_KEYS, message,
                             CALL_TIMEOUT_MS, got_signature, signing)
      == 0)
    got_signature (NULL, signing);
}

GuardianKeyringState
guardian_keyring_state (const GuardianKeyring *keyring)
{
  return keyring->state;
}

const char *
guardian_keyring_store (const GuardianKeyring *keyring)
{
  return keyring->store;
}

const char *
guardian_keyring_reason (const GuardianKeyring *keyring)
{
  return keyring->reason;
}

gboolean
guardian_keyring_sealed (const GuardianKeyring *keyring)
{
  return keyring->sealed;
}
