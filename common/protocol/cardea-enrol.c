/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/protocol/cardea-enrol.h"

#include "common/base/cardea-encoding.h"
#include "common/crypto/cardea-authority.h"
#include "common/protocol/cardea-channel-private.h"

/* Trusts the socket: who is at its other end was found out before (credentials, pidfd, a pair of
 * our own making). Refuses any message but the one that is due, any byte or descriptor beside it,
 * and silence. What travels here is public: no key is, and a certificate helps only the holder of
 * the key. */

#define SECONDS 5u

struct _CardeaEnrol {
  CardeaChannel *channel; /* of the clear exchange */
  GSource *timeout;
  GSource *start_failure; /* tells of a failure that came before there was anything to wait for */
  GError *failure;
  gboolean server;
  gboolean asked; /* server: the peer's one message came */
  CardeaEnrolHandler handler;
  CardeaEnrolDone done;
  gpointer user_data;
  CardeaRole self; /* client */
  CardeaTls *tls;  /* client: of its new key, and without a certificate as yet */
};

static void
clear_source (GSource **source)
{
  if (*source == NULL)
    return;
  g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

/* The descriptor is the caller's again. */
static gboolean
release_fd (CardeaEnrol *enrol)
{
  int fd;
  gboolean quiet = enrol->channel != NULL && cardea_channel_release (enrol->channel, &fd);
  g_clear_pointer (&enrol->channel, cardea_channel_unref);
  return quiet;
}

void
cardea_enrol_cancel (CardeaEnrol *enrol)
{
  if (enrol == NULL)
    return;
  release_fd (enrol);
  clear_source (&enrol->timeout);
  clear_source (&enrol->start_failure);
  g_clear_error (&enrol->failure);
  cardea_tls_unref (enrol->tls);
  g_free (enrol);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CardeaEnrol, cardea_enrol_cancel)

static void
enrol_fail (CardeaEnrol *enrol, const GError *error)
{
  clear_source (&enrol->timeout);
  if (enrol->server)
    {
      if (enrol->handler.failed != NULL)
        enrol->handler.failed (enrol, error, enrol->user_data);
      return;
    }
  CardeaEnrolDone done = enrol->done;
  gpointer user_data = enrol->user_data;
  cardea_enrol_cancel (enrol);
  done (NULL, error, user_data);
}

static void
enrol_fail_text (CardeaEnrol *enrol, CardeaChannelError code, const char *text)
{
  g_autoptr (GError) error = g_error_new_literal (CARDEA_CHANNEL_ERROR, code, text);
  enrol_fail (enrol, error);
}

static gboolean
timeout_cb (gpointer data)
{
  enrol_fail_text (data, CARDEA_CHANNEL_ERROR_CLOSED, "the peer did not enrol in time");
  return G_SOURCE_REMOVE;
}

static void
closed_cb (CardeaChannel *channel, const GError *error, gpointer data)
{
  enrol_fail (data, error);
}

static CardeaEnrol *
enrol_new (int fd, CardeaRole self, CardeaRole peer, const CardeaChannelHandler *handler,
           gpointer user_data)
{
  GMainContext *context = g_main_context_get_thread_default ();
  CardeaEnrol *enrol = g_new0 (CardeaEnrol, 1);

  enrol->user_data = user_data;
  enrol->channel = cardea_channel_new (fd, CARDEA_CHANNEL_PLAIN, NULL, self, peer, handler, enrol);
  cardea_channel_attach (enrol->channel, context);
  enrol->timeout = g_timeout_source_new_seconds (SECONDS);
  g_source_set_callback (enrol->timeout, timeout_cb, enrol, NULL);
  g_source_attach (enrol->timeout, context);
  return enrol;
}

/* --- the guardian's side --- */

static void
server_message_cb (CardeaChannel *channel, CardeaMessage *message, gpointer data)
{
  CardeaEnrol *enrol = data;
  g_autoptr (GBytes) spki = cardea_message_get_bytes (message, "spki");
  g_autoptr (GError) error = NULL;

  if (enrol->asked || !cardea_message_is (message, "enrol"))
    {
      enrol_fail_text (enrol, CARDEA_CHANNEL_ERROR_SCHEMA, "a second message in clear");
      return;
    }
  enrol->asked = TRUE;
  if (cardea_key_read_spki (g_bytes_get_data (spki, NULL), g_bytes_get_size (spki), &error) == NULL)
    enrol_fail (enrol, error);
  else
    enrol->handler.asked (enrol, spki, enrol->user_data);
}

CardeaEnrol *
cardea_enrol_serve (int fd, const CardeaEnrolHandler *handler, gpointer user_data)
{
  static const CardeaChannelHandler channel_handler = { server_message_cb, NULL, closed_cb };
  CardeaEnrol *enrol
      = enrol_new (fd, CARDEA_ROLE_CORE, CARDEA_ROLE_NEWCOMER, &channel_handler, user_data);
  enrol->server = TRUE;
  enrol->handler = *handler;
  return enrol;
}

static CardeaJson *
new_base64 (GBytes *bytes)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  g_autofree char *text = cardea_base64_encode (data, size);
  return cardea_json_new_string (text);
}

/* The exchange is one question and one answer: any id does. */
#define REQUEST_ID "enrol"

gboolean
cardea_enrol_answer (CardeaEnrol *enrol, GBytes *certificate, GBytes *authority, GError **error)
{
  g_autoptr (CardeaMessage) enrolled = cardea_message_new ("enrolled");
  CardeaJson *chain = cardea_json_new_array ();

  cardea_json_append (chain, new_base64 (certificate));
  cardea_json_append (chain, new_base64 (authority));
  cardea_message_set_json (enrolled, "chain", chain);
  cardea_message_set_request (enrolled, REQUEST_ID);
  if (!enrol->asked || enrol->channel == NULL)
    {
      g_set_error (error, CARDEA_CHANNEL_ERROR, CARDEA_CHANNEL_ERROR_CLOSED, "nobody asked");
      return FALSE;
    }
  clear_source (&enrol->timeout);
  if (!cardea_channel_send (enrol->channel, enrolled, error))
    return FALSE;
  if (release_fd (enrol))
    return TRUE;
  g_set_error (error, CARDEA_CHANNEL_ERROR, CARDEA_CHANNEL_ERROR_FRAMING,
               "the peer sends out of turn or does not read");
  return FALSE;
}

void
cardea_enrol_refuse (CardeaEnrol *enrol, const char *code, const char *reason)
{
  g_autoptr (CardeaMessage) refused = cardea_message_new ("refused");
  g_autoptr (GError) error = NULL;

  cardea_message_set_request (refused, REQUEST_ID);
  cardea_message_set_string (refused, "code", code);
  cardea_message_set_string (refused, "reason", reason);
  if (enrol->channel == NULL || !cardea_channel_send (enrol->channel, refused, &error))
    g_debug ("cannot refuse: %s", error != NULL ? error->message : "no link");
}

/* --- the peer's side --- */

static GBytes *
chain_element (const CardeaMessage *message, guint index)
{
  const char *text
      = cardea_json_string (cardea_json_nth (cardea_message_get_json (message, "chain"), index));
  return text != NULL ? cardea_base64_decode (text) : NULL;
}

/* What is in it is looked at when the guardian has been greeted (cardea-tls.h). */
static gboolean
take_chain (CardeaEnrol *enrol, const CardeaMessage *message, GError **error)
{
  g_autoptr (GBytes) certificate = chain_element (message, 0);
  g_autoptr (GBytes) authority = chain_element (message, 1);

  if (certificate == NULL || authority == NULL)
    {
      g_set_error (error, CARDEA_CHANNEL_ERROR, CARDEA_CHANNEL_ERROR_SCHEMA, "no chain");
      return FALSE;
    }
  cardea_tls_complete_later (enrol->tls, certificate, authority, enrol->self);
  return TRUE;
}

static void
client_message_cb (CardeaChannel *channel, CardeaMessage *message, gpointer data)
{
  CardeaEnrol *enrol = data;
  g_autoptr (GError) error = NULL;

  if (cardea_message_is (message, "refused"))
    {
      enrol_fail_text (enrol, CARDEA_CHANNEL_ERROR_CLOSED,
                       cardea_message_get_string (message, "reason"));
      return;
    }
  if (!take_chain (enrol, message, &error))
    enrol_fail (enrol, error);
  else if (!release_fd (enrol))
    enrol_fail_text (enrol, CARDEA_CHANNEL_ERROR_FRAMING, "the guardian sends out of turn");
  else
    {
      CardeaEnrolDone done = enrol->done;
      gpointer user_data = enrol->user_data;
      CardeaTls *tls = g_steal_pointer (&enrol->tls);
      cardea_enrol_cancel (enrol);
      done (tls, NULL, user_data);
    }
}

static gboolean
start_failure_cb (gpointer data)
{
  CardeaEnrol *enrol = data;
  g_autoptr (GError) failure = g_steal_pointer (&enrol->failure);
  enrol_fail (enrol, failure);
  return G_SOURCE_REMOVE;
}

/* OpenSSL gets ready while the guardian certifies. */
static gboolean
send_spki (CardeaEnrol *enrol, GError **error)
{
  g_autoptr (CardeaMessage) message = cardea_message_new ("enrol");
  g_autoptr (GBytes) spki = NULL;
  g_autoptr (CardeaSecret) drawn = cardea_key_draw (&spki, error);

  if (drawn == NULL)
    return FALSE;
  cardea_message_set_request (message, REQUEST_ID);
  cardea_message_set_bytes (message, "spki", g_bytes_get_data (spki, NULL),
                            g_bytes_get_size (spki));
  if (!cardea_channel_send (enrol->channel, message, error))
    return FALSE;
  g_autoptr (CardeaKey) key = cardea_key_new_drawn (drawn, error);
  enrol->tls = key != NULL ? cardea_tls_begin (key, error) : NULL;
  return enrol->tls != NULL;
}

CardeaEnrol *
cardea_enrol_start (int fd, CardeaRole self, CardeaEnrolDone done, gpointer user_data)
{
  static const CardeaChannelHandler channel_handler = { client_message_cb, NULL, closed_cb };
  CardeaEnrol *enrol
      = enrol_new (fd, CARDEA_ROLE_NEWCOMER, CARDEA_ROLE_CORE, &channel_handler, user_data);
  enrol->self = self;
  enrol->done = done;
  if (!send_spki (enrol, &enrol->failure))
    {
      enrol->start_failure = g_idle_source_new ();
      g_source_set_callback (enrol->start_failure, start_failure_cb, enrol, NULL);
      g_source_attach (enrol->start_failure, g_main_context_get_thread_default ());
    }
  return enrol;
}
