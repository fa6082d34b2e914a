/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/protocol/cardea-channel-private.h"

#include "common/protocol/cardea-message-private.h"

/* What goes out on a channel. Trusts nobody to read: what waits is bounded (cardea-link.h), and
 * beyond that sending is refused. Refuses what the table does not allow from us to this peer.
 * Known gaps: none. */

#define SEALING_ROOM 64u /* what a record adds to a short message */

static void
set_blocked (CardeaChannel *channel, gboolean blocked)
{
  if (channel->blocked == blocked)
    return;
  channel->blocked = blocked;
  cardea_channel_update_poll (channel);
}

/* What became of an attempt to send. */
static void
after_send (CardeaChannel *channel, CardeaLinkResult result, GError *error)
{
  if (result == CARDEA_LINK_FAILED)
    {
      cardea_channel_fail (channel, error);
      return;
    }
  /* The peer reads no more, but what it said last may still wait: reading finds the end. */
  if (result == CARDEA_LINK_ENDED)
    cardea_link_drop_output (&channel->link);
  set_blocked (channel, result == CARDEA_LINK_BLOCKED);
}

void
cardea_channel_send_flush (CardeaChannel *channel)
{
  GError *error = NULL;
  CardeaLinkResult result = cardea_link_flush (&channel->link, &error);
  after_send (channel, result, error);
}

/* Takes the clear chunk; NULL with an error when it cannot be sealed. */
static CardeaLinkChunk *
seal (CardeaChannel *channel, CardeaLinkChunk *clear, GError **error)
{
  if (channel->transport->ops->write == NULL)
    return clear;

  CardeaLinkChunk *sealed = cardea_link_chunk_new (clear->bytes->len + SEALING_ROOM);
  gboolean good = channel->transport->ops->write (channel->transport, clear->bytes->data,
                                                  clear->bytes->len, sealed, error);
  if (good)
    cardea_link_chunk_move_fds (sealed, clear);
  else
    g_clear_pointer (&sealed, cardea_link_chunk_free);
  cardea_link_chunk_free (clear);
  return sealed;
}

/* Takes the clear chunk. */
static gboolean
transmit (CardeaChannel *channel, CardeaLinkChunk *clear, GError **error)
{
  GError *send_error = NULL;
  CardeaLinkChunk *chunk = seal (channel, clear, error);

  if (chunk == NULL)
    return FALSE;
  CardeaLinkResult result = cardea_link_send (&channel->link, chunk, &send_error);
  after_send (channel, result, send_error);
  return TRUE;
}

static gboolean
has_room (const CardeaChannel *channel, gsize size)
{
  return channel->link.out_size + channel->early_size + size <= CARDEA_LINK_OUT_LIMIT
         && channel->link.out_fds + channel->early_fds <= CARDEA_LINK_OUT_FDS;
}

gboolean
cardea_channel_send (CardeaChannel *channel, CardeaMessage *message, GError **error)
{
  g_autofree char *text = NULL;
  guint8 header[CARDEA_FRAME_HEADER];
  gsize size;

  if (channel->state >= CARDEA_CHANNEL_ENDING)
    {
      g_set_error (error, CARDEA_CHANNEL_ERROR, CARDEA_CHANNEL_ERROR_CLOSED, "the link has ended");
      return FALSE;
    }
  if (!cardea_message_check (message, channel->self, channel->peer, error))
    return FALSE;
  text = cardea_message_encode (message, &size, error);
  if (text == NULL)
    return FALSE;
  if (size > CARDEA_LIMIT_FRAME)
    {
      g_set_error (error, CARDEA_CHANNEL_ERROR, CARDEA_CHANNEL_ERROR_FRAMING,
                   "%s: longer than a frame", cardea_message_name (message));
      return FALSE;
    }
  if (!has_room (channel, size))
    {
      g_set_error (error, CARDEA_CHANNEL_ERROR, CARDEA_CHANNEL_ERROR_FULL,
                   "the peer does not read");
      return FALSE;
    }

  CardeaLinkChunk *chunk = cardea_link_chunk_new (sizeof header + size);
  cardea_frame_write_header (header, size);
  g_byte_array_append (chunk->bytes, header, sizeof header);
  g_byte_array_append (chunk->bytes, (const guint8 *) text, (guint) size);
  chunk->n_fds = cardea_message_steal_fds (message, chunk->fds);
  if (channel->state != CARDEA_CHANNEL_OPENING)
    return transmit (channel, chunk, error);
  channel->early_size += chunk->bytes->len + CARDEA_LINK_CHUNK_COST;
  channel->early_fds += chunk->n_fds;
  g_queue_push_tail (&channel->early, chunk);
  return TRUE;
}

void
cardea_channel_send_early (CardeaChannel *channel)
{
  CardeaLinkChunk *chunk;

  channel->early_size = channel->early_fds = 0;
  while (channel->state == CARDEA_CHANNEL_OPEN
         && (chunk = g_queue_pop_head (&channel->early)) != NULL)
    {
      GError *error = NULL;
      if (!transmit (channel, chunk, &error))
        cardea_channel_fail (channel, error);
    }
}
