/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: its parent, for the names it asks for. Refuses: messages of another size.
 * Known gaps: name servers are those of the computer; whoever answers in their place decides where
 * plain HTTP goes, as everywhere. An ordinary user's guardian reads here what that user may read of
 * /etc; root's gives its identity up first, where it may. */

#include "guardian/egress/guardian-egress-names.h"

#include "common/base/cardea-autofd.h"
#include "guardian/privsep/guardian-worker.h"

#include <errno.h>
#include <grp.h>
#include <netdb.h>
#include <resolv.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define UID_FOR_ROOT 65432u /* owns nothing, as for the agents that root starts */

static gint32
look_up (const char *name, GuardianEgressNamesReply *reply)
{
  const struct addrinfo hints = { .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM };
  struct addrinfo *found = NULL;

  /* resolv.conf anew, and no domain appended: what was decided about is what is looked up. */
  if (res_init () != 0)
    return EAI_SYSTEM;
  _res.options &= ~(unsigned long) (RES_DEFNAMES | RES_DNSRCH);
  int error = getaddrinfo (name, NULL, &hints, &found);
  for (const struct addrinfo *at = found;
       error == 0 && at != NULL && reply->count < GUARDIAN_EGRESS_NAMES_ADDRESSES; at = at->ai_next)
    {
      gboolean v4 = at->ai_family == AF_INET;
      const struct sockaddr_in *in4 = (const struct sockaddr_in *) (const void *) at->ai_addr;
      const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *) (const void *) at->ai_addr;
      if (!v4 && at->ai_family != AF_INET6)
        continue;
      reply->addresses[reply->count].family = (guint32) at->ai_family;
      memcpy (reply->addresses[reply->count].bytes,
              v4 ? (const void *) &in4->sin_addr : (const void *) &in6->sin6_addr,
              v4 ? sizeof in4->sin_addr : sizeof in6->sin6_addr);
      reply->count++;
    }
  if (found != NULL)
    freeaddrinfo (found);
  return error;
}

static void
answer_cb (gpointer data, gpointer user_data)
{
  g_autofree GuardianEgressNamesRequest *request = data;
  GuardianEgressNamesReply reply = { .id = request->id };

  reply.error = look_up (request->name, &reply);
  /* Its parent reads all the time; when it does not, nobody waits any more. */
  if (send (GUARDIAN_WORKER_FD, &reply, sizeof reply, MSG_NOSIGNAL) != sizeof reply)
    g_debug ("an answer was not taken: %s", g_strerror (errno));
}

static int
serve (void)
{
  GThreadPool *pool
      = g_thread_pool_new (answer_cb, NULL, GUARDIAN_EGRESS_NAMES_THREADS, FALSE, NULL);
  GuardianEgressNamesRequest request;
  ssize_t size;

  do
    {
      size = recv (GUARDIAN_WORKER_FD, &request, sizeof request, 0);
      if (size == sizeof request && memchr (request.name, '\0', sizeof request.name) != NULL)
        g_thread_pool_push (pool, g_memdup2 (&request, sizeof request), NULL);
      else if (size > 0)
        return EXIT_FAILURE;
    }
  while (size > 0 || (size < 0 && errno == EINTR));
  return EXIT_SUCCESS;
}

/* Only where all of it works; in a container that identity may not exist. */
static void
give_up_root (void)
{
  if (geteuid () != 0 || setgroups (0, NULL) != 0)
    return;
  if (setresgid (UID_FOR_ROOT, UID_FOR_ROOT, UID_FOR_ROOT) != 0
      || setresuid (UID_FOR_ROOT, UID_FOR_ROOT, UID_FOR_ROOT) != 0)
    g_debug ("names are looked up as root: %s", g_strerror (errno));
}

static int
run_child (int pair)
{
  const int keep[] = { GUARDIAN_WORKER_FD };
  g_autoptr (GError) error = NULL;

  if (dup2 (pair, GUARDIAN_WORKER_FD) < 0)
    return EXIT_FAILURE;
  give_up_root ();
  if (!guardian_worker_enter (GUARDIAN_WORKER_NAMES, keep, G_N_ELEMENTS (keep), NULL, NULL, NULL,
                              &error))
    {
      g_warning ("%s", error->message);
      return EXIT_FAILURE;
    }
  return serve ();
}

int
guardian_egress_names_start (GError **error)
{
  int pair[2];

  if (socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
    {
      g_set_error (error, GUARDIAN_WORKER_ERROR, GUARDIAN_WORKER_ERROR_START,
                   "names cannot be looked up: %s", g_strerror (errno));
      return -1;
    }
  cardea_autofd int ours = pair[0];
  cardea_autofd int theirs = pair[1];
  pid_t child = fork ();
  if (child == 0)
    {
      cardea_fd_clear (&ours);
      _exit (run_child (theirs));
    }
  if (child < 0)
    {
      g_set_error (error, GUARDIAN_WORKER_ERROR, GUARDIAN_WORKER_ERROR_START,
                   "names cannot be looked up: %s", g_strerror (errno));
      return -1;
    }
  return cardea_fd_steal (&ours);
}
