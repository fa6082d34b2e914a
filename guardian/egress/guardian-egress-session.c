/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: the core, and cardea-hold for the descriptors it sends. Refuses: a descriptor that is no
 * listener of its kind; more than were shared at most. Known gaps: none.
 *
 * Whoever connects to one of the others, which stand for services of this computer that were
 * shared, may say there what it may say to the proxy, and TLS; it is decided about all the same. */

#include "guardian/egress/guardian-egress-session.h"

#include "common/base/cardea-autofd.h"
#include "common/base/cardea-text.h"
#include "guardian/egress/guardian-egress-guest.h"
#include "guardian/egress/guardian-egress-visitor.h"

#include <errno.h>
#include <glib-unix.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#define ACCEPT_AT_ONCE 16   /* before others have their turn */
#define LIMIT_REPORTED 128u /* bytes of what a program wrote */
#define ACCEPT_AGAIN_MS 100 /* when descriptors are used up */
#define LISTENERS 10u       /* the proxy's, that of badges, GUARDIAN_PROXY_PLACE_LOOPBACK_MAX */

typedef struct {
  GuardianEgressSession *session;
  int fd;
  guint watch;
  guint16 port;    /* of the service it stands for; 0: the proxy's own */
  gboolean badges; /* a socket, where badges are asked for */
} Listener;

struct _GuardianEgressSession {
  const GuardianEgressContext *context;
  char *id;
  GuardianEgressDesk *desk;
  GuardianEgressLooks *looks;
  GuardianEgressBadges *badges;
  GuardianEgressAuthority *authority;
  int door;
  Listener listeners[LISTENERS];
  guint n_listeners;
  guint door_watch;
  guint again;
  SoupServer *server;
  GuardianEgressFetches *fetches[2]; /* the second: of inner addresses */
  char *refused;                     /* what a program wanted in this second; NULL: nothing */
  const char *refused_why;
  guint refused_count;
  guint refused_timer;
  GQueue guests;
  GQueue flows;
  void (*ended) (GuardianEgressSession *session, gpointer user_data);
  gpointer user_data;
};

static void watch_listeners (GuardianEgressSession *session);
static void tell_refused (GuardianEgressSession *session);

/* --- who connects --- */

static gboolean
again_cb (gpointer user_data)
{
  GuardianEgressSession *session = user_data;

  session->again = 0;
  watch_listeners (session);
  return G_SOURCE_REMOVE;
}

static gboolean
accept_cb (gint fd, GIOCondition condition, gpointer user_data)
{
  Listener *listener = user_data;
  GuardianEgressSession *session = listener->session;
  gboolean exhausted = FALSE;

  for (guint i = 0; !exhausted && i < ACCEPT_AT_ONCE; i++)
    {
      if (session->guests.length >= GUARDIAN_EGRESS_SESSION_GUESTS)
        break;
      int guest = accept4 (fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
      if (guest >= 0 && listener->badges)
        guardian_egress_guest_local_new (session, guest, NULL);
      else if (guest >= 0)
        guardian_egress_guest_new (session, guest, listener->port);
      else if (errno == EAGAIN || errno == EINTR || errno == ECONNABORTED)
        return G_SOURCE_CONTINUE;
      else
        exhausted = TRUE;
    }
  if (!exhausted && session->guests.length < GUARDIAN_EGRESS_SESSION_GUESTS)
    return G_SOURCE_CONTINUE;
  /* The others wait in the kernel's queue, which is bounded. */
  listener->watch = 0;
  if (session->again == 0)
    session->again = g_timeout_add (ACCEPT_AGAIN_MS, again_cb, session);
  return G_SOURCE_REMOVE;
}

static void
watch_listeners (GuardianEgressSession *session)
{
  for (guint i = 0; i < session->n_listeners; i++)
    {
      Listener *listener = &session->listeners[i];
      if (listener->watch == 0)
        listener->watch = g_unix_fd_add (listener->fd, G_IO_IN, accept_cb, listener);
    }
}

/* --- the door --- */

/* -1 with errno: there is none in it. ret_ended: nothing more will come. */
static int
receive_descriptor (int door, gboolean *ret_ended)
{
  union {
    struct cmsghdr header;
    char space[CMSG_SPACE (sizeof (int))];
  } control = { 0 };
  char byte;
  struct iovec part = { &byte, 1 };
  struct msghdr envelope = { .msg_iov = &part,
                             .msg_iovlen = 1,
                             .msg_control = control.space,
                             .msg_controllen = sizeof control.space };
  int fd = -1;

  gssize size = recvmsg (door, &envelope, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
  *ret_ended = size == 0 || (size < 0 && errno == ECONNRESET);
  if (size <= 0)
    return -1;
  const struct cmsghdr *header = CMSG_FIRSTHDR (&envelope);
  if (header != NULL && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS
      && header->cmsg_len == CMSG_LEN (sizeof fd))
    memcpy (&fd, CMSG_DATA (header), sizeof fd);
  errno = EBADMSG;
  return fd;
}

static gboolean
has_option (int fd, int option, int expected)
{
  int value = -1;
  socklen_t size = sizeof value;
  return getsockopt (fd, SOL_SOCKET, option, &value, &size) == 0 && value == expected;
}

static guint16
port_of (int fd)
{
  struct sockaddr_in place = { 0 };
  socklen_t size = sizeof place;
  return getsockname (fd, (struct sockaddr *) &place, &size) == 0 ? ntohs (place.sin_port) : 0;
}

/* FALSE: it is none of its kind. Takes fd. */
static gboolean
add_listener (GuardianEgressSession *session, int taken)
{
  cardea_autofd int fd = taken;
  gboolean first = session->n_listeners == 0;
  gboolean badges = fd >= 0 && !first && has_option (fd, SO_DOMAIN, AF_UNIX);

  if (fd < 0 || session->n_listeners == LISTENERS
      || (!badges && !has_option (fd, SO_DOMAIN, AF_INET)) || !has_option (fd, SO_TYPE, SOCK_STREAM)
      || !has_option (fd, SO_ACCEPTCONN, 1) || !g_unix_set_fd_nonblocking (fd, TRUE, NULL)
      || (!first && !badges && port_of (fd) == 0))
    return FALSE;
  Listener *listener = &session->listeners[session->n_listeners++];
  listener->session = session;
  listener->port = first || badges ? 0 : port_of (fd);
  listener->badges = badges;
  listener->fd = cardea_fd_steal (&fd);
  watch_listeners (session);
  return TRUE;
}

static gboolean
door_cb (gint fd, GIOCondition condition, gpointer user_data)
{
  GuardianEgressSession *session = user_data;
  gboolean ended = FALSE;
  int listener = receive_descriptor (fd, &ended);

  if (listener < 0 && !ended && (errno == EAGAIN || errno == EINTR))
    return G_SOURCE_CONTINUE;
  if (!ended && add_listener (session, listener))
    return G_SOURCE_CONTINUE;
  session->door_watch = 0;
  cardea_fd_clear (&session->door);
  if (!ended || session->n_listeners == 0)
    session->ended (session, session->user_data); /* the sandbox did not come to be */
  return G_SOURCE_REMOVE;
}

/* --- the session --- */

GuardianEgressSession *
guardian_egress_session_new (const GuardianEgressContext *context, const char *id,
                             const CardeaJson *grants, int door,
                             void (*ended) (GuardianEgressSession *session, gpointer user_data),
                             gpointer user_data)
{
  g_autoptr (GuardianEgressAuthority) authority = guardian_egress_authority_new ();

  if (authority == NULL)
    {
      cardea_fd_clear (&door);
      return NULL;
    }
  GuardianEgressSession *session = g_new0 (GuardianEgressSession, 1);
  session->authority = g_steal_pointer (&authority);
  session->context = context;
  session->id = g_strdup (id);
  session->desk = guardian_egress_desk_new (context, id, grants);
  session->looks = guardian_egress_looks_new (context, id);
  session->badges = guardian_egress_badges_new (context, id);
  session->door = door;
  session->door_watch = g_unix_fd_add (door, G_IO_IN | G_IO_HUP, door_cb, session);
  session->ended = ended;
  session->user_data = user_data;
  return session;
}

gboolean
guardian_egress_session_adopt (GuardianEgressSession *session, const char *id,
                               const CardeaJson *grants)
{
  if (session->guests.head != NULL || session->flows.head != NULL || session->server != NULL)
    return FALSE;
  guardian_egress_desk_free (session->desk);
  guardian_egress_looks_free (session->looks);
  guardian_egress_badges_free (session->badges);
  g_free (session->id);
  session->id = g_strdup (id);
  session->desk = guardian_egress_desk_new (session->context, id, grants);
  session->looks = guardian_egress_looks_new (session->context, id);
  session->badges = guardian_egress_badges_new (session->context, id);
  return TRUE;
}

void
guardian_egress_session_free (GuardianEgressSession *session)
{
  g_clear_handle_id (&session->door_watch, g_source_remove);
  for (guint i = 0; i < session->n_listeners; i++)
    {
      g_clear_handle_id (&session->listeners[i].watch, g_source_remove);
      cardea_fd_clear (&session->listeners[i].fd);
    }
  g_clear_handle_id (&session->again, g_source_remove);
  g_clear_handle_id (&session->refused_timer, g_source_remove);
  tell_refused (session);
  cardea_fd_clear (&session->door);
  while (session->flows.head != NULL)
    {
      GuardianEgressFlow *flow = session->flows.head->data;
      flow->cut (flow, "the session ended");
    }
  while (session->guests.head != NULL)
    guardian_egress_guest_free (session->guests.head->data);
  g_clear_object (&session->server);
  for (gsize i = 0; i < G_N_ELEMENTS (session->fetches); i++)
    g_clear_pointer (&session->fetches[i], guardian_egress_fetches_free);
  guardian_egress_authority_free (session->authority);
  guardian_egress_desk_free (session->desk);
  guardian_egress_looks_free (session->looks);
  guardian_egress_badges_free (session->badges);
  g_free (session->id);
  g_free (session);
}

const GuardianEgressContext *
guardian_egress_session_context (const GuardianEgressSession *session)
{
  return session->context;
}

GuardianEgressLooks *
guardian_egress_session_looks (GuardianEgressSession *session)
{
  return session->looks;
}

GuardianEgressBadges *
guardian_egress_session_badges (GuardianEgressSession *session)
{
  return session->badges;
}

GuardianEgressDesk *
guardian_egress_session_desk (GuardianEgressSession *session)
{
  return session->desk;
}

SoupServer *
guardian_egress_session_server (GuardianEgressSession *session)
{
  if (session->server == NULL)
    session->server = guardian_egress_visitor_server_new ();
  return session->server;
}

GuardianEgressFetches *
guardian_egress_session_fetches (GuardianEgressSession *session, gboolean inside)
{
  GuardianEgressFetches **fetches = &session->fetches[inside ? 1 : 0];

  if (*fetches == NULL)
    *fetches = guardian_egress_fetches_new (session->context->trust);
  return *fetches;
}

GuardianEgressAuthority *
guardian_egress_session_authority (GuardianEgressSession *session)
{
  return session->authority;
}

const char *
guardian_egress_session_id (const GuardianEgressSession *session)
{
  return session->id;
}

void
guardian_egress_session_revoke (GuardianEgressSession *session, const char *grant)
{
  guardian_egress_desk_revoke (session->desk, grant);
  guardian_egress_looks_forget (session->looks);
  for (gsize i = 0; i < G_N_ELEMENTS (session->fetches); i++)
    if (session->fetches[i] != NULL)
      guardian_egress_fetches_forget (session->fetches[i]);
  for (GList *at = session->flows.head, *next; at != NULL; at = next)
    {
      GuardianEgressFlow *flow = at->data;
      next = at->next;
      if (g_strcmp0 (flow->grant, grant) == 0)
        flow->cut (flow, "what allowed it was taken back");
    }
}

void
guardian_egress_session_add_guest (GuardianEgressSession *session, GList *link)
{
  g_queue_push_tail_link (&session->guests, link);
}

void
guardian_egress_session_remove_guest (GuardianEgressSession *session, GList *link)
{
  g_queue_unlink (&session->guests, link);
}

/* --- what nobody is asked about --- */

static void
tell_refused (GuardianEgressSession *session)
{
  g_autofree char *what = g_steal_pointer (&session->refused);

  if (what == NULL)
    return;
  CardeaMessage *message = cardea_message_new ("egress.refused");
  cardea_message_set_session (message, session->id);
  cardea_message_set_string (message, "what", what);
  cardea_message_set_string (message, "reason", session->refused_why);
  cardea_message_set_int (message, "count", session->refused_count);
  session->context->send (message, session->context->user_data);
}

static gboolean
refused_cb (gpointer user_data)
{
  GuardianEgressSession *session = user_data;

  session->refused_timer = 0;
  tell_refused (session);
  return G_SOURCE_REMOVE;
}

void
guardian_egress_session_report (GuardianEgressSession *session, const void *bytes, gsize size,
                                const char *why)
{
  if (session->refused != NULL)
    {
      session->refused_count = MIN (session->refused_count + 1, (guint) G_MAXINT32);
      return;
    }
  session->refused = cardea_text_escape (bytes, MIN (size, LIMIT_REPORTED), NULL);
  session->refused_why = why;
  session->refused_count = 1;
  session->refused_timer = g_timeout_add_seconds (1, refused_cb, session);
}

/* --- flows --- */

void
guardian_egress_flow_begin (GuardianEgressFlow *flow, GuardianEgressSession *session,
                            const GuardianEgressTarget *target,
                            const GuardianEgressVerdict *verdict,
                            void (*cut) (GuardianEgressFlow *flow, const char *reason))
{
  flow->session = session;
  flow->name = target->name;
  flow->port = target->port;
  flow->inside = verdict->inside;
  flow->grant = g_strdup (verdict->grant);
  flow->cut = cut;
  flow->link.data = flow;
  g_queue_push_tail_link (&session->flows, &flow->link);
}

void
guardian_egress_flow_move (GuardianEgressFlow *to, GuardianEgressFlow *from,
                           void (*cut) (GuardianEgressFlow *flow, const char *reason))
{
  g_queue_unlink (&from->session->flows, &from->link);
  *to = *from;
  to->cut = cut;
  to->link = (GList){ .data = to };
  g_queue_push_tail_link (&to->session->flows, &to->link);
  from->session = NULL;
  from->grant = NULL;
  from->credential = NULL;
}

void
guardian_egress_flow_end (GuardianEgressFlow *flow, const char *reason)
{
  GuardianEgressSession *session = flow->session;

  if (session == NULL)
    return;
  CardeaMessage *message = cardea_message_new ("egress.moved");
  cardea_message_set_session (message, session->id);
  cardea_message_set_string (message, "host", flow->name.text);
  cardea_message_set_int (message, "port", flow->port);
  cardea_message_set_string (message, "address", flow->address[0] != '\0' ? flow->address : NULL);
  cardea_message_set_string (message, "grant", flow->grant);
  cardea_message_set_string (message, "credential", flow->credential);
  cardea_message_set_int64 (message, "sent", (gint64) flow->sent);
  cardea_message_set_int64 (message, "received", (gint64) flow->received);
  cardea_message_set_string (message, "reason", reason);
  g_queue_unlink (&session->flows, &flow->link);
  flow->session = NULL;
  g_clear_pointer (&flow->grant, g_free);
  g_clear_pointer (&flow->credential, g_free);
  session->context->send (message, session->context->user_data);
}
