/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/protocol/cardea-channel.h"
#include "common/protocol/cardea-frame.h"
#include "common/protocol/cardea-link.h"
#include "common/protocol/cardea-transport.h"

/* Shared by the files of common/protocol only. */

typedef enum {
  CARDEA_CHANNEL_OPENING, /* the transport shakes hands; what is sent waits */
  CARDEA_CHANNEL_OPEN,
  CARDEA_CHANNEL_ENDING, /* failure is set; closed() is due at the next dispatch */
  CARDEA_CHANNEL_CLOSED, /* closed() was called, or nobody is left to be told */
} CardeaChannelState;

struct _CardeaChannel {
  gatomicrefcount refs;
  int dispatching; /* of refs, those that running dispatches hold */
  CardeaChannelState state;
  CardeaRole self, peer;
  CardeaChannelHandler handler;
  gpointer user_data;
  CardeaLink link;
  CardeaTransport *transport;
  CardeaFrameBuffer in;
  GQueue early; /* of CardeaLinkChunk in clear: sent before the handshake was done */
  gsize early_size, early_fds;
  gboolean announced; /* ready() was called */
  gboolean reading;
  gboolean blocked; /* output waits for room */
  guint faults;
  GError *failure;
  GSource *source; /* NULL: not attached */
};

/* cardea-channel.c: the link ends at the next dispatch; takes failure. */
void cardea_channel_fail (CardeaChannel *channel, GError *failure);

/* The same: polls for what can be acted on. */
void cardea_channel_update_poll (CardeaChannel *channel);

/* cardea-channel-send.c: gives the socket what waits, as far as it takes it. */
void cardea_channel_send_flush (CardeaChannel *channel);

/* The same: sends what was given before the handshake was done. */
void cardea_channel_send_early (CardeaChannel *channel);

/* Ends the channel without a call and hands its descriptor back. TRUE when nothing had been read
 * beyond the last message and nothing waits to be sent, so that another channel may go on. */
gboolean cardea_channel_release (CardeaChannel *channel, int *ret_fd);
