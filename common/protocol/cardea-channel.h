/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/protocol/cardea-message.h"
#include "common/protocol/cardea-role.h"

#include <glib.h>

/* A link of frames over an AF_UNIX stream socket, with or without TLS 1.3 inside, that carries
 * descriptors (architecture.md §4). Non-blocking, driven by a GMainContext; one thread.
 *
 * Trusts: nothing that arrives. A framing error, an undeclared, missing or surplus descriptor, or
 * a control message that was cut off ends the link. A schema error is answered with "refused" and
 * the third ends the link; on a link between guardian processes the first does. */
typedef struct _CardeaChannel CardeaChannel;
typedef struct _CardeaTls CardeaTls; /* cardea-tls.h: own key and chain, the authority to trust */

typedef enum {
  CARDEA_CHANNEL_ERROR_FRAMING,
  CARDEA_CHANNEL_ERROR_DESCRIPTORS,
  CARDEA_CHANNEL_ERROR_SCHEMA,
  CARDEA_CHANNEL_ERROR_TLS,
  CARDEA_CHANNEL_ERROR_CLOSED, /* the peer went away */
  CARDEA_CHANNEL_ERROR_FULL,   /* the peer does not read: more than 4 MiB wait to be sent */
} CardeaChannelError;

#define CARDEA_CHANNEL_ERROR (cardea_channel_error_quark ())
GQuark cardea_channel_error_quark (void);

typedef struct {
  /* The handler may take descriptors from message. It may close or unref the channel. */
  void (*message) (CardeaChannel *channel, CardeaMessage *message, gpointer user_data);
  /* TLS is up; for a plain channel called at the first dispatch. May be NULL. */
  void (*ready) (CardeaChannel *channel, gpointer user_data);
  /* Called once, last. error is never NULL. */
  void (*closed) (CardeaChannel *channel, const GError *error, gpointer user_data);
  /* The peer sent something the table does not allow; it was refused already. For records. May be
   * NULL. */
  void (*fault) (CardeaChannel *channel, const GError *error, gpointer user_data);
} CardeaChannelHandler;

typedef enum {
  CARDEA_CHANNEL_PLAIN,      /* worker pairs */
  CARDEA_CHANNEL_TLS_SERVER, /* the core towards front ends, consent and agents */
  CARDEA_CHANNEL_TLS_CLIENT,
} CardeaChannelMode;

/* Takes fd (a connected AF_UNIX stream socket; no call on it blocks). tls: NULL for PLAIN; for a
 * TLS mode the enrolment has already happened (cardea-enrol.h). handler is copied. The channel
 * lives until the last unref; it reads only after cardea_channel_attach(). */
CardeaChannel *cardea_channel_new (int fd, CardeaChannelMode mode, CardeaTls *tls, CardeaRole self,
                                   CardeaRole peer, const CardeaChannelHandler *handler,
                                   gpointer user_data);
CardeaChannel *cardea_channel_ref (CardeaChannel *channel);
void cardea_channel_unref (CardeaChannel *channel);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CardeaChannel, cardea_channel_unref)

/* context NULL is the default one. */
void cardea_channel_attach (CardeaChannel *channel, GMainContext *context);

/* Queues a message (checked against the table first) and writes what the socket takes at once.
 * The message's descriptors are consumed. FALSE: nothing was queued. */
gboolean cardea_channel_send (CardeaChannel *channel, CardeaMessage *message, GError **error);

/* Stops reading until resumed: how a receiver keeps a fast peer from filling its memory. */
void cardea_channel_set_reading (CardeaChannel *channel, gboolean reading);

/* Ends the link now; closed() is called with CLOSED from the next dispatch. */
void cardea_channel_close (CardeaChannel *channel);

/* Bytes that wait because the peer does not read: a sender stops before they are too many. */
gsize cardea_channel_pending (const CardeaChannel *channel);

gboolean cardea_channel_is_open (const CardeaChannel *channel);
int cardea_channel_fd (const CardeaChannel *channel); /* borrowed; for peer credentials */
/* SHA-256 of the peer's certificate (DER), lower-case hex; NULL on a plain link or before ready. */
const char *cardea_channel_peer_thumbprint (const CardeaChannel *channel);
