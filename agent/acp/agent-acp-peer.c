/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/acp/agent-acp-peer.h"

#include "common/base/cardea-autofd.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <string.h>
#include <unistd.h>

#define READ_SIZE 65536u

struct _AgentAcpPeer {
  int input;
  int output;
  guint readable; /* GSource ids; 0: not watched */
  guint writable;
  GByteArray *line;    /* what has come of a message that is not whole yet */
  GByteArray *pending; /* bytes that came and are not looked at, while too many messages wait */
  GQueue waiting;      /* of AgentAcpMessage */
  GByteArray *unsent;
  gsize sent; /* of unsent */
  gint64 number;
  guint broken;
};

static void watch (AgentAcpPeer *peer);

static void
close_peer (AgentAcpPeer *peer)
{
  g_clear_handle_id (&peer->readable, g_source_remove);
  g_clear_handle_id (&peer->writable, g_source_remove);
  cardea_fd_clear (&peer->input);
  cardea_fd_clear (&peer->output);
}

/* --- what it says --- */

static void
take_line (AgentAcpPeer *peer)
{
  g_autoptr (GError) error = NULL;
  AgentAcpMessage *message;

  if (peer->line->len == 0)
    return;
  message = agent_acp_message_parse ((const char *) peer->line->data, peer->line->len, &error);
  if (message != NULL)
    g_queue_push_tail (&peer->waiting, message);
  else
    {
      g_debug ("a line of the agent was passed over: %s", error->message);
      peer->broken++;
    }
  g_byte_array_set_size (peer->line, 0);
}

/* What is left over waits in pending. */
static void
take_bytes (AgentAcpPeer *peer)
{
  gsize done = 0;

  while (done < peer->pending->len && peer->waiting.length < AGENT_ACP_PEER_WAITING
         && peer->input >= 0)
    {
      const guint8 *begin = peer->pending->data + done;
      const guint8 *end = memchr (begin, '\n', peer->pending->len - done);
      gsize size = end != NULL ? (gsize) (end - begin) : peer->pending->len - done;
      if (peer->line->len + size > AGENT_ACP_LINE_MAX)
        {
          close_peer (peer);
          break;
        }
      g_byte_array_append (peer->line, begin, (guint) size);
      done += size + (end != NULL);
      if (end != NULL)
        take_line (peer);
      if (peer->broken >= AGENT_ACP_PEER_BROKEN)
        close_peer (peer);
    }
  g_byte_array_remove_range (peer->pending, 0, (guint) done);
}

static gboolean
readable_cb (int fd, GIOCondition condition, gpointer user_data)
{
  AgentAcpPeer *peer = user_data;
  guint8 bytes[READ_SIZE];
  ssize_t size = read (fd, bytes, sizeof bytes);

  peer->readable = 0;
  if (size > 0)
    {
      g_byte_array_append (peer->pending, bytes, (guint) size);
      take_bytes (peer);
    }
  else if (size == 0 || (errno != EINTR && errno != EAGAIN))
    close_peer (peer);
  watch (peer);
  return G_SOURCE_REMOVE;
}

/* --- what it is told --- */

static gboolean
flush (AgentAcpPeer *peer)
{
  while (peer->sent < peer->unsent->len)
    {
      ssize_t size
          = write (peer->output, peer->unsent->data + peer->sent, peer->unsent->len - peer->sent);
      if (size < 0 && errno == EINTR)
        continue;
      if (size < 0)
        return errno == EAGAIN;
      peer->sent += (gsize) size;
    }
  g_byte_array_set_size (peer->unsent, 0);
  peer->sent = 0;
  return TRUE;
}

static gboolean
writable_cb (int fd, GIOCondition condition, gpointer user_data)
{
  AgentAcpPeer *peer = user_data;

  peer->writable = 0;
  if (!flush (peer))
    close_peer (peer);
  watch (peer);
  return G_SOURCE_REMOVE;
}

static void
watch (AgentAcpPeer *peer)
{
  if (peer->input >= 0 && peer->readable == 0 && peer->pending->len == 0)
    peer->readable = g_unix_fd_add (peer->input, G_IO_IN | G_IO_HUP, readable_cb, peer);
  if (peer->output >= 0 && peer->writable == 0 && peer->unsent->len > 0)
    peer->writable = g_unix_fd_add (peer->output, G_IO_OUT, writable_cb, peer);
}

static void
send_taken (AgentAcpPeer *peer, CardeaJson *taken)
{
  g_autoptr (CardeaJson) message = taken;
  gsize size;

  if (peer->output < 0)
    return;
  cardea_json_set_string (message, "jsonrpc", "2.0");
  g_autofree char *text = cardea_json_write (message, &size, NULL);
  if (text == NULL || peer->unsent->len + size + 1 > AGENT_ACP_PEER_UNSENT)
    {
      close_peer (peer);
      return;
    }
  text[size] = '\n'; /* in the place of its NUL */
  g_byte_array_append (peer->unsent, (const guint8 *) text, (guint) size + 1);
  if (!flush (peer))
    close_peer (peer);
  watch (peer);
}

/* --- for others --- */

AgentAcpPeer *
agent_acp_peer_new (int input, int output)
{
  AgentAcpPeer *peer = g_new0 (AgentAcpPeer, 1);

  peer->input = input;
  peer->output = output;
  peer->line = g_byte_array_new ();
  peer->pending = g_byte_array_new ();
  peer->unsent = g_byte_array_new ();
  g_queue_init (&peer->waiting);
  if (!g_unix_set_fd_nonblocking (input, TRUE, NULL)
      || !g_unix_set_fd_nonblocking (output, TRUE, NULL))
    close_peer (peer);
  watch (peer);
  return peer;
}

void
agent_acp_peer_free (AgentAcpPeer *peer)
{
  close_peer (peer);
  g_queue_clear_full (&peer->waiting, (GDestroyNotify) agent_acp_message_free);
  g_byte_array_unref (peer->line);
  g_byte_array_unref (peer->pending);
  g_byte_array_unref (peer->unsent);
  g_free (peer);
}

AgentAcpMessage *
agent_acp_peer_pop (AgentAcpPeer *peer)
{
  AgentAcpMessage *message = g_queue_pop_head (&peer->waiting);

  if (peer->pending->len > 0)
    take_bytes (peer);
  watch (peer);
  return message;
}

gboolean
agent_acp_peer_is_open (const AgentAcpPeer *peer)
{
  return peer->input >= 0 || peer->waiting.length > 0;
}

gint64
agent_acp_peer_call (AgentAcpPeer *peer, const char *method, CardeaJson *params)
{
  CardeaJson *message = cardea_json_new_object ();

  cardea_json_set_int (message, "id", ++peer->number);
  cardea_json_set_string (message, "method", method);
  cardea_json_set (message, "params", params);
  send_taken (peer, message);
  return peer->number;
}

void
agent_acp_peer_notify (AgentAcpPeer *peer, const char *method, CardeaJson *params)
{
  CardeaJson *message = cardea_json_new_object ();

  cardea_json_set_string (message, "method", method);
  cardea_json_set (message, "params", params);
  send_taken (peer, message);
}

void
agent_acp_peer_reply (AgentAcpPeer *peer, const AgentAcpMessage *request, CardeaJson *result)
{
  CardeaJson *message = cardea_json_new_object ();

  cardea_json_set (message, "id", cardea_json_copy (request->id));
  cardea_json_set (message, "result", result);
  send_taken (peer, message);
}

void
agent_acp_peer_refuse (AgentAcpPeer *peer, const AgentAcpMessage *request, AgentAcpErrorCode code,
                       const char *reason)
{
  CardeaJson *message = cardea_json_new_object ();
  CardeaJson *error = cardea_json_new_object ();

  cardea_json_set_int (error, "code", code);
  cardea_json_set_string (error, "message", reason);
  cardea_json_set (message, "id", cardea_json_copy (request->id));
  cardea_json_set (message, "error", error);
  send_taken (peer, message);
}
