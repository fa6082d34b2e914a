/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/protocol/cardea-channel-private.h"

#include "common/protocol/cardea-message-private.h"

#include <sys/socket.h>

/* Trusts the roles it was made with. Refuses, by ending the link: a frame out of its limits, text
 * that is no JSON object, descriptors that are missing, surplus or not what was declared; and the
 * third message (within the guardian: the first) that the table does not allow. Known gap: a peer
 * that sends nothing holds its link open; who made the link must bound the time until it speaks. */

G_DEFINE_QUARK (cardea - channel - error - quark, cardea_channel_error)

#define MESSAGES_PER_DISPATCH 64 /* then other sources have their turn */
#define FAULTS_ALLOWED 3u

typedef struct {
  GSource base;
  CardeaChannel *channel; /* borrowed: the channel destroys its source */
  gpointer tag;           /* of the descriptor; NULL: not polled */
} ChannelSource;

static gboolean channel_dispatch (GSource *source, GSourceFunc callback, gpointer user_data);

static const GSourceFuncs channel_source_funcs = { .dispatch = channel_dispatch };

static gboolean
is_internal (const CardeaChannel *channel)
{
  guint guardian = CARDEA_ROLE_CORE | CARDEA_ROLE_WORKER;
  return (channel->self & guardian) != 0 && (channel->peer & guardian) != 0;
}

/* Takes failure. */
void
cardea_channel_fail (CardeaChannel *channel, GError *failure)
{
  if (channel->state >= CARDEA_CHANNEL_ENDING)
    {
      g_error_free (failure);
      return;
    }
  channel->state = CARDEA_CHANNEL_ENDING;
  channel->failure = failure;
  if (channel->source != NULL)
    g_source_set_ready_time (channel->source, 0);
}

static void
channel_fail_code (CardeaChannel *channel, CardeaChannelError code, const char *what)
{
  cardea_channel_fail (channel, g_error_new_literal (CARDEA_CHANNEL_ERROR, code, what));
}

static void
channel_say_goodbye (CardeaChannel *channel)
{
  if (channel->transport != NULL && channel->transport->ops->finish != NULL)
    channel->transport->ops->finish (channel->transport);
}

/* A handler let go of the channel: nobody may be called any more. */
static void
channel_check_abandoned (CardeaChannel *channel)
{
  if (channel->state >= CARDEA_CHANNEL_ENDING
      || !g_atomic_ref_count_compare (&channel->refs, channel->dispatching))
    return;
  channel_say_goodbye (channel);
  channel->state = CARDEA_CHANNEL_CLOSED;
}

/* Polls for what can be acted on. */
void
cardea_channel_update_poll (CardeaChannel *channel)
{
  ChannelSource *source = (ChannelSource *) channel->source;
  gboolean reads = channel->reading || channel->state == CARDEA_CHANNEL_OPENING;
  GIOCondition wanted = (reads ? G_IO_IN : 0) | (channel->blocked ? G_IO_OUT : 0);

  if (source == NULL || channel->state >= CARDEA_CHANNEL_ENDING)
    return;
  if (source->tag == NULL && wanted != 0)
    source->tag = g_source_add_unix_fd (channel->source, channel->link.fd, wanted);
  else if (source->tag != NULL)
    g_source_modify_unix_fd (channel->source, source->tag, wanted);
}

/* Tells the sender of a faulty request, as far as it said which one it was. */
static void
channel_refuse (CardeaChannel *channel, const CardeaJson *body, const GError *fault)
{
  const char *name = cardea_json_get_string (body, "type");
  const CardeaMessageRow *row = name != NULL ? cardea_message_table_find (name) : NULL;
  const char *request = cardea_json_get_string (body, "request");

  if (request == NULL || (row != NULL && row->kind != CARDEA_MESSAGE_REQUEST))
    return;
  g_autoptr (CardeaMessage) refusal = cardea_message_new ("refused");
  cardea_message_set_request (refusal, request);
  cardea_message_set_string (refusal, "code", "malformed");
  cardea_message_set_string (refusal, "reason", fault->message);
  /* Fails when the id itself is out of its limits: then there is no one to tell. */
  g_autoptr (GError) error = NULL;
  if (!cardea_channel_send (channel, refusal, &error))
    g_debug ("cannot refuse: %s", error->message);
}

static void
channel_fault (CardeaChannel *channel, const CardeaJson *body, const GError *fault)
{
  channel->faults++;
  g_debug ("fault %u: %s", channel->faults, fault->message);
  if (!is_internal (channel))
    channel_refuse (channel, body, fault);
  if (channel->handler.fault != NULL)
    channel->handler.fault (channel, fault, channel->user_data);
  /* A newcomer has one message to send: if that is wrong, nothing else can follow. */
  if (is_internal (channel) || channel->peer == CARDEA_ROLE_NEWCOMER
      || channel->faults >= FAULTS_ALLOWED)
    channel_fail_code (channel, CARDEA_CHANNEL_ERROR_SCHEMA, fault->message);
}

static CardeaMessage *
channel_decode (CardeaChannel *channel, const char *text, gsize size)
{
  g_autoptr (CardeaJson) refused = NULL;
  g_autoptr (GError) error = NULL;
  int fds[CARDEA_MESSAGE_FDS];

  g_autoptr (CardeaMessage) message
      = cardea_message_decode_full (text, size, channel->peer, channel->self, &refused, &error);
  if (message == NULL)
    {
      if (refused != NULL)
        channel_fault (channel, refused, error);
      else
        channel_fail_code (channel, CARDEA_CHANNEL_ERROR_FRAMING, error->message);
      return NULL;
    }

  guint count = cardea_message_count_fds (message);
  if (count > CARDEA_MESSAGE_FDS || !cardea_link_take_fds (&channel->link, fds, count))
    channel_fail_code (channel, CARDEA_CHANNEL_ERROR_DESCRIPTORS,
                       "a declared descriptor is missing");
  else if (!cardea_message_bind_fds (message, fds, count, &error))
    channel_fail_code (channel, CARDEA_CHANNEL_ERROR_DESCRIPTORS, error->message);
  return channel->state == CARDEA_CHANNEL_OPEN ? g_steal_pointer (&message) : NULL;
}

/* Hands one waiting frame to the handler; FALSE when there is none. */
static gboolean
channel_handle_frame (CardeaChannel *channel)
{
  const char *text;
  gsize size;
  CardeaFrameResult result = cardea_frame_buffer_next (&channel->in, &text, &size);

  if (result == CARDEA_FRAME_BAD)
    channel_fail_code (channel, CARDEA_CHANNEL_ERROR_FRAMING,
                       "a frame's length is out of its limits");
  if (result != CARDEA_FRAME_READY)
    return FALSE;

  g_autoptr (CardeaMessage) message = channel_decode (channel, text, size);
  /* Before the handler runs: it may run the main context, and with it this function, which must
   * then be called for what has left the socket already. */
  cardea_frame_buffer_consume (&channel->in, size);
  if (cardea_frame_buffer_begun (&channel->in)
      || channel->transport->ops->is_pending (channel->transport))
    g_source_set_ready_time (channel->source, 0);
  if (message != NULL)
    channel->handler.message (channel, message, channel->user_data);
  channel_check_abandoned (channel);
  return TRUE;
}

/* Nothing of a frame is there, so nobody is left for a descriptor that is. */
static void
channel_check_idle (CardeaChannel *channel)
{
  if (channel->link.n_fds > 0 && !cardea_frame_buffer_begun (&channel->in)
      && !channel->transport->ops->is_pending (channel->transport))
    channel_fail_code (channel, CARDEA_CHANNEL_ERROR_DESCRIPTORS, "an undeclared descriptor");
}

/* TRUE when bytes came. */
static gboolean
channel_fill (CardeaChannel *channel)
{
  gsize room, size = 0;
  GError *error = NULL;
  guint8 *to = cardea_frame_buffer_room (&channel->in, &room);
  CardeaLinkResult result
      = channel->transport->ops->read (channel->transport, to, room, &size, &error);

  /* Reading may have made TLS answer. */
  if (channel->link.out_size > 0 && !channel->blocked)
    cardea_channel_send_flush (channel);
  if (result == CARDEA_LINK_FAILED)
    cardea_channel_fail (channel, error);
  else if (result == CARDEA_LINK_ENDED && cardea_frame_buffer_begun (&channel->in))
    channel_fail_code (channel, CARDEA_CHANNEL_ERROR_FRAMING, "the link ended within a frame");
  else if (result == CARDEA_LINK_ENDED)
    channel_fail_code (channel, CARDEA_CHANNEL_ERROR_CLOSED, "the peer has gone");
  if (result != CARDEA_LINK_MORE)
    return FALSE;
  cardea_frame_buffer_filled (&channel->in, size);
  return TRUE;
}

static void
channel_read (CardeaChannel *channel)
{
  guint handled = 0;

  while (channel->state == CARDEA_CHANNEL_OPEN && channel->reading)
    {
      if (channel_handle_frame (channel))
        {
          if (++handled < MESSAGES_PER_DISPATCH)
            continue;
          g_source_set_ready_time (channel->source, 0);
          return;
        }
      /* Most often one message is all there is: polling costs no more than asking once again. */
      gboolean quiet = handled > 0 && !cardea_frame_buffer_begun (&channel->in)
                       && !channel->transport->ops->is_pending (channel->transport);
      if (quiet || channel->state != CARDEA_CHANNEL_OPEN || !channel_fill (channel))
        return;
    }
}

static void
channel_opened (CardeaChannel *channel)
{
  channel->state = CARDEA_CHANNEL_OPEN;
  cardea_channel_update_poll (channel);
  cardea_channel_send_early (channel);
}

static void
channel_announce (CardeaChannel *channel)
{
  if (channel->announced)
    return;
  channel->announced = TRUE;
  if (channel->handler.ready != NULL)
    channel->handler.ready (channel, channel->user_data);
  channel_check_abandoned (channel);
}

static void
channel_shake_hands (CardeaChannel *channel)
{
  GError *error = NULL;
  CardeaLinkResult result = channel->transport->ops->handshake (channel->transport, &error);

  cardea_channel_send_flush (channel);
  if (result == CARDEA_LINK_FAILED)
    cardea_channel_fail (channel, error);
  else if (result == CARDEA_LINK_ENDED)
    channel_fail_code (channel, CARDEA_CHANNEL_ERROR_CLOSED, "the peer has gone");
  else if (result == CARDEA_LINK_MORE && channel->state == CARDEA_CHANNEL_OPENING)
    channel_opened (channel);
}

static void
channel_finish (CardeaChannel *channel)
{
  g_autoptr (GError) failure = g_steal_pointer (&channel->failure);

  channel->state = CARDEA_CHANNEL_CLOSED;
  if (channel->source != NULL)
    g_source_destroy (channel->source);
  shutdown (channel->link.fd, SHUT_RDWR);
  if (channel->handler.closed != NULL)
    channel->handler.closed (channel, failure, channel->user_data);
}

static void
channel_advance (CardeaChannel *channel, GIOCondition ready)
{
  if (channel->state == CARDEA_CHANNEL_OPENING)
    channel_shake_hands (channel);
  if ((ready & G_IO_OUT) != 0 && channel->state < CARDEA_CHANNEL_ENDING)
    cardea_channel_send_flush (channel);
  if (channel->state == CARDEA_CHANNEL_OPEN)
    channel_announce (channel);
  if (channel->state == CARDEA_CHANNEL_OPEN)
    channel_read (channel);
  if (channel->state == CARDEA_CHANNEL_OPEN)
    channel_check_idle (channel);
  if (channel->state == CARDEA_CHANNEL_ENDING)
    channel_finish (channel);
}

static gboolean
channel_dispatch (GSource *base, GSourceFunc callback, gpointer user_data)
{
  ChannelSource *source = (ChannelSource *) base;
  g_autoptr (CardeaChannel) channel = cardea_channel_ref (source->channel);
  GIOCondition ready = source->tag != NULL ? g_source_query_unix_fd (base, source->tag) : 0;

  g_source_set_ready_time (base, -1);
  channel->dispatching++;
  channel_advance (channel, ready);
  channel->dispatching--;

  /* While nobody reads, an end would be reported again and again; reading finds it later. */
  if ((ready & (G_IO_HUP | G_IO_ERR)) != 0 && !channel->reading && source->tag != NULL
      && channel->state == CARDEA_CHANNEL_OPEN)
    {
      g_source_remove_unix_fd (base, source->tag);
      source->tag = NULL;
    }
  return G_SOURCE_CONTINUE;
}

CardeaChannel *
cardea_channel_new (int fd, CardeaChannelMode mode, CardeaTls *tls, CardeaRole self,
                    CardeaRole peer, const CardeaChannelHandler *handler, gpointer user_data)
{
  CardeaChannel *channel = g_new0 (CardeaChannel, 1);
  GError *error = NULL;

  g_atomic_ref_count_init (&channel->refs);
  channel->state = CARDEA_CHANNEL_OPENING;
  channel->self = self;
  channel->peer = peer;
  channel->handler = *handler;
  channel->user_data = user_data;
  channel->reading = TRUE;
  g_queue_init (&channel->early);
  cardea_link_init (&channel->link, fd);
  if (mode == CARDEA_CHANNEL_PLAIN)
    {
      channel->transport = cardea_transport_new_plain (&channel->link);
      channel->state = CARDEA_CHANNEL_OPEN;
    }
  else if (tls == NULL)
    channel_fail_code (channel, CARDEA_CHANNEL_ERROR_TLS, "no key to prove who we are");
  else
    {
      const CardeaTransportMaker *maker = (const CardeaTransportMaker *) tls;
      channel->transport
          = maker->open (tls, &channel->link, mode == CARDEA_CHANNEL_TLS_SERVER, peer, &error);
      if (channel->transport == NULL)
        cardea_channel_fail (channel, error);
    }
  return channel;
}

CardeaChannel *
cardea_channel_ref (CardeaChannel *channel)
{
  g_atomic_ref_count_inc (&channel->refs);
  return channel;
}

void
cardea_channel_unref (CardeaChannel *channel)
{
  if (channel == NULL || !g_atomic_ref_count_dec (&channel->refs))
    return;
  if (channel->source != NULL)
    {
      g_source_destroy (channel->source);
      g_source_unref (channel->source);
    }
  if (channel->state < CARDEA_CHANNEL_ENDING)
    channel_say_goodbye (channel);
  if (channel->transport != NULL)
    channel->transport->ops->free (channel->transport);
  g_queue_clear_full (&channel->early, (GDestroyNotify) cardea_link_chunk_free);
  cardea_frame_buffer_clear (&channel->in);
  cardea_link_clear (&channel->link);
  g_clear_error (&channel->failure);
  g_free (channel);
}

void
cardea_channel_attach (CardeaChannel *channel, GMainContext *context)
{
  if (channel->source != NULL || channel->state == CARDEA_CHANNEL_CLOSED)
    return;
  channel->source = g_source_new ((GSourceFuncs *) &channel_source_funcs, sizeof (ChannelSource));
  ((ChannelSource *) channel->source)->channel = channel;
  g_source_set_static_name (channel->source, "cardea-channel");
  /* A handler may wait for an answer on this very link. */
  g_source_set_can_recurse (channel->source, TRUE);
  cardea_channel_update_poll (channel);
  g_source_set_ready_time (channel->source, 0);
  g_source_attach (channel->source, context);
}

void
cardea_channel_set_reading (CardeaChannel *channel, gboolean reading)
{
  if (channel->reading == reading)
    return;
  channel->reading = reading;
  cardea_channel_update_poll (channel);
  if (reading && channel->source != NULL)
    g_source_set_ready_time (channel->source, 0);
}

void
cardea_channel_close (CardeaChannel *channel)
{
  if (channel->state >= CARDEA_CHANNEL_ENDING)
    return;
  channel_say_goodbye (channel);
  channel_fail_code (channel, CARDEA_CHANNEL_ERROR_CLOSED, "closed");
  shutdown (channel->link.fd, SHUT_RDWR);
}

gsize
cardea_channel_pending (const CardeaChannel *channel)
{
  return channel->link.out_size + channel->early_size;
}

gboolean
cardea_channel_is_open (const CardeaChannel *channel)
{
  return channel->state < CARDEA_CHANNEL_ENDING;
}

int
cardea_channel_fd (const CardeaChannel *channel)
{
  return channel->link.fd;
}

const char *
cardea_channel_peer_thumbprint (const CardeaChannel *channel)
{
  if (channel->transport == NULL || channel->transport->ops->thumbprint == NULL
      || channel->state == CARDEA_CHANNEL_OPENING)
    return NULL;
  return channel->transport->ops->thumbprint (channel->transport);
}

gboolean
cardea_channel_release (CardeaChannel *channel, int *ret_fd)
{
  gboolean quiet = channel->state == CARDEA_CHANNEL_OPEN && channel->link.n_fds == 0
                   && channel->link.out_size == 0 && !cardea_frame_buffer_begun (&channel->in);

  if (channel->source != NULL)
    g_source_destroy (channel->source);
  channel->state = CARDEA_CHANNEL_CLOSED;
  *ret_fd = channel->link.fd;
  channel->link.fd = -1;
  return quiet;
}
