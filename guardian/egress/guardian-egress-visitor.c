/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: libsoup, to read what a sandbox sends. Refuses: who takes too long for a request's head.
 * Known gaps: the answer to a request that is refused waits until its body was read (and thrown
 * away). */

#include "guardian/egress/guardian-egress-visitor.h"

#include "common/base/cardea-autofd.h"

#include <fcntl.h>
#include <gio/gio.h>
#include <glib-unix.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SO_PEERPIDFD
#define SO_PEERPIDFD 77 /* Linux 6.5 */
#endif

#define VISITOR "cardea-visitor"
#define HEADER_REFUSED "X-Cardea-Refused"

struct _GuardianEgressVisitor {
  GuardianEgressGuest guest; /* its descriptor is another of the same connection as libsoup's */
  GIOStream *stream;         /* borrowed: it lives as long as libsoup wants it; NULL: no more */
  GSocketAddress *remote;    /* by which a message's visitor is found */
  gboolean local;            /* where badges are asked for, and nothing else */
  char *thumbprint;          /* of its certificate; NULL: it came by the socket */
  gboolean has_place;
  GuardianEgressTarget place;
  GuardianEgressErrand *errand;
  guint timer; /* for a head */
};

/* --- errands --- */

GuardianEgressSession *
guardian_egress_visitor_session (const GuardianEgressVisitor *visitor)
{
  return visitor->guest.session;
}

const GuardianEgressTarget *
guardian_egress_visitor_place (const GuardianEgressVisitor *visitor)
{
  return visitor->has_place ? &visitor->place : NULL;
}

void
guardian_egress_visitor_close (GuardianEgressVisitor *visitor)
{
  shutdown (visitor->guest.fd, SHUT_RDWR); /* for libsoup's descriptor of it, too */
}

const char *
guardian_egress_visitor_thumbprint (const GuardianEgressVisitor *visitor)
{
  return visitor->thumbprint;
}

int
guardian_egress_visitor_peer (const GuardianEgressVisitor *visitor)
{
  struct ucred credentials;
  socklen_t size = sizeof credentials;
  int process = -1;
  socklen_t process_size = sizeof process;

  if (getsockopt (visitor->guest.fd, SOL_SOCKET, SO_PEERPIDFD, &process, &process_size) == 0)
    {
      fcntl (process, F_SETFD, FD_CLOEXEC);
      return process;
    }
  return getsockopt (visitor->guest.fd, SOL_SOCKET, SO_PEERCRED, &credentials, &size) == 0
             ? (int) syscall (SYS_pidfd_open, credentials.pid, 0)
             : -1;
}

int
guardian_egress_visitor_steal_fd (GuardianEgressVisitor *visitor)
{
  return cardea_fd_steal (&visitor->guest.fd);
}

static gboolean
gone_cb (gint fd, GIOCondition condition, gpointer user_data)
{
  GuardianEgressErrand *errand = user_data;

  errand->watch = 0;
  shutdown (fd, SHUT_RDWR); /* libsoup sees it, too */
  errand->free (errand);
  return G_SOURCE_REMOVE;
}

void
guardian_egress_errand_begin (GuardianEgressErrand *errand, GuardianEgressVisitor *visitor,
                              SoupServerMessage *message,
                              void (*free_it) (GuardianEgressErrand *errand))
{
  errand->visitor = visitor;
  errand->message = g_object_ref (message);
  errand->free = free_it;
  visitor->errand = errand;
  soup_server_message_pause (message);
  errand->watch = g_unix_fd_add (visitor->guest.fd, (GIOCondition) POLLRDHUP | G_IO_HUP | G_IO_ERR,
                                 gone_cb, errand);
}

void
guardian_egress_errand_resume (GuardianEgressErrand *errand)
{
  soup_server_message_unpause (errand->message);
}

void
guardian_egress_errand_end (GuardianEgressErrand *errand)
{
  g_clear_handle_id (&errand->watch, g_source_remove);
  if (errand->message == NULL)
    return;
  errand->visitor->errand = NULL;
  g_signal_handlers_disconnect_by_data (errand->message, errand);
  g_clear_object (&errand->message);
}

void
guardian_egress_visitor_refuse (SoupServerMessage *message, guint status, const char *code,
                                const char *reason)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);
  g_autofree char *text = g_strdup_printf ("Cardea: %s\n", reason);

  soup_server_message_set_status (message, status, NULL);
  soup_message_headers_replace (headers, HEADER_REFUSED, code);
  soup_message_headers_replace (headers, "Connection", "close");
  soup_server_message_set_response (message, "text/plain; charset=utf-8", SOUP_MEMORY_COPY, text,
                                    strlen (text));
}

/* --- the connection --- */

static void stream_gone_cb (gpointer data, GObject *stream);

static void
visitor_free (GuardianEgressGuest *guest)
{
  GuardianEgressVisitor *visitor = (GuardianEgressVisitor *) (gpointer) guest;

  if (visitor->errand != NULL)
    visitor->errand->free (visitor->errand);
  if (visitor->stream != NULL)
    g_object_weak_unref (G_OBJECT (visitor->stream), stream_gone_cb, visitor);
  if (visitor->guest.fd >= 0)
    shutdown (visitor->guest.fd, SHUT_RDWR); /* for libsoup's descriptor of it, too */
  g_clear_handle_id (&visitor->timer, g_source_remove);
  g_object_set_data (G_OBJECT (visitor->remote), VISITOR, NULL);
  g_object_unref (visitor->remote);
  guardian_egress_guest_end (guest);
  g_free (visitor->thumbprint);
  g_free (visitor);
}

/* libsoup let go of the connection: it is over, or a tunnel has it. */
static void
stream_gone_cb (gpointer data, GObject *stream)
{
  GuardianEgressVisitor *visitor = data;

  visitor->stream = NULL;
  visitor_free (&visitor->guest);
}

static gboolean
late_cb (gpointer user_data)
{
  GuardianEgressVisitor *visitor = user_data;

  visitor->timer = 0;
  shutdown (visitor->guest.fd, SHUT_RDWR);
  return G_SOURCE_REMOVE;
}

static void
expect_head (GuardianEgressVisitor *visitor)
{
  g_clear_handle_id (&visitor->timer, g_source_remove);
  visitor->timer = g_timeout_add_seconds (GUARDIAN_EGRESS_VISITOR_HEAD_SECONDS, late_cb, visitor);
}

static GuardianEgressVisitor *
find (SoupServerMessage *message)
{
  return g_object_get_data (G_OBJECT (soup_server_message_get_remote_address (message)), VISITOR);
}

static void
head_cb (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query,
         gpointer user_data)
{
  GuardianEgressVisitor *visitor = find (message);

  soup_message_body_set_accumulate (soup_server_message_get_request_body (message), FALSE);
  if (visitor == NULL || visitor->guest.fd < 0 || visitor->errand != NULL)
    {
      guardian_egress_visitor_refuse (message, SOUP_STATUS_SERVICE_UNAVAILABLE, "unavailable",
                                      "the session ended");
      return;
    }
  g_clear_handle_id (&visitor->timer, g_source_remove);
  if (visitor->local)
    guardian_egress_badge_begin (visitor, message);
  else if (soup_server_message_get_method (message) == SOUP_METHOD_CONNECT && visitor->has_place)
    guardian_egress_visitor_refuse (message, SOUP_STATUS_METHOD_NOT_ALLOWED, "denied",
                                    "no tunnel is made inside a tunnel that is looked into");
  else if (soup_server_message_get_method (message) == SOUP_METHOD_CONNECT)
    guardian_egress_connect_begin (visitor, message);
  else
    guardian_egress_forward_begin (visitor, message);
}

/* Its body is there, and its answer is not: the errand goes on with it. */
static void
body_cb (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query,
         gpointer user_data)
{
  soup_server_message_pause (message);
}

static void
over_cb (SoupServer *server, SoupServerMessage *message, gpointer user_data)
{
  GuardianEgressVisitor *visitor = find (message);

  if (visitor == NULL)
    return;
  if (visitor->errand != NULL && visitor->errand->message == message)
    visitor->errand->free (visitor->errand);
  if (visitor->guest.fd >= 0)
    expect_head (visitor);
}

SoupServer *
guardian_egress_visitor_server_new (void)
{
  SoupServer *server = soup_server_new ("raw-paths", TRUE, NULL);

  soup_server_add_early_handler (server, NULL, head_cb, NULL, NULL);
  soup_server_add_handler (server, NULL, body_cb, NULL, NULL);
  g_signal_connect (server, "request-finished", G_CALLBACK (over_cb), NULL);
  g_signal_connect (server, "request-aborted", G_CALLBACK (over_cb), NULL);
  return server;
}

/* Of a loopback that is not ours; nobody looks at it. */
static GSocketAddress *
make_address (void)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  return g_inet_socket_address_new (address, 1);
}

static void
begin_visitor (GuardianEgressSession *session, int fd, const GuardianEgressTarget *place,
               gboolean is_local, const char *thumbprint)
{
  GuardianEgressVisitor *visitor = g_new0 (GuardianEgressVisitor, 1);
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocketAddress) local = make_address ();
  cardea_autofd int other = fcntl (fd, F_DUPFD_CLOEXEC, 0);
  g_autoptr (GSocket) socket = other >= 0 ? g_socket_new_from_fd (other, &error) : NULL;

  guardian_egress_guest_begin (&visitor->guest, session, fd, visitor_free);
  visitor->local = is_local;
  visitor->thumbprint = g_strdup (thumbprint);
  visitor->has_place = place != NULL;
  if (place != NULL)
    visitor->place = *place;
  visitor->remote = make_address ();
  g_object_set_data (G_OBJECT (visitor->remote), VISITOR, visitor);
  if (socket == NULL)
    {
      visitor_free (&visitor->guest);
      return;
    }
  cardea_fd_steal (&other);
  g_autoptr (GSocketConnection) connection = g_socket_connection_factory_create_connection (socket);
  visitor->stream = G_IO_STREAM (connection);
  g_object_weak_ref (G_OBJECT (connection), stream_gone_cb, visitor);
  expect_head (visitor);
  if (!soup_server_accept_iostream (guardian_egress_session_server (session), visitor->stream,
                                    local, visitor->remote, &error))
    g_debug ("a connection was not served: %s", error->message); /* and is gone with its stream */
}

void
guardian_egress_guest_http_new (GuardianEgressSession *session, int fd)
{
  begin_visitor (session, fd, NULL, FALSE, NULL);
}

void
guardian_egress_guest_local_new (GuardianEgressSession *session, int fd, const char *thumbprint)
{
  begin_visitor (session, fd, NULL, TRUE, thumbprint);
}

void
guardian_egress_guest_inner_new (GuardianEgressSession *session, int fd,
                                 const GuardianEgressTarget *place)
{
  begin_visitor (session, fd, place, FALSE, NULL);
}
