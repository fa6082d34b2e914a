/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: nothing that passes; it is not looked at. Refuses: nothing; its callers did.
 * Known gaps: what is on its way when a relay is cut is lost. */

#include "guardian/egress/guardian-egress-relay.h"

#include "common/base/cardea-autofd.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define EVENTS 64
#define SWEEP_SECONDS 30

typedef struct {
  int from; /* of relay->fds */
  int pipe[2];
  gsize filled;
  guint64 moved;
  gboolean ended; /* nothing comes any more, and the other end knows */
} Direction;

struct _GuardianEgressRelay {
  GuardianEgressRelays *relays;
  int fds[2]; /* inner, outer */
  Direction directions[2];
  gint64 active_us;
  GuardianEgressRelayEnded ended;
  gpointer user_data;
  GList link;   /* of all */
  GList turn;   /* of those with something to do */
  gboolean due; /* it is in that list */
};

typedef struct {
  GSource source;
  GuardianEgressRelays *relays;
} RelaysSource;

struct _GuardianEgressRelays {
  int epoll;
  GSource *source;
  GQueue all;
  GQueue turn;
  GArray *spare; /* pipes, two numbers each */
  guint sweep;
};

typedef enum { PROGRESS, NOTHING, BROKEN } Step;

/* --- pipes --- */

static gboolean
take_pipe (GuardianEgressRelays *relays, int pipe[2])
{
  if (relays->spare->len >= 2)
    {
      pipe[0] = g_array_index (relays->spare, int, relays->spare->len - 2);
      pipe[1] = g_array_index (relays->spare, int, relays->spare->len - 1);
      g_array_set_size (relays->spare, relays->spare->len - 2);
      return TRUE;
    }
  if (pipe2 (pipe, O_CLOEXEC | O_NONBLOCK) != 0)
    return FALSE;
  if (fcntl (pipe[1], F_SETPIPE_SZ, GUARDIAN_EGRESS_RELAY_PIPE) < 0)
    g_debug ("a pipe stays small: %s", g_strerror (errno)); /* the user has many */
  return TRUE;
}

static void
give_pipe_back (GuardianEgressRelays *relays, Direction *direction)
{
  if (direction->pipe[0] < 0)
    return;
  if (direction->filled == 0 && relays->spare->len < 2 * GUARDIAN_EGRESS_RELAY_SPARE)
    {
      g_array_append_vals (relays->spare, direction->pipe, 2);
      direction->pipe[0] = direction->pipe[1] = -1;
      return;
    }
  cardea_fd_clear (&direction->pipe[0]);
  cardea_fd_clear (&direction->pipe[1]);
}

/* --- moving --- */

static Step
fill (GuardianEgressRelay *relay, Direction *direction)
{
  if (direction->ended || direction->filled >= GUARDIAN_EGRESS_RELAY_PIPE)
    return NOTHING;
  if (direction->pipe[0] < 0 && !take_pipe (relay->relays, direction->pipe))
    return BROKEN;
  ssize_t size
      = splice (relay->fds[direction->from], NULL, direction->pipe[1], NULL,
                GUARDIAN_EGRESS_RELAY_PIPE - direction->filled, SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
  if (size > 0)
    {
      direction->filled += (gsize) size;
      return PROGRESS;
    }
  if (size < 0)
    return errno == EAGAIN || errno == EINTR ? NOTHING : BROKEN;
  if (direction->filled > 0)
    return NOTHING; /* its end is told when all before it has gone on */
  direction->ended = TRUE;
  if (shutdown (relay->fds[!direction->from], SHUT_WR) != 0)
    g_debug ("the other end is gone as well: %s", g_strerror (errno));
  return PROGRESS;
}

static Step
drain (GuardianEgressRelay *relay, Direction *direction)
{
  if (direction->filled == 0)
    return NOTHING;
  ssize_t size = splice (direction->pipe[0], NULL, relay->fds[!direction->from], NULL,
                         direction->filled, SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
  if (size <= 0)
    return size < 0 && (errno == EAGAIN || errno == EINTR) ? NOTHING : BROKEN;
  direction->filled -= (gsize) size;
  direction->moved += (guint64) size;
  return PROGRESS;
}

/* Until neither end has or takes anything. TRUE: its turn ended before that. */
static gboolean
move (GuardianEgressRelay *relay, Direction *direction, gboolean *ret_broken)
{
  guint64 until = direction->moved + GUARDIAN_EGRESS_RELAY_TURN;
  Step in = PROGRESS;
  Step out = PROGRESS;

  while ((in == PROGRESS || out == PROGRESS) && direction->moved < until)
    {
      in = fill (relay, direction);
      out = drain (relay, direction);
      if (in == BROKEN || out == BROKEN)
        {
          *ret_broken = TRUE;
          return FALSE;
        }
    }
  if (direction->filled == 0)
    give_pipe_back (relay->relays, direction);
  return in == PROGRESS || out == PROGRESS;
}

static void
set_due (GuardianEgressRelay *relay)
{
  if (!relay->due)
    g_queue_push_tail_link (&relay->relays->turn, &relay->turn);
  relay->due = TRUE;
}

static void
take_turn (GuardianEgressRelay *relay)
{
  gboolean broken = FALSE;
  gboolean more = FALSE;

  relay->active_us = g_get_monotonic_time ();
  for (gsize i = 0; !broken && i < G_N_ELEMENTS (relay->directions); i++)
    more = move (relay, &relay->directions[i], &broken) || more;
  if (broken)
    relay->ended (relay, "one end broke the connection off", relay->user_data);
  else if (relay->directions[0].ended && relay->directions[1].ended)
    relay->ended (relay, NULL, relay->user_data);
  else if (more)
    set_due (relay);
}

/* --- the loop --- */

static gboolean
prepare (GSource *source, int *timeout)
{
  *timeout = -1;
  return ((RelaysSource *) source)->relays->turn.length > 0;
}

static gboolean
dispatch (GSource *source, GSourceFunc callback, gpointer user_data)
{
  GuardianEgressRelays *relays = ((RelaysSource *) source)->relays;
  struct epoll_event events[EVENTS];
  int count = epoll_wait (relays->epoll, events, EVENTS, 0);

  for (int i = 0; i < count; i++)
    set_due (events[i].data.ptr);
  for (guint left = relays->turn.length; left > 0 && relays->turn.length > 0; left--)
    {
      GList *first = g_queue_pop_head_link (&relays->turn);
      GuardianEgressRelay *relay = first->data;
      relay->due = FALSE;
      take_turn (relay);
    }
  return G_SOURCE_CONTINUE;
}

static gboolean
sweep_cb (gpointer user_data)
{
  GuardianEgressRelays *relays = user_data;
  gint64 now = g_get_monotonic_time ();

  for (GList *at = relays->all.head, *next; at != NULL; at = next)
    {
      GuardianEgressRelay *relay = at->data;
      next = at->next;
      gboolean half = relay->directions[0].ended || relay->directions[1].ended;
      gint64 limit = half ? GUARDIAN_EGRESS_RELAY_HALF_SECONDS : GUARDIAN_EGRESS_RELAY_IDLE_SECONDS;
      if (now - relay->active_us > limit * G_USEC_PER_SEC)
        relay->ended (relay, "nothing moved for too long", relay->user_data);
    }
  if (relays->all.length > 0)
    return G_SOURCE_CONTINUE;
  relays->sweep = 0;
  return G_SOURCE_REMOVE;
}

GuardianEgressRelays *
guardian_egress_relays_new (void)
{
  static GSourceFuncs functions = { .prepare = prepare, .dispatch = dispatch };
  int epoll = epoll_create1 (EPOLL_CLOEXEC);

  if (epoll < 0)
    return NULL;
  GuardianEgressRelays *relays = g_new0 (GuardianEgressRelays, 1);
  relays->epoll = epoll;
  relays->spare = g_array_new (FALSE, FALSE, sizeof (int));
  relays->source = g_source_new (&functions, sizeof (RelaysSource));
  ((RelaysSource *) relays->source)->relays = relays;
  g_source_add_unix_fd (relays->source, epoll, G_IO_IN);
  g_source_attach (relays->source, NULL);
  return relays;
}

void
guardian_egress_relays_free (GuardianEgressRelays *relays)
{
  g_clear_handle_id (&relays->sweep, g_source_remove);
  g_source_destroy (relays->source);
  g_source_unref (relays->source);
  for (guint i = 0; i < relays->spare->len; i++)
    close (g_array_index (relays->spare, int, i));
  g_array_unref (relays->spare);
  close (relays->epoll);
  g_free (relays);
}

static gboolean
watch (const GuardianEgressRelay *relay)
{
  struct epoll_event event
      = { .events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data.ptr = (gpointer) relay };

  return epoll_ctl (relay->relays->epoll, EPOLL_CTL_ADD, relay->fds[0], &event) == 0
         && epoll_ctl (relay->relays->epoll, EPOLL_CTL_ADD, relay->fds[1], &event) == 0;
}

GuardianEgressRelay *
guardian_egress_relay_new (GuardianEgressRelays *relays, int inner, int outer,
                           GuardianEgressRelayEnded ended, gpointer user_data)
{
  GuardianEgressRelay *relay = g_new0 (GuardianEgressRelay, 1);

  *relay = (GuardianEgressRelay){
    .relays = relays,
    .fds = { inner, outer },
    .directions = { { .from = 0, .pipe = { -1, -1 } }, { .from = 1, .pipe = { -1, -1 } } },
    .active_us = g_get_monotonic_time (),
    .ended = ended,
    .user_data = user_data,
  };
  relay->link.data = relay;
  relay->turn.data = relay;
  g_queue_push_tail_link (&relays->all, &relay->link);
  if (!watch (relay))
    {
      int saved = errno;
      guardian_egress_relay_free (relay);
      errno = saved;
      return NULL;
    }
  if (relays->sweep == 0)
    relays->sweep = g_timeout_add_seconds (SWEEP_SECONDS, sweep_cb, relays);
  return relay;
}

void
guardian_egress_relay_free (GuardianEgressRelay *relay)
{
  GuardianEgressRelays *relays = relay->relays;

  g_queue_unlink (&relays->all, &relay->link);
  if (relay->due)
    g_queue_unlink (&relays->turn, &relay->turn);
  for (gsize i = 0; i < G_N_ELEMENTS (relay->directions); i++)
    give_pipe_back (relays, &relay->directions[i]);
  cardea_fd_clear (&relay->fds[0]);
  cardea_fd_clear (&relay->fds[1]);
  g_free (relay);
}

void
guardian_egress_relay_count (const GuardianEgressRelay *relay, guint64 *ret_sent,
                             guint64 *ret_received)
{
  *ret_sent = relay->directions[0].moved;
  *ret_received = relay->directions[1].moved;
}
