/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: the guardian at the other end, whose socket lies in a folder only this user may write, or
 * whose pair was inherited. Refuses: a second answer to one request, an answer to none. */

#include "common/client/cardea-caller.h"

#include "common/base/cardea-autofd.h"
#include "common/base/cardea-encoding.h"
#include "common/client/cardea-client-socket.h"
#include "common/protocol/cardea-channel.h"
#include "common/protocol/cardea-enrol.h"

#include <glib-unix.h>

/* A guardian may leave (idle) between our connecting and our enrolling: then another one is due. */
#define CONNECT_ATTEMPTS 3
#define CALLS_LIMIT 256
#define REQUEST_ID_BYTES 8
#define TRACE_ID_BYTES 16

G_DEFINE_QUARK (cardea - client - error - quark, cardea_client_error)

struct _CardeaCaller {
  CardeaCallerHandler handler;
  gpointer user_data;
  CardeaRole role;
  gboolean start;
  guint attempts_left;        /* 0 for an inherited pair */
  CardeaClientSocket *socket; /* while it is looked for */
  CardeaEnrol *enrol;         /* while enrolling */
  int fd;                     /* while enrolling */
  CardeaChannel *channel;
  GSource *start_failure; /* tells of a failure that came before anybody could be told */
  GHashTable *calls;      /* request id → Call */
  gboolean connected;     /* the handler was told */
  gboolean closed;
  gboolean gone; /* freed: nobody may be called */
};

typedef struct {
  CardeaCallerReply reply;
  gpointer user_data;
} Call;

static void open_socket (CardeaCaller *caller);

static void
caller_clear (gpointer data)
{
  CardeaCaller *caller = data;
  g_hash_table_unref (caller->calls);
}

static void
caller_unref (CardeaCaller *caller)
{
  g_rc_box_release_full (caller, caller_clear);
}

static CardeaCaller *
caller_new (CardeaRole role, const CardeaCallerHandler *handler, gpointer user_data)
{
  CardeaCaller *caller = g_rc_box_new0 (CardeaCaller);

  caller->handler = *handler;
  caller->user_data = user_data;
  caller->role = role;
  caller->fd = -1;
  caller->calls = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return caller;
}

static void
drop_start_failure (CardeaCaller *caller)
{
  if (caller->start_failure != NULL)
    g_source_destroy (caller->start_failure);
  g_clear_pointer (&caller->start_failure, g_source_unref);
}

void
cardea_caller_free (CardeaCaller *caller)
{
  if (caller == NULL)
    return;
  caller->gone = TRUE;
  g_hash_table_remove_all (caller->calls);
  drop_start_failure (caller);
  g_clear_pointer (&caller->socket, cardea_client_socket_cancel);
  g_clear_pointer (&caller->enrol, cardea_enrol_cancel);
  g_clear_pointer (&caller->channel, cardea_channel_unref);
  cardea_fd_clear (&caller->fd);
  caller_unref (caller);
}

/* --- the link --- */

/* A reply may free the caller, or ask anew and be told at once that it is too late. */
static void
fail_calls (CardeaCaller *caller)
{
  g_autoptr (GError) error = g_error_new_literal (CARDEA_CLIENT_ERROR, CARDEA_CLIENT_ERROR_LOST,
                                                  "the guardian went away before it answered");
  g_autoptr (GHashTable) calls = g_steal_pointer (&caller->calls);
  GHashTableIter iter;
  gpointer value;

  caller->calls = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_hash_table_iter_init (&iter, calls);
  while (!caller->gone && g_hash_table_iter_next (&iter, NULL, &value))
    {
      const Call *call = value;
      call->reply (NULL, error, call->user_data);
    }
}

static void
channel_message_cb (CardeaChannel *channel, CardeaMessage *message, gpointer user_data)
{
  CardeaCaller *caller = user_data;
  const char *request = cardea_message_request (message);
  gpointer key = NULL, value = NULL;

  if (request == NULL)
    caller->handler.message (caller, message, caller->user_data);
  else if (g_hash_table_steal_extended (caller->calls, request, &key, &value))
    {
      g_autofree Call *call = value;
      g_free (key);
      call->reply (message, NULL, call->user_data);
    }
  /* else an answer whose asker gave up; its descriptors go with the message */
}

static void
channel_ready_cb (CardeaChannel *channel, gpointer user_data)
{
  CardeaCaller *caller = user_data;
  caller->connected = TRUE;
  caller->handler.connected (caller, NULL, caller->user_data);
}

/* Takes nothing; the caller may be freed by it. */
static void
fail_connecting (CardeaCaller *caller, const char *message)
{
  g_autoptr (GError) error
      = g_error_new_literal (CARDEA_CLIENT_ERROR, CARDEA_CLIENT_ERROR_NO_GUARDIAN, message);
  caller->connected = caller->closed = TRUE;
  caller->handler.connected (caller, error, caller->user_data);
}

static void
channel_closed_cb (CardeaChannel *channel, const GError *error, gpointer user_data)
{
  CardeaCaller *caller = g_rc_box_acquire (user_data);
  gboolean connected = caller->connected;

  caller->closed = TRUE;
  fail_calls (caller);
  if (!caller->gone && connected)
    caller->handler.closed (caller, error, caller->user_data);
  else if (!caller->gone)
    {
      g_autofree char *text
          = g_strdup_printf ("the guardian ended the connection: %s", error->message);
      fail_connecting (caller, text);
    }
  caller_unref (caller);
}

/* --- connecting --- */

static void
enrolled_cb (CardeaTls *tls, const GError *error, gpointer user_data)
{
  static const CardeaChannelHandler handler = {
    .message = channel_message_cb,
    .ready = channel_ready_cb,
    .closed = channel_closed_cb,
  };
  CardeaCaller *caller = user_data;

  caller->enrol = NULL;
  if (tls == NULL && caller->attempts_left > 0)
    {
      cardea_fd_clear (&caller->fd);
      open_socket (caller);
      return;
    }
  if (tls == NULL)
    {
      fail_connecting (caller, error->message);
      return;
    }
  caller->channel = cardea_channel_new (cardea_fd_steal (&caller->fd), CARDEA_CHANNEL_TLS_CLIENT,
                                        tls, caller->role, CARDEA_ROLE_CORE, &handler, caller);
  cardea_tls_unref (tls);
  cardea_channel_attach (caller->channel, g_main_context_get_thread_default ());
}

static void
enrol (CardeaCaller *caller, int fd)
{
  caller->fd = fd;
  caller->enrol = cardea_enrol_start (fd, caller->role, enrolled_cb, caller);
}

static void
socket_opened_cb (int fd, const GError *error, gpointer user_data)
{
  CardeaCaller *caller = user_data;

  caller->socket = NULL;
  if (fd >= 0)
    enrol (caller, fd);
  else
    fail_connecting (caller, error->message);
}

static void
open_socket (CardeaCaller *caller)
{
  caller->attempts_left--;
  caller->socket = cardea_client_socket_open (caller->start, socket_opened_cb, caller);
}

CardeaCaller *
cardea_caller_connect (CardeaRole role, gboolean start, const CardeaCallerHandler *handler,
                       gpointer user_data)
{
  CardeaCaller *caller = caller_new (role, handler, user_data);

  caller->start = start;
  caller->attempts_left = CONNECT_ATTEMPTS;
  open_socket (caller);
  return caller;
}

static gboolean
start_failure_cb (gpointer user_data)
{
  CardeaCaller *caller = user_data;

  drop_start_failure (caller);
  fail_connecting (caller, "the link to the guardian cannot be used");
  return G_SOURCE_REMOVE;
}

CardeaCaller *
cardea_caller_adopt (int fd, CardeaRole role, const CardeaCallerHandler *handler,
                     gpointer user_data)
{
  CardeaCaller *caller = caller_new (role, handler, user_data);

  if (g_unix_set_fd_nonblocking (fd, TRUE, NULL))
    {
      enrol (caller, fd);
      return caller;
    }
  caller->fd = fd;
  caller->start_failure = g_idle_source_new ();
  g_source_set_callback (caller->start_failure, start_failure_cb, caller, NULL);
  g_source_attach (caller->start_failure, g_main_context_get_thread_default ());
  return caller;
}

/* --- calling --- */

static void
set_ids (CardeaMessage *request)
{
  if (cardea_message_request (request) == NULL)
    {
      g_autofree char *id = cardea_id_new (REQUEST_ID_BYTES);
      cardea_message_set_request (request, id);
    }
  if (cardea_message_trace (request) == NULL)
    {
      g_autofree char *trace = cardea_id_new (TRACE_ID_BYTES);
      cardea_message_set_trace (request, trace);
    }
}

gboolean
cardea_caller_call (CardeaCaller *caller, CardeaMessage *request, CardeaCallerReply reply,
                    gpointer user_data, GError **error)
{
  set_ids (request);
  const char *id = cardea_message_request (request);
  if (g_hash_table_size (caller->calls) >= CALLS_LIMIT || g_hash_table_contains (caller->calls, id))
    {
      g_set_error (error, CARDEA_CLIENT_ERROR, CARDEA_CLIENT_ERROR_PROTOCOL,
                   "too many requests wait, or this one was sent already");
      return FALSE;
    }
  if (!cardea_caller_send (caller, request, error))
    return FALSE;
  Call *call = g_new0 (Call, 1);
  call->reply = reply;
  call->user_data = user_data;
  g_hash_table_insert (caller->calls, g_strdup (id), call);
  return TRUE;
}

gboolean
cardea_caller_forget (CardeaCaller *caller, const char *request)
{
  return g_hash_table_remove (caller->calls, request);
}

gboolean
cardea_caller_send (CardeaCaller *caller, CardeaMessage *message, GError **error)
{
  if (cardea_caller_is_connected (caller))
    return cardea_channel_send (caller->channel, message, error);
  g_set_error (error, CARDEA_CLIENT_ERROR, CARDEA_CLIENT_ERROR_LOST, "the guardian went away");
  return FALSE;
}

gboolean
cardea_caller_is_connected (const CardeaCaller *caller)
{
  return !caller->closed && caller->channel != NULL && cardea_channel_is_open (caller->channel);
}
