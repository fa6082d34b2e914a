/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/protocol/cardea-channel.h"
#include "common/protocol/cardea-link.h"

#include <glib.h>

/* What lies between a channel's frames and its link: nothing (plain) or TLS. A table of functions,
 * so that a worker, whose links are all plain, does not link libssl. Shared by the files of
 * common/protocol only. */

typedef struct _CardeaTransport CardeaTransport;

typedef struct {
  /* MORE: the link is ready for frames. */
  CardeaLinkResult (*handshake) (CardeaTransport *transport, GError **error);
  CardeaLinkResult (*read) (CardeaTransport *transport, void *to, gsize size, gsize *ret_size,
                            GError **error);
  /* TRUE when bytes have left the socket and wait in the transport. */
  gboolean (*is_pending) (CardeaTransport *transport);
  /* Appends what must be sent for bytes to chunk. NULL: bytes are sent as they are. */
  gboolean (*write) (CardeaTransport *transport, const guint8 *bytes, gsize size,
                     CardeaLinkChunk *chunk, GError **error);
  /* Says good-bye. NULL: has no word for it. */
  void (*finish) (CardeaTransport *transport);
  /* NULL: the peer has no certificate. */
  const char *(*thumbprint) (CardeaTransport *transport);
  void (*free) (CardeaTransport *transport);
} CardeaTransportOps;

struct _CardeaTransport {
  const CardeaTransportOps *ops;
  CardeaLink *link; /* borrowed; outlives the transport */
};

CardeaTransport *cardea_transport_new_plain (CardeaLink *link);

/* The first member of CardeaTls. */
typedef struct {
  CardeaTransport *(*open) (CardeaTls *tls, CardeaLink *link, gboolean server, CardeaRole peer,
                            GError **error);
} CardeaTransportMaker;
