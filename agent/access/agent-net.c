/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: the guardian, that what comes through the pipe is the answer's body. Refuses: a body that
 * is no pipe (the table does), an answer that broke off: it is an error, never an end. */

#include "agent/access/agent-net.h"

#include "common/base/cardea-autofd.h"
#include "common/base/cardea-encoding.h"
#include "common/protocol/cardea-descriptor.h"

#include <errno.h>
#include <glib-unix.h>
#include <string.h>
#include <unistd.h>

#define BLOCK_SIZE 32768u
#define REQUEST_ID_BYTES 8
#define END_MS 2000 /* between the end of the pipe and the word that it was all */

typedef struct {
  AgentWay base;
  AgentLink *link;
} AgentNet;

typedef struct {
  AgentExchange base;
  AgentLink *link;
  CardeaClient *client;
  gulong listening;
  char *id;     /* of the request */
  char *object; /* for sentences */
  int body;
  gboolean finished; /* net.finished came, or the request was refused */
  char *reason;      /* why it broke off */
} NetExchange;

/* --- waiting --- */

static gboolean
wake_cb (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
  return G_SOURCE_CONTINUE;
}

static gboolean
wake_fd_cb (int fd, GIOCondition condition, gpointer user_data)
{
  return wake_cb (user_data);
}

static gboolean
wake_cancelled_cb (GCancellable *cancellable, gpointer user_data)
{
  return wake_cb (user_data);
}

/* Runs the main context until something of it happened; milliseconds 0: however long. */
static void
wait_for (int fd, guint milliseconds, GCancellable *cancellable, const gboolean *other)
{
  gboolean woken = FALSE;
  guint readable
      = fd >= 0 ? g_unix_fd_add (fd, G_IO_IN | G_IO_HUP | G_IO_ERR, wake_fd_cb, &woken) : 0;
  guint late = milliseconds > 0 ? g_timeout_add (milliseconds, wake_cb, &woken) : 0;
  g_autoptr (GSource) stop = cancellable != NULL ? g_cancellable_source_new (cancellable) : NULL;
  if (stop != NULL)
    {
      g_source_set_callback (stop, G_SOURCE_FUNC (wake_cancelled_cb), &woken, NULL);
      g_source_attach (stop, NULL);
    }
  while (!woken && (other == NULL || !*other))
    g_main_context_iteration (NULL, TRUE);
  if (stop != NULL)
    g_source_destroy (stop);
  g_clear_handle_id (&late, g_source_remove);
  g_clear_handle_id (&readable, g_source_remove);
}

/* --- the answer --- */

static void
message_cb (CardeaClient *client, CardeaMessage *message, gpointer user_data)
{
  NetExchange *exchange = user_data;
  if (!cardea_message_is (message, "net.finished")
      || g_strcmp0 (cardea_message_get_string (message, "target"), exchange->id) != 0)
    return;
  exchange->finished = TRUE;
  exchange->reason = g_strdup (cardea_message_get_string (message, "reason"));
}

static GBytes *
end_of_body (NetExchange *exchange, GCancellable *cancellable, GError **error)
{
  if (!exchange->finished && cardea_client_is_connected (exchange->client))
    wait_for (-1, END_MS, cancellable, &exchange->finished);
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  if (!cardea_client_is_connected (exchange->client))
    g_set_error_literal (error, AGENT_ERROR, AGENT_ERROR_LOST, "The guardian went away.");
  else if (exchange->reason != NULL)
    g_set_error (error, AGENT_ERROR, AGENT_ERROR_UNAVAILABLE, "The answer of %s broke off: %s.",
                 exchange->object, exchange->reason);
  else if (!exchange->finished)
    g_set_error (error, AGENT_ERROR, AGENT_ERROR_UNAVAILABLE, "The answer of %s broke off.",
                 exchange->object);
  return NULL;
}

static GBytes *
net_next (AgentExchange *base, GCancellable *cancellable, GError **error)
{
  NetExchange *exchange = (NetExchange *) base;
  g_autofree guint8 *block = g_malloc (BLOCK_SIZE);
  while (!g_cancellable_set_error_if_cancelled (cancellable, error))
    {
      gssize size = read (exchange->body, block, BLOCK_SIZE);
      if (size > 0)
        return g_bytes_new (block, (gsize) size);
      if (size < 0 && errno == EAGAIN)
        wait_for (exchange->body, 0, cancellable, NULL);
      else if (size == 0 || errno != EINTR)
        return end_of_body (exchange, cancellable, error);
    }
  return NULL;
}

static void
cancel (NetExchange *exchange)
{
  g_autoptr (CardeaMessage) message = cardea_message_new ("net.cancel");
  cardea_message_set_string (message, "target", exchange->id);
  agent_link_tell (exchange->link, message);
}

static void
net_dispose (AgentExchange *base)
{
  NetExchange *exchange = (NetExchange *) base;
  if (!exchange->finished)
    cancel (exchange);
  g_signal_handler_disconnect (exchange->client, exchange->listening);
  g_object_unref (exchange->client);
  cardea_fd_clear (&exchange->body);
  g_free (exchange->id);
  g_free (exchange->object);
  g_free (exchange->reason);
}

/* --- the request --- */

static NetExchange *
exchange_new (AgentLink *link, const AgentExchangeRequest *request)
{
  static const AgentExchangeClass class = { net_next, net_dispose };
  NetExchange *exchange = g_new0 (NetExchange, 1);
  exchange->base.class = &class;
  exchange->link = link;
  exchange->client = g_object_ref (agent_link_client (link));
  exchange->id = cardea_id_new (REQUEST_ID_BYTES);
  exchange->object = g_strdup (request->object);
  exchange->body = -1;
  exchange->listening
      = g_signal_connect (exchange->client, "message", G_CALLBACK (message_cb), exchange);
  return exchange;
}

static CardeaJson *
new_headers (const AgentExchangeHeader *headers)
{
  CardeaJson *list = cardea_json_new_array ();
  for (; headers != NULL && headers->name != NULL; headers++)
    {
      CardeaJson *one = cardea_json_new_object ();
      cardea_json_set_string (one, "name", headers->name);
      cardea_json_set_string (one, "value", headers->value);
      cardea_json_append (list, one);
    }
  return list;
}

static gboolean
set_body (CardeaMessage *message, GBytes *body, GError **error)
{
  gsize size;
  const void *bytes = body != NULL ? g_bytes_get_data (body, &size) : NULL;
  if (bytes == NULL)
    return TRUE;
  int fd = cardea_descriptor_new_memfd ("request", bytes, size);
  if (fd < 0)
    {
      g_set_error_literal (error, AGENT_ERROR, AGENT_ERROR_LIMIT, "There is not enough memory.");
      return FALSE;
    }
  cardea_message_set_fd (message, "body", fd);
  return TRUE;
}

static CardeaMessage *
compose (AgentLink *link, const AgentExchangeRequest *request, const char *id, GError **error)
{
  g_autoptr (CardeaMessage) message = cardea_message_new ("net.request");
  cardea_message_set_request (message, id);
  cardea_message_set_string (message, "method", request->method);
  cardea_message_set_string (message, "url", request->url);
  cardea_message_set_json (message, "headers", new_headers (request->headers));
  cardea_message_set_string (message, "purpose", request->model ? "model" : "web");
  if (request->max_bytes > 0)
    cardea_message_set_int64 (message, "max_bytes", request->max_bytes);
  if (request->timeout > 0)
    cardea_message_set_int (message, "timeout", request->timeout);
  if (agent_link_reason (link) != NULL)
    cardea_message_set_string (message, "reason", agent_link_reason (link));
  return set_body (message, request->body, error) ? g_steal_pointer (&message) : NULL;
}

static gboolean
take_response (NetExchange *exchange, CardeaMessage *response, GError **error)
{
  const CardeaJson *headers = cardea_message_get_json (response, "headers");
  exchange->base.status = (guint) cardea_message_get_int (response, "status", 0);
  agent_exchange_take_header (&exchange->base, NULL, NULL);
  for (guint i = 0; i < cardea_json_size (headers); i++)
    {
      const CardeaJson *header = cardea_json_nth (headers, i);
      agent_exchange_take_header (&exchange->base, cardea_json_get_string (header, "name"),
                                  cardea_json_get_string (header, "value"));
    }
  exchange->body = cardea_message_take_fd (response, "body");
  if (exchange->body >= 0)
    return g_unix_set_fd_nonblocking (exchange->body, TRUE, error);
  g_set_error (error, AGENT_ERROR, AGENT_ERROR_UNAVAILABLE, "The answer of %s has no body.",
               exchange->object);
  return FALSE;
}

static AgentExchange *
net_open (AgentWay *way, const AgentExchangeRequest *request, GCancellable *cancellable,
          GError **error)
{
  AgentLink *link = ((AgentNet *) way)->link;
  NetExchange *exchange = exchange_new (link, request);
  g_autoptr (AgentExchange) base = &exchange->base;
  g_autoptr (GError) local = NULL;
  g_autoptr (CardeaMessage) message = compose (link, request, exchange->id, &local);
  g_autoptr (CardeaMessage) response = NULL;
  if (message != NULL)
    response = agent_link_act (link, message, "net.response", "reach", request->object, cancellable,
                               &local);
  if (response != NULL && take_response (exchange, response, &local))
    return g_steal_pointer (&base);
  /* Only what was given up is still under way beyond; else there is nothing to close. */
  exchange->finished = !g_error_matches (local, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

static gboolean
net_wait (AgentWay *way, guint milliseconds, GCancellable *cancellable, GError **error)
{
  wait_for (-1, MAX (milliseconds, 1), cancellable, NULL);
  return !g_cancellable_set_error_if_cancelled (cancellable, error);
}

static void
net_dispose_way (AgentWay *way)
{
}

AgentWay *
agent_net_new (AgentLink *link)
{
  static const AgentWayClass class = { net_open, net_wait, net_dispose_way };
  AgentNet *net = g_new0 (AgentNet, 1);
  net->base.class = &class;
  net->link = link;
  return &net->base;
}
