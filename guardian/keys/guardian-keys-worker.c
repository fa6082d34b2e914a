/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: the core, for what it wants certified, signed and derived. Refuses: everything that needs
 * the master key while it is not open. Private keys have no way out: signatures, certificates and
 * derived keys do, and a secret for a service to the core, which passes it to the egress worker. */

#include "guardian/keys/guardian-keys-worker.h"

#include "common/base/cardea-autofd.h"
#include "common/protocol/cardea-descriptor.h"
#include "guardian/keys/guardian-keys-error.h"
#include "guardian/keys/guardian-keys-vault.h"
#include "guardian/privsep/guardian-worker.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#define LIMIT_PASSPHRASE 1024

struct _GuardianKeysWorker {
  CardeaAuthority *authority;
  GuardianKeysOpener *opener;
  GuardianKeysVault *vault;
  CardeaChannel *channel; /* borrowed while the link is up */
};

/* A request that waits for its answer. */
typedef struct {
  GuardianKeysWorker *worker;
  CardeaMessage *request;
} Call;

static void
send (GuardianKeysWorker *worker, CardeaMessage *message)
{
  guardian_worker_send (worker->channel, message);
}

static void
refuse (GuardianKeysWorker *worker, const CardeaMessage *request, const GError *error)
{
  const char *code
      = error->domain == CARDEA_CRYPTO_ERROR ? "malformed" : guardian_keys_error_code (error);
  g_autoptr (CardeaMessage) reply = cardea_message_new_refusal (request, code, error->message);
  send (worker, reply);
}

static Call *
call_new (GuardianKeysWorker *worker, CardeaMessage *request)
{
  Call *call = g_new0 (Call, 1);
  call->worker = worker;
  call->request = cardea_message_ref (request);
  return call;
}

static void
call_free (Call *call)
{
  cardea_message_unref (call->request);
  g_free (call);
}

/* --- certificates --- */

static void
send_certificate (GuardianKeysWorker *worker, const CardeaMessage *request, GBytes *certificate)
{
  gsize size = 0;
  const guint8 *bytes = g_bytes_get_data (certificate, &size);
  g_autoptr (CardeaMessage) reply = cardea_message_new_reply (request, "keys.certified");
  cardea_message_set_bytes (reply, "certificate", bytes, size);
  send (worker, reply);
}

static gboolean
answer_authority (GuardianKeysWorker *worker, CardeaMessage *request, GError **error)
{
  g_autoptr (GBytes) certificate = cardea_authority_certificate (worker->authority);
  send_certificate (worker, request, certificate);
  return TRUE;
}

static gboolean
answer_certify (GuardianKeysWorker *worker, CardeaMessage *request, GError **error)
{
  g_autoptr (GBytes) spki = cardea_message_get_bytes (request, "spki");
  gsize size = 0;
  const void *bytes = g_bytes_get_data (spki, &size);
  g_autoptr (GBytes) certificate = cardea_authority_issue (
      worker->authority, bytes, size, cardea_message_get_string (request, "role"),
      cardea_message_get_string (request, "name"), error);
  if (certificate == NULL)
    return FALSE;
  send_certificate (worker, request, certificate);
  return TRUE;
}

/* --- the master key --- */

static void
opened_cb (const GError *error, gpointer user_data)
{
  Call *call = user_data;
  GuardianKeysWorker *worker = call->worker;
  if (error != NULL)
    refuse (worker, call->request, error);
  else
    {
      GuardianKeysStore store = guardian_keys_opener_store (worker->opener);
      const GuardianKeysSigner *signer = guardian_keys_opener_signer (worker->opener);
      g_autoptr (CardeaMessage) reply = cardea_message_new_reply (call->request, "keys.opened");
      cardea_message_set_string (reply, "store", guardian_keys_store_name (store));
      cardea_message_set_boolean (reply, "sealed", store != GUARDIAN_KEYS_STORE_FILE);
      cardea_message_set_string (reply, "vkey", guardian_keys_signer_vkey (signer));
      cardea_message_set_bytes (reply, "badge_key", guardian_keys_signer_badge_key (signer),
                                GUARDIAN_KEYS_PUBLIC_SIZE);
      send (worker, reply);
    }
  call_free (call);
}

/* The memfd "secret", of 1 to limit bytes; NULL: of another size. */
static CardeaSecret *
read_secret (CardeaMessage *request, gsize limit)
{
  struct stat st;
  cardea_autofd int fd = cardea_message_take_fd (request, "secret");
  g_autoptr (CardeaSecret) secret = NULL;

  if (fd >= 0 && fstat (fd, &st) == 0 && st.st_size > 0 && (gsize) st.st_size <= limit)
    secret = cardea_secret_new (st.st_size);
  if (secret == NULL || pread (fd, cardea_secret_writable (secret), st.st_size, 0) != st.st_size)
    return NULL;
  return g_steal_pointer (&secret);
}

static gboolean
answer_open (GuardianKeysWorker *worker, CardeaMessage *request, GError **error)
{
  gboolean given = cardea_message_peek_fd (request, "secret") >= 0;
  g_autoptr (CardeaSecret) passphrase = given ? read_secret (request, LIMIT_PASSPHRASE) : NULL;
  if (given && passphrase == NULL)
    {
      g_set_error (error, GUARDIAN_KEYS_ERROR, GUARDIAN_KEYS_ERROR_WRONG,
                   "a passphrase has 1 to %d bytes", LIMIT_PASSPHRASE);
      return FALSE;
    }
  guardian_keys_opener_open (
      worker->opener, guardian_keys_store_parse (cardea_message_get_string (request, "store")),
      cardea_message_get_boolean (request, "begun"), passphrase, opened_cb,
      call_new (worker, request));
  return TRUE;
}

static gboolean
check_open (GuardianKeysWorker *worker, GError **error)
{
  if (guardian_keys_opener_master (worker->opener) != NULL)
    return TRUE;
  g_set_error_literal (error, GUARDIAN_KEYS_ERROR, GUARDIAN_KEYS_ERROR_LOCKED,
                       "the keys have not been opened yet");
  return FALSE;
}

static gboolean
answer_sign (GuardianKeysWorker *worker, CardeaMessage *request, GError **error)
{
  guint8 signature[GUARDIAN_KEYS_SIGNATURE_SIZE];
  if (!check_open (worker, error))
    return FALSE;
  g_autoptr (GBytes) data = cardea_message_get_bytes (request, "data");
  gsize size = 0;
  const guint8 *bytes = g_bytes_get_data (data, &size);
  const GuardianKeysSigner *signer = guardian_keys_opener_signer (worker->opener);
  if (g_strcmp0 (cardea_message_get_string (request, "purpose"), "badge") == 0)
    guardian_keys_signer_sign_badge (signer, bytes, size, signature);
  else
    guardian_keys_signer_sign (signer, bytes, size, signature);
  g_autoptr (CardeaMessage) reply = cardea_message_new_reply (request, "keys.signed");
  cardea_message_set_bytes (reply, "signature", signature, sizeof signature);
  send (worker, reply);
  return TRUE;
}

/* The receiver reads it once and closes it; nothing else holds its pages. */
static gboolean
hand_over (GuardianKeysWorker *worker, const CardeaMessage *request, const char *answer,
           const char *field, const CardeaSecret *secret, GError **error)
{
  int fd = cardea_descriptor_new_memfd ("cardea-key", cardea_secret_bytes (secret),
                                        cardea_secret_size (secret));
  if (fd < 0)
    {
      g_set_error (error, GUARDIAN_KEYS_ERROR, GUARDIAN_KEYS_ERROR_FAILED,
                   "the key could not be handed over: %s", g_strerror (errno));
      return FALSE;
    }
  g_autoptr (CardeaMessage) reply = cardea_message_new_reply (request, answer);
  cardea_message_set_fd (reply, field, fd);
  send (worker, reply);
  return TRUE;
}

static gboolean
answer_derive (GuardianKeysWorker *worker, CardeaMessage *request, GError **error)
{
  if (!check_open (worker, error))
    return FALSE;
  g_autoptr (CardeaSecret) key = guardian_keys_master_derive (
      guardian_keys_opener_master (worker->opener), cardea_message_get_string (request, "purpose"),
      cardea_message_get_string (request, "context"), error);
  if (key == NULL)
    return FALSE;
  return hand_over (worker, request, "keys.derived", "key", key, error);
}

/* --- secrets for services --- */

static void
stored_cb (CardeaSecret *unused, const GError *error, gpointer user_data)
{
  Call *call = user_data;
  if (error != NULL)
    refuse (call->worker, call->request, error);
  else
    {
      g_autoptr (CardeaMessage) reply = cardea_message_new_reply (call->request, "done");
      send (call->worker, reply);
    }
  call_free (call);
}

static void
fetched_cb (CardeaSecret *secret, const GError *error, gpointer user_data)
{
  Call *call = user_data;
  g_autoptr (GError) failed = NULL;
  if (error != NULL)
    refuse (call->worker, call->request, error);
  else if (!hand_over (call->worker, call->request, "keys.fetched", "secret", secret, &failed))
    refuse (call->worker, call->request, failed);
  call_free (call);
}

static gboolean
answer_keep (GuardianKeysWorker *worker, CardeaMessage *request, GError **error)
{
  g_autoptr (CardeaSecret) secret = read_secret (request, GUARDIAN_KEYS_VAULT_SECRET_LIMIT);
  if (secret == NULL)
    {
      g_set_error (error, GUARDIAN_KEYS_ERROR, GUARDIAN_KEYS_ERROR_MALFORMED,
                   "a secret has 1 to %u bytes", GUARDIAN_KEYS_VAULT_SECRET_LIMIT);
      return FALSE;
    }
  guardian_keys_vault_keep (worker->vault, cardea_message_get_string (request, "name"), secret,
                            stored_cb, call_new (worker, request));
  return TRUE;
}

static gboolean
answer_fetch (GuardianKeysWorker *worker, CardeaMessage *request, GError **error)
{
  guardian_keys_vault_fetch (worker->vault, cardea_message_get_string (request, "name"), fetched_cb,
                             call_new (worker, request));
  return TRUE;
}

static gboolean
answer_forget (GuardianKeysWorker *worker, CardeaMessage *request, GError **error)
{
  guardian_keys_vault_forget (worker->vault, cardea_message_get_string (request, "name"), stored_cb,
                              call_new (worker, request));
  return TRUE;
}

/* --- the link --- */

static const struct {
  const char *message;
  gboolean (*answer) (GuardianKeysWorker *worker, CardeaMessage *request, GError **error);
} operations[] = {
  { "keys.authority", answer_authority }, { "keys.certify", answer_certify },
  { "keys.open", answer_open },           { "keys.sign", answer_sign },
  { "keys.derive", answer_derive },       { "keys.keep", answer_keep },
  { "keys.fetch", answer_fetch },         { "keys.forget", answer_forget },
};

static void
message_cb (CardeaChannel *channel, CardeaMessage *message, gpointer user_data)
{
  GuardianKeysWorker *worker = user_data;
  worker->channel = channel;
  for (gsize i = 0; i < G_N_ELEMENTS (operations); i++)
    if (cardea_message_is (message, operations[i].message))
      {
        g_autoptr (GError) error = NULL;
        if (!operations[i].answer (worker, message, &error))
          refuse (worker, message, error);
        return;
      }
  g_warning ("the core sent %s, which is not for keys", cardea_message_name (message));
  cardea_channel_close (channel);
}

static void
closed_cb (CardeaChannel *channel, const GError *error, gpointer user_data)
{
  GuardianKeysWorker *worker = user_data;
  worker->channel = NULL;
}

static const CardeaChannelHandler handler = { message_cb, NULL, closed_cb };

const CardeaChannelHandler *
guardian_keys_worker_handler (void)
{
  return &handler;
}

GuardianKeysWorker *
guardian_keys_worker_new (CardeaAuthority *authority, GuardianKeysOpener *opener)
{
  GuardianKeysWorker *worker = g_new0 (GuardianKeysWorker, 1);
  worker->authority = authority;
  worker->opener = opener;
  worker->vault = guardian_keys_vault_new (opener);
  return worker;
}

void
guardian_keys_worker_free (GuardianKeysWorker *worker)
{
  if (worker == NULL)
    return;
  cardea_authority_free (worker->authority);
  guardian_keys_vault_free (worker->vault);
  guardian_keys_opener_free (worker->opener);
  g_free (worker);
}
