/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: the core, for what it wants certified, signed and derived. Refuses: everything that needs
 * the master key while it is not open. Private keys have no way out: signatures, certificates and
 * derived keys do. */

#include "guardian/keys/guardian-keys-worker.h"

#include "common/base/cardea-autofd.h"
#include "common/protocol/cardea-descriptor.h"
#include "guardian/keys/guardian-keys-error.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#define LIMIT_PASSPHRASE 1024

struct _GuardianKeysWorker {
  CardeaAuthority *authority;
  GuardianKeysOpener *opener;
  CardeaChannel *channel; /* borrowed while the link is up */
};

/* A keys.open that waits for its answer. */
typedef struct {
  GuardianKeysWorker *worker;
  CardeaMessage *request;
} Opening;

static void
send (GuardianKeysWorker *worker, CardeaMessage *message)
{
  g_autoptr (GError) error = NULL;
  if (worker->channel != NULL && !cardea_channel_send (worker->channel, message, &error))
    {
      g_warning ("no answer could be sent: %s", error->message);
      cardea_channel_close (worker->channel);
    }
}

static void
refuse (GuardianKeysWorker *worker, const CardeaMessage *request, const GError *error)
{
  const char *code
      = error->domain == CARDEA_CRYPTO_ERROR ? "malformed" : guardian_keys_error_code (error);
  g_autoptr (CardeaMessage) reply = cardea_message_new_refusal (request, code, error->message);
  send (worker, reply);
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
  Opening *opening = user_data;
  GuardianKeysWorker *worker = opening->worker;
  if (error != NULL)
    refuse (worker, opening->request, error);
  else
    {
      GuardianKeysStore store = guardian_keys_opener_store (worker->opener);
      const GuardianKeysSigner *signer = guardian_keys_opener_signer (worker->opener);
      g_autoptr (CardeaMessage) reply = cardea_message_new_reply (opening->request, "keys.opened");
      cardea_message_set_string (reply, "store", guardian_keys_store_name (store));
      cardea_message_set_boolean (reply, "sealed", store != GUARDIAN_KEYS_STORE_FILE);
      cardea_message_set_string (reply, "vkey", guardian_keys_signer_vkey (signer));
      send (worker, reply);
    }
  cardea_message_unref (opening->request);
  g_free (opening);
}

static gboolean
read_passphrase (CardeaMessage *request, CardeaSecret **ret_passphrase, GError **error)
{
  struct stat st;
  cardea_autofd int fd = cardea_message_take_fd (request, "secret");
  *ret_passphrase = NULL;
  if (fd < 0)
    return TRUE;

  g_autoptr (CardeaSecret) secret = NULL;
  if (fstat (fd, &st) == 0 && st.st_size > 0 && st.st_size <= LIMIT_PASSPHRASE)
    secret = cardea_secret_new (st.st_size);
  if (secret == NULL || pread (fd, cardea_secret_writable (secret), st.st_size, 0) != st.st_size)
    {
      g_set_error (error, GUARDIAN_KEYS_ERROR, GUARDIAN_KEYS_ERROR_WRONG,
                   "a passphrase has 1 to %d bytes", LIMIT_PASSPHRASE);
      return FALSE;
    }
  *ret_passphrase = g_steal_pointer (&secret);
  return TRUE;
}

static gboolean
answer_open (GuardianKeysWorker *worker, CardeaMessage *request, GError **error)
{
  g_autoptr (CardeaSecret) passphrase = NULL;
  if (!read_passphrase (request, &passphrase, error))
    return FALSE;
  Opening *opening = g_new0 (Opening, 1);
  opening->worker = worker;
  opening->request = cardea_message_ref (request);
  guardian_keys_opener_open (
      worker->opener, guardian_keys_store_parse (cardea_message_get_string (request, "store")),
      cardea_message_get_boolean (request, "begun"), passphrase, opened_cb, opening);
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
  guardian_keys_signer_sign (guardian_keys_opener_signer (worker->opener), bytes, size, signature);
  g_autoptr (CardeaMessage) reply = cardea_message_new_reply (request, "keys.signed");
  cardea_message_set_bytes (reply, "signature", signature, sizeof signature);
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
  /* The receiver reads it once and closes it; nothing else holds its pages. */
  int fd = cardea_descriptor_new_memfd ("cardea-key", cardea_secret_bytes (key),
                                        cardea_secret_size (key));
  if (fd < 0)
    {
      g_set_error (error, GUARDIAN_KEYS_ERROR, GUARDIAN_KEYS_ERROR_FAILED,
                   "the key could not be handed over: %s", g_strerror (errno));
      return FALSE;
    }
  g_autoptr (CardeaMessage) reply = cardea_message_new_reply (request, "keys.derived");
  cardea_message_set_fd (reply, "key", fd);
  send (worker, reply);
  return TRUE;
}

/* --- the link --- */

static const struct {
  const char *message;
  gboolean (*answer) (GuardianKeysWorker *worker, CardeaMessage *request, GError **error);
} operations[] = {
  { "keys.authority", answer_authority }, { "keys.certify", answer_certify },
  { "keys.open", answer_open },           { "keys.sign", answer_sign },
  { "keys.derive", answer_derive },
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
  return worker;
}

void
guardian_keys_worker_free (GuardianKeysWorker *worker)
{
  if (worker == NULL)
    return;
  cardea_authority_free (worker->authority);
  guardian_keys_opener_free (worker->opener);
  g_free (worker);
}
