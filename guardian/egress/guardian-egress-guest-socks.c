/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: nothing; the bytes are guardian-egress-socks's to understand.
 * Refuses: as that, and what the core refuses. Known gaps: SOCKS has no place for a reason; the
 * core's record has it. */

#include "guardian/egress/guardian-egress-guest.h"

#include "common/base/cardea-autofd.h"
#include "guardian/egress/guardian-egress-intercept.h"
#include "guardian/egress/guardian-egress-socks.h"
#include "guardian/egress/guardian-egress-tunnel.h"

#include <errno.h>
#include <glib-unix.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#define DIALOGUE_SECONDS 30u

typedef struct {
  GuardianEgressGuest guest;
  guint8 bytes[GUARDIAN_EGRESS_SOCKS_BYTES];
  gsize filled;
  gboolean greeted;
  guint watch;
  guint timer;
  guint64 waiter; /* at the desk */
  GuardianEgressTarget target;
  GuardianEgressTunnel *tunnel; /* on its way */
} Socks;

static void
socks_free (GuardianEgressGuest *guest)
{
  Socks *socks = (Socks *) (gpointer) guest;

  g_clear_handle_id (&socks->watch, g_source_remove);
  g_clear_handle_id (&socks->timer, g_source_remove);
  guardian_egress_desk_cancel (guardian_egress_session_desk (guest->session), socks->waiter);
  if (socks->tunnel != NULL)
    guardian_egress_tunnel_abandon (socks->tunnel, "the program does not wait any more");
  guardian_egress_guest_end (guest);
  g_free (socks);
}

static gboolean
send_bytes (const Socks *socks, const void *bytes, gsize size)
{
  return send (socks->guest.fd, bytes, size, MSG_NOSIGNAL) == (ssize_t) size;
}

/* It ends; the program is told first. */
static void
refuse (Socks *socks, GuardianEgressSocksReply reply)
{
  guint8 answer[GUARDIAN_EGRESS_SOCKS_ANSWER];

  guardian_egress_socks_answer (reply, answer);
  if (!send_bytes (socks, answer, sizeof answer))
    g_debug ("a refusal was not read");
  socks_free (&socks->guest);
}

static void
opened_cb (GuardianEgressTunnel *tunnel, const GuardianEgressDialled *dialled, gpointer user_data)
{
  Socks *socks = user_data;
  guint8 answer[GUARDIAN_EGRESS_SOCKS_ANSWER];

  socks->tunnel = NULL;
  if (dialled->why != NULL)
    {
      refuse (socks, dialled->refused ? GUARDIAN_EGRESS_SOCKS_NOT_ALLOWED
                                      : GUARDIAN_EGRESS_SOCKS_UNREACHABLE);
      return;
    }
  guardian_egress_socks_answer (GUARDIAN_EGRESS_SOCKS_GRANTED, answer);
  if (send_bytes (socks, answer, sizeof answer))
    guardian_egress_tunnel_start (tunnel, cardea_fd_steal (&socks->guest.fd), socks->bytes,
                                  socks->filled);
  else
    guardian_egress_tunnel_abandon (tunnel, "the program does not wait any more");
  socks_free (&socks->guest);
}

/* The tunnel ends here: each request in it is asked about. */
static void
intercept (Socks *socks)
{
  guint8 answer[GUARDIAN_EGRESS_SOCKS_ANSWER];

  guardian_egress_socks_answer (GUARDIAN_EGRESS_SOCKS_GRANTED, answer);
  if (send_bytes (socks, answer, sizeof answer))
    guardian_egress_intercept_start (socks->guest.session, &socks->target,
                                     cardea_fd_steal (&socks->guest.fd), socks->bytes,
                                     socks->filled);
  socks_free (&socks->guest);
}

static void
decided_cb (const GuardianEgressVerdict *verdict, gpointer user_data)
{
  Socks *socks = user_data;

  socks->waiter = 0;
  if (verdict->code != NULL)
    refuse (socks, GUARDIAN_EGRESS_SOCKS_NOT_ALLOWED);
  else if (verdict->looked_into)
    intercept (socks);
  else
    socks->tunnel = guardian_egress_tunnel_new (socks->guest.session, &socks->target, verdict,
                                                opened_cb, socks);
}

static gboolean
gone_cb (gint fd, GIOCondition condition, gpointer user_data)
{
  Socks *socks = user_data;

  socks->watch = 0;
  socks_free (&socks->guest);
  return G_SOURCE_REMOVE;
}

/* The request is there: nothing more is read until the tunnel is. */
static void
ask (Socks *socks, const GuardianEgressSocksRequest *request)
{
  g_clear_handle_id (&socks->watch, g_source_remove);
  g_clear_handle_id (&socks->timer, g_source_remove);
  socks->watch = g_unix_fd_add (socks->guest.fd, (GIOCondition) POLLRDHUP | G_IO_HUP | G_IO_ERR,
                                gone_cb, socks);
  socks->target = (GuardianEgressTarget){ .name = request->name, .port = request->port };
  if (guardian_egress_intercept_wanted (socks->guest.session, &socks->target))
    {
      intercept (socks);
      return;
    }
  guint64 waiter = guardian_egress_desk_ask (guardian_egress_session_desk (socks->guest.session),
                                             &socks->target, decided_cb, socks);
  if (waiter != 0) /* else it may be gone */
    socks->waiter = waiter;
}

static void
forget (Socks *socks, gsize size)
{
  socks->filled -= size;
  memmove (socks->bytes, socks->bytes + size, socks->filled);
}

/* FALSE: it ended, or asks. */
static gboolean
understand (Socks *socks)
{
  static const guint8 welcome[] = { GUARDIAN_EGRESS_SOCKS_VERSION, 0 };
  static const guint8 unwelcome[] = { GUARDIAN_EGRESS_SOCKS_VERSION, 0xff };
  GuardianEgressSocksRequest request;
  GuardianEgressSocksState state;
  gsize used = 0;

  if (!socks->greeted)
    {
      state = guardian_egress_socks_greet (socks->bytes, socks->filled, &used);
      socks->greeted = state == GUARDIAN_EGRESS_SOCKS_WHOLE;
      if (state == GUARDIAN_EGRESS_SOCKS_MORE)
        return TRUE;
      if (!send_bytes (socks, socks->greeted ? welcome : unwelcome, sizeof welcome)
          || !socks->greeted)
        {
          socks_free (&socks->guest);
          return FALSE;
        }
      forget (socks, used);
    }
  state = guardian_egress_socks_parse (socks->bytes, socks->filled, &request);
  if (state == GUARDIAN_EGRESS_SOCKS_MORE)
    return TRUE;
  if (state == GUARDIAN_EGRESS_SOCKS_REFUSED)
    {
      guardian_egress_session_report (socks->guest.session, socks->bytes, socks->filled,
                                      request.why);
      refuse (socks, request.reply);
      return FALSE;
    }
  forget (socks, request.used);
  ask (socks, &request);
  return FALSE;
}

static gboolean
readable_cb (gint fd, GIOCondition condition, gpointer user_data)
{
  Socks *socks = user_data;
  ssize_t size = recv (fd, socks->bytes + socks->filled, sizeof socks->bytes - socks->filled, 0);

  if (size < 0 && (errno == EAGAIN || errno == EINTR))
    return G_SOURCE_CONTINUE;
  if (size <= 0)
    return gone_cb (fd, condition, user_data);
  socks->filled += (gsize) size;
  return understand (socks) ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

static gboolean
late_cb (gpointer user_data)
{
  Socks *socks = user_data;

  socks->timer = 0;
  socks_free (&socks->guest);
  return G_SOURCE_REMOVE;
}

void
guardian_egress_guest_socks_new (GuardianEgressSession *session, int fd)
{
  Socks *socks = g_new0 (Socks, 1);

  guardian_egress_guest_begin (&socks->guest, session, fd, socks_free);
  socks->watch = g_unix_fd_add (fd, G_IO_IN, readable_cb, socks);
  socks->timer = g_timeout_add_seconds (DIALOGUE_SECONDS, late_cb, socks);
}
