/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: nothing that passes. Refuses: to let the program speak before the host switched. Known
 * gaps: frames are not looked into. */

#include "guardian/egress/guardian-egress-exchange.h"

#include "common/base/cardea-autofd.h"

#include <errno.h>
#include <glib-unix.h>
#include <string.h>
#include <sys/socket.h>

#define PIECE 16384
#define ANSWER_SECONDS 5 /* for the rest of another answer */
#define SWITCHES "HTTP/1.1 101"
#define SWITCH_SIZE (sizeof SWITCHES - 1)

typedef struct {
  guint8 bytes[PIECE];
  gsize begin;
  gsize end;
} Piece;

typedef struct {
  GuardianEgressFlow flow;
  GuardianEgressFetch *fetch;
  int inner;
  GByteArray *head; /* what of the request is not sent yet; NULL: all is */
  char answer[SWITCH_SIZE];
  gsize answered; /* bytes of it that are there */
  gboolean switched;
  Piece outwards;
  Piece inwards;
  guint inner_watch;
  guint outer_watch;
  guint timer; /* of a host that did not switch */
} Exchange;

typedef enum { MOVED, BLOCKED, OVER } Moved;

static void step (Exchange *exchange);

static void
wipe_head (Exchange *exchange)
{
  if (exchange->head == NULL)
    return;
  explicit_bzero (exchange->head->data, exchange->head->len); /* a secret may be in it */
  g_clear_pointer (&exchange->head, g_byte_array_unref);
}

static void
end (Exchange *exchange, const char *reason)
{
  g_clear_handle_id (&exchange->inner_watch, g_source_remove);
  g_clear_handle_id (&exchange->outer_watch, g_source_remove);
  g_clear_handle_id (&exchange->timer, g_source_remove);
  wipe_head (exchange);
  cardea_fd_clear (&exchange->inner);
  guardian_egress_fetch_free (exchange->fetch);
  guardian_egress_flow_end (&exchange->flow, reason);
  g_free (exchange);
}

static void
cut_cb (GuardianEgressFlow *flow, const char *reason)
{
  end ((Exchange *) (gpointer) flow, reason);
}

static Moved
send_head (Exchange *exchange)
{
  gsize sent = 0;

  if (exchange->head == NULL)
    return BLOCKED;
  if (!guardian_egress_fetch_send (exchange->fetch, exchange->head->data, exchange->head->len,
                                   &sent))
    return OVER;
  exchange->flow.sent += sent;
  memset (exchange->head->data, 0, sent);
  g_byte_array_remove_range (exchange->head, 0, (guint) sent);
  if (exchange->head->len == 0)
    wipe_head (exchange);
  return sent > 0 ? MOVED : BLOCKED;
}

static Moved
take_inner (Exchange *exchange)
{
  Piece *piece = &exchange->outwards;

  if (!exchange->switched || piece->begin < piece->end)
    return BLOCKED;
  ssize_t size = recv (exchange->inner, piece->bytes, sizeof piece->bytes, 0);
  if (size <= 0)
    return size < 0 && (errno == EAGAIN || errno == EINTR) ? BLOCKED : OVER;
  piece->begin = 0;
  piece->end = (gsize) size;
  return MOVED;
}

static Moved
give_outer (Exchange *exchange)
{
  Piece *piece = &exchange->outwards;
  gsize sent = 0;

  if (piece->begin == piece->end)
    return BLOCKED;
  if (!guardian_egress_fetch_send (exchange->fetch, piece->bytes + piece->begin,
                                   piece->end - piece->begin, &sent))
    return OVER;
  piece->begin += sent;
  exchange->flow.sent += sent;
  return sent > 0 ? MOVED : BLOCKED;
}

static gboolean
late_cb (gpointer user_data)
{
  Exchange *exchange = user_data;

  exchange->timer = 0;
  end (exchange, "the host did not switch to WebSocket");
  return G_SOURCE_REMOVE;
}

static Moved
take_outer (Exchange *exchange)
{
  Piece *piece = &exchange->inwards;
  gsize got = 0;

  if (piece->begin < piece->end)
    return BLOCKED;
  if (!guardian_egress_fetch_receive (exchange->fetch, piece->bytes, sizeof piece->bytes, &got))
    return OVER;
  piece->begin = 0;
  piece->end = got;
  exchange->flow.received += got;
  gsize first = MIN (got, SWITCH_SIZE - exchange->answered);
  memcpy (exchange->answer + exchange->answered, piece->bytes, first);
  exchange->answered += first;
  exchange->switched
      = exchange->answered == SWITCH_SIZE && memcmp (exchange->answer, SWITCHES, SWITCH_SIZE) == 0;
  if (exchange->answered == SWITCH_SIZE && !exchange->switched && exchange->timer == 0)
    exchange->timer = g_timeout_add_seconds (ANSWER_SECONDS, late_cb, exchange);
  return got > 0 ? MOVED : BLOCKED;
}

static Moved
give_inner (Exchange *exchange)
{
  Piece *piece = &exchange->inwards;

  if (piece->begin == piece->end)
    return BLOCKED;
  ssize_t size = send (exchange->inner, piece->bytes + piece->begin, piece->end - piece->begin,
                       MSG_NOSIGNAL);
  if (size < 0)
    return errno == EAGAIN || errno == EINTR ? BLOCKED : OVER;
  piece->begin += (gsize) size;
  return MOVED;
}

static gboolean
ready_cb (gint fd, GIOCondition condition, gpointer user_data)
{
  Exchange *exchange = user_data;

  *(fd == exchange->inner ? &exchange->inner_watch : &exchange->outer_watch) = 0;
  if (fd == exchange->inner && (condition & (G_IO_HUP | G_IO_ERR)) != 0)
    end (exchange, NULL);
  else
    step (exchange);
  return G_SOURCE_REMOVE;
}

static void
watch (Exchange *exchange)
{
  gboolean in = exchange->inwards.begin < exchange->inwards.end;
  gboolean out = exchange->head != NULL || exchange->outwards.begin < exchange->outwards.end;
  GIOCondition inner = (in ? G_IO_OUT : 0) | (exchange->switched && !out ? G_IO_IN : 0);
  GIOCondition outer = (out ? G_IO_OUT : 0) | (in ? 0 : G_IO_IN);

  g_clear_handle_id (&exchange->inner_watch, g_source_remove);
  g_clear_handle_id (&exchange->outer_watch, g_source_remove);
  exchange->inner_watch
      = g_unix_fd_add (exchange->inner, inner | G_IO_HUP | G_IO_ERR, ready_cb, exchange);
  if (outer != 0)
    exchange->outer_watch
        = g_unix_fd_add (guardian_egress_fetch_socket (exchange->fetch), outer, ready_cb, exchange);
}

/* Whatever can be moved, is; then it waits for more. */
static void
step (Exchange *exchange)
{
  Moved (*const steps[]) (Exchange *)
      = { send_head, take_inner, give_outer, take_outer, give_inner };
  Moved moved = MOVED;

  while (moved == MOVED)
    {
      moved = BLOCKED;
      for (gsize i = 0; moved != OVER && i < G_N_ELEMENTS (steps); i++)
        {
          Moved one = steps[i](exchange);
          moved = one == BLOCKED ? moved : one;
        }
    }
  if (moved == OVER)
    end (exchange, NULL);
  else
    watch (exchange);
}

void
guardian_egress_exchange_start (GuardianEgressFlow *flow, GuardianEgressFetch *fetch, int inner,
                                GByteArray *taken_head)
{
  Exchange *exchange = g_new0 (Exchange, 1);

  guardian_egress_flow_move (&exchange->flow, flow, cut_cb);
  g_strlcpy (exchange->flow.address, guardian_egress_fetch_address (fetch),
             sizeof exchange->flow.address);
  exchange->fetch = fetch;
  exchange->inner = inner;
  exchange->head = taken_head;
  if (guardian_egress_fetch_socket (fetch) >= 0)
    step (exchange);
  else
    end (exchange, "the host broke the connection off");
}
