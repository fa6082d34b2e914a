/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: nothing that passes; the core for what may go. Refuses: to let the program speak before
 * the host switched, and anything of a message before it was looked at. Known gaps: what the host
 * says is not looked at; what was taken out for a placeholder is not put back into it. */

#include "guardian/egress/guardian-egress-exchange.h"

#include "guardian/egress/guardian-egress-frames.h"

#include "common/base/cardea-autofd.h"
#include "common/base/cardea-host.h"

#include <errno.h>
#include <glib-unix.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>

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
  char *url; /* of the host, without what the request wanted: that was looked at */
  GuardianEgressFrames *frames;
  GuardianEgressFramesMessage message; /* that is looked at */
  guint64 look;
  gboolean asking; /* for it, just now */
  gsize held;      /* bytes that count as held for looking at */
  char *broken;    /* why nothing more goes; NULL: it does */
  GByteArray *outwards;
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

static GuardianEgressLooks *
looks_of (const Exchange *exchange)
{
  return guardian_egress_session_looks (exchange->flow.session);
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
  guardian_egress_looks_cancel (looks_of (exchange), exchange->look);
  guardian_egress_looks_release (looks_of (exchange), exchange->held);
  guardian_egress_flow_end (&exchange->flow, reason);
  guardian_egress_frames_message_clear (&exchange->message);
  guardian_egress_frames_free (exchange->frames);
  g_byte_array_unref (exchange->outwards);
  g_free (exchange->broken);
  g_free (exchange->url);
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
break_off (Exchange *exchange, const char *why)
{
  g_free (exchange->broken);
  exchange->broken = g_strdup (why);
  return OVER;
}

static gboolean
takes_more (const Exchange *exchange)
{
  return exchange->switched && exchange->look == 0 && exchange->outwards->len == 0;
}

static Moved
take_inner (Exchange *exchange)
{
  guint8 bytes[PIECE];

  if (!takes_more (exchange))
    return BLOCKED;
  ssize_t size = recv (exchange->inner, bytes, sizeof bytes, 0);
  if (size <= 0)
    return size < 0 && (errno == EAGAIN || errno == EINTR) ? BLOCKED : OVER;
  if (!guardian_egress_looks_hold (looks_of (exchange), (gsize) size))
    return break_off (exchange, "too much waits to be looked at");
  exchange->held += (gsize) size;
  guardian_egress_frames_feed (exchange->frames, bytes, (gsize) size);
  return MOVED;
}

/* --- looking at messages --- */

/* What goes in its place, in one frame. FALSE: it cannot. */
static gboolean
replace (Exchange *exchange, int content)
{
  const GuardianEgressFramesMessage *message = &exchange->message;
  struct stat st;
  void *bytes = !message->mixed && fstat (content, &st) == 0 && st.st_size > 0
                    ? mmap (NULL, (gsize) st.st_size, PROT_READ, MAP_PRIVATE, content, 0)
                    : MAP_FAILED;

  if (bytes == MAP_FAILED)
    return FALSE;
  gboolean good = guardian_egress_frames_write (message->opcode, bytes, (gsize) st.st_size,
                                                exchange->outwards);
  munmap (bytes, (gsize) st.st_size);
  return good;
}

static void
let_go (Exchange *exchange, int content)
{
  const GByteArray *raw = exchange->message.raw;

  guardian_egress_looks_release (looks_of (exchange), raw->len);
  exchange->held -= MIN (raw->len, exchange->held);
  if (content < 0)
    g_byte_array_append (exchange->outwards, raw->data, raw->len);
  else if (!replace (exchange, content))
    break_off (exchange, "what was to be left out could not be");
  guardian_egress_frames_message_clear (&exchange->message);
}

static void
looked_cb (const GuardianEgressLooked *looked, gpointer user_data)
{
  Exchange *exchange = user_data;

  exchange->look = 0;
  if (looked->code != NULL)
    break_off (exchange, looked->reason);
  else
    let_go (exchange, looked->body);
  if (exchange->asking)
    return;
  if (exchange->broken != NULL)
    end (exchange, exchange->broken);
  else
    step (exchange);
}

/* As what it is to the host: something that is sent there. */
static void
ask (Exchange *exchange)
{
  const GByteArray *content = exchange->message.content;
  g_autoptr (GPtrArray) none = g_ptr_array_new ();
  g_autoptr (GBytes) bytes = g_bytes_new_static (content->data, content->len);
  GQueue body = G_QUEUE_INIT;
  const GuardianEgressTarget target = {
    .name = exchange->flow.name, .port = exchange->flow.port, .method = "POST", .url = exchange->url
  };
  const GuardianEgressLook look = { &target, none, &body, FALSE };

  g_queue_push_tail (&body, bytes);
  exchange->asking = TRUE;
  exchange->look = guardian_egress_looks_ask (looks_of (exchange), &look, looked_cb, exchange);
  exchange->asking = FALSE;
  g_queue_clear (&body);
}

static Moved
look_at_next (Exchange *exchange)
{
  const char *why = NULL;

  if (!takes_more (exchange))
    return BLOCKED;
  GuardianEgressFramesState state
      = guardian_egress_frames_take (exchange->frames, &exchange->message, &why);
  if (state == GUARDIAN_EGRESS_FRAMES_BROKEN)
    return break_off (exchange, why);
  if (state == GUARDIAN_EGRESS_FRAMES_MORE)
    return BLOCKED;
  if (exchange->message.content->len > 0)
    ask (exchange);
  else
    let_go (exchange, -1);
  return exchange->broken != NULL ? OVER : exchange->look != 0 ? BLOCKED : MOVED;
}

static Moved
give_outer (Exchange *exchange)
{
  GByteArray *bytes = exchange->outwards;
  gsize sent = 0;

  if (bytes->len == 0)
    return BLOCKED;
  if (!guardian_egress_fetch_send (exchange->fetch, bytes->data, bytes->len, &sent))
    return OVER;
  if (sent > 0)
    g_byte_array_remove_range (bytes, 0, (guint) sent);
  exchange->flow.sent += sent;
  return sent > 0 ? MOVED : BLOCKED;
}

/* --- moving --- */

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
  gboolean out = exchange->head != NULL || exchange->outwards->len > 0;
  GIOCondition inner = (in ? G_IO_OUT : 0) | (takes_more (exchange) ? G_IO_IN : 0);
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
      = { send_head, look_at_next, take_inner, give_outer, take_outer, give_inner };
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
    end (exchange, exchange->broken);
  else
    watch (exchange);
}

void
guardian_egress_exchange_start (GuardianEgressFlow *flow, GuardianEgressFetch *fetch, gboolean tls,
                                int inner, GByteArray *taken_head)
{
  Exchange *exchange = g_new0 (Exchange, 1);

  guardian_egress_flow_move (&exchange->flow, flow, cut_cb);
  g_strlcpy (exchange->flow.address, guardian_egress_fetch_address (fetch),
             sizeof exchange->flow.address);
  exchange->fetch = fetch;
  exchange->inner = inner;
  exchange->frames = guardian_egress_frames_new ();
  exchange->outwards = g_byte_array_new ();
  g_autofree char *host = cardea_host_format (exchange->flow.name.text, exchange->flow.port);
  exchange->url = g_strdup_printf ("%s://%s/", tls ? "https" : "http", host);
  exchange->head = taken_head;
  if (guardian_egress_fetch_socket (fetch) >= 0)
    step (exchange);
  else
    end (exchange, "the host broke the connection off");
}
