/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: nothing. Refuses: who says nothing for too long. Known gaps: none. */

#include "guardian/egress/guardian-egress-guest.h"

#include "common/base/cardea-autofd.h"
#include "guardian/egress/guardian-egress-intercept.h"
#include "guardian/egress/guardian-egress-socks.h"

#include <errno.h>
#include <glib-unix.h>
#include <sys/socket.h>

typedef struct {
  GuardianEgressGuest guest;
  guint watch;
  guint timer;
  guint16 port;
} Newcomer;

void
guardian_egress_guest_begin (GuardianEgressGuest *guest, GuardianEgressSession *session, int fd,
                             void (*free_it) (GuardianEgressGuest *guest))
{
  guest->session = session;
  guest->fd = fd;
  guest->free = free_it;
  guest->link.data = guest;
  guardian_egress_session_add_guest (session, &guest->link);
}

void
guardian_egress_guest_end (GuardianEgressGuest *guest)
{
  guardian_egress_session_remove_guest (guest->session, &guest->link);
  cardea_fd_clear (&guest->fd);
}

void
guardian_egress_guest_free (GuardianEgressGuest *guest)
{
  guest->free (guest);
}

static void
newcomer_free (GuardianEgressGuest *guest)
{
  Newcomer *newcomer = (Newcomer *) (gpointer) guest;

  g_clear_handle_id (&newcomer->watch, g_source_remove);
  g_clear_handle_id (&newcomer->timer, g_source_remove);
  guardian_egress_guest_end (guest);
  g_free (newcomer);
}

/* FALSE: it said nothing yet. Takes fd otherwise. */
static gboolean
become (GuardianEgressSession *session, int fd, guint16 port)
{
  guint8 byte = 0;
  ssize_t size = recv (fd, &byte, 1, MSG_PEEK);

  if (size < 0 && (errno == EAGAIN || errno == EINTR))
    return FALSE;
  if (size != 1)
    close (fd);
  else if (byte == GUARDIAN_EGRESS_SOCKS_VERSION)
    guardian_egress_guest_socks_new (session, fd);
  else if (byte == GUARDIAN_EGRESS_GUEST_TLS && port == 0)
    guardian_egress_intercept_badges (session, fd);
  else if (byte == GUARDIAN_EGRESS_GUEST_TLS)
    guardian_egress_guest_direct_new (session, fd, port);
  else
    guardian_egress_guest_http_new (session, fd);
  return TRUE;
}

static gboolean
first_byte_cb (gint fd, GIOCondition condition, gpointer user_data)
{
  Newcomer *newcomer = user_data;
  GuardianEgressSession *session = newcomer->guest.session;
  int own = cardea_fd_steal (&newcomer->guest.fd);
  guint16 port = newcomer->port;

  newcomer->watch = 0;
  newcomer_free (&newcomer->guest);
  if (!become (session, own, port))
    guardian_egress_guest_new (session, own, port);
  return G_SOURCE_REMOVE;
}

static gboolean
late_cb (gpointer user_data)
{
  Newcomer *newcomer = user_data;

  newcomer->timer = 0;
  newcomer_free (&newcomer->guest);
  return G_SOURCE_REMOVE;
}

void
guardian_egress_guest_new (GuardianEgressSession *session, int fd, guint16 port)
{
  if (become (session, fd, port)) /* most speak at once */
    return;
  Newcomer *newcomer = g_new0 (Newcomer, 1);
  guardian_egress_guest_begin (&newcomer->guest, session, fd, newcomer_free);
  newcomer->port = port;
  newcomer->watch = g_unix_fd_add (fd, G_IO_IN, first_byte_cb, newcomer);
  newcomer->timer = g_timeout_add_seconds (GUARDIAN_EGRESS_GUEST_FIRST_SECONDS, late_cb, newcomer);
}
