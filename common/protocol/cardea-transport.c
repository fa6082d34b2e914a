/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/protocol/cardea-transport.h"

static CardeaLinkResult
plain_handshake (CardeaTransport *transport, GError **error)
{
  return CARDEA_LINK_MORE;
}

static CardeaLinkResult
plain_read (CardeaTransport *transport, void *to, gsize size, gsize *ret_size, GError **error)
{
  return cardea_link_receive (transport->link, to, size, ret_size, error);
}

static gboolean
plain_is_pending (CardeaTransport *transport)
{
  return FALSE;
}

static void
plain_free (CardeaTransport *transport)
{
  g_free (transport);
}

static const CardeaTransportOps plain_ops = {
  .handshake = plain_handshake,
  .read = plain_read,
  .is_pending = plain_is_pending,
  .free = plain_free,
};

CardeaTransport *
cardea_transport_new_plain (CardeaLink *link)
{
  CardeaTransport *transport = g_new0 (CardeaTransport, 1);
  transport->ops = &plain_ops;
  transport->link = link;
  return transport;
}
