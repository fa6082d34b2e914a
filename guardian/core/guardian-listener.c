/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts the runtime folder, which was checked to be this user's own. Refuses peers of other users
 * and peers that cannot be identified. */

#include "guardian/core/guardian-listener.h"

#include "common/base/cardea-autofd.h"
#include "common/base/cardea-paths.h"
#include "guardian/core/guardian-link-table.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#define SOCKET_NAME "guardian.sock"
#define LOCK_NAME "guardian.lock"
#define BACKLOG 64
#define ACCEPTS_PER_DISPATCH 16u

struct _GuardianListener {
  GuardianContext *context;
  int folder; /* O_PATH */
  int lock;
  int socket;
  char *path;
  guint source;
};

G_DEFINE_QUARK (guardian - listener - error - quark, guardian_listener_error)

void
guardian_listener_free (GuardianListener *listener)
{
  if (listener == NULL)
    return;
  g_clear_handle_id (&listener->source, g_source_remove);
  cardea_fd_clear (&listener->socket);
  cardea_fd_clear (&listener->lock);
  cardea_fd_clear (&listener->folder);
  g_free (listener->path);
  g_free (listener);
}

static gboolean
fail (GError **error, int code, const char *what)
{
  g_set_error (error, GUARDIAN_LISTENER_ERROR, code, "%s: %s", what, g_strerror (errno));
  return FALSE;
}

static gboolean
take_lock (GuardianListener *listener, GError **error)
{
  listener->lock
      = openat (listener->folder, LOCK_NAME, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (listener->lock < 0)
    return fail (error, GUARDIAN_LISTENER_ERROR_FAILED, "cannot open the guardian's lock");
  if (flock (listener->lock, LOCK_EX | LOCK_NB) != 0)
    return fail (
        error, errno == EWOULDBLOCK ? GUARDIAN_LISTENER_ERROR_BUSY : GUARDIAN_LISTENER_ERROR_FAILED,
        "another guardian runs");
  return TRUE;
}

/* Under the lock, so that a name that is there belongs to nobody. Whoever waits for us watches the
 * folder: the change of mode comes when connecting works. */
static gboolean
bind_socket (GuardianListener *listener, GError **error)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };

  listener->socket = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  g_snprintf (address.sun_path, sizeof address.sun_path, "/proc/self/fd/%d/" SOCKET_NAME,
              listener->folder);
  if (listener->socket < 0)
    return fail (error, GUARDIAN_LISTENER_ERROR_FAILED, "cannot make a socket");
  if (unlinkat (listener->folder, SOCKET_NAME, 0) != 0 && errno != ENOENT)
    return fail (error, GUARDIAN_LISTENER_ERROR_FAILED, "cannot remove the old socket");
  mode_t mask = umask (0177);
  int bound = bind (listener->socket, (struct sockaddr *) &address, sizeof address);
  umask (mask);
  if (bound != 0 || listen (listener->socket, BACKLOG) != 0
      || fchmodat (listener->folder, SOCKET_NAME, 0600, 0) != 0)
    return fail (error, GUARDIAN_LISTENER_ERROR_FAILED, "cannot listen");
  return TRUE;
}

GuardianListener *
guardian_listener_new (GError **error)
{
  g_autoptr (GuardianListener) listener = g_new0 (GuardianListener, 1);

  listener->lock = listener->socket = -1;
  listener->folder = cardea_paths_open_folder (CARDEA_PATHS_RUNTIME, &listener->path, error);
  if (listener->folder < 0 || !take_lock (listener, error) || !bind_socket (listener, error))
    return NULL;
  return g_steal_pointer (&listener);
}

void
guardian_listener_fds (const GuardianListener *listener, int fds[GUARDIAN_LISTENER_FDS])
{
  fds[0] = listener->folder;
  fds[1] = listener->lock;
  fds[2] = listener->socket;
}

const char *
guardian_listener_folder (const GuardianListener *listener)
{
  return listener->path;
}

static void
greet (GuardianListener *listener, int fd)
{
  GuardianIdentity identity = GUARDIAN_IDENTITY_INIT;
  g_autoptr (GError) error = NULL;

  if (guardian_link_table_is_full (listener->context->links)
      || !guardian_identity_of_peer (fd, &identity, &error))
    {
      g_debug ("a connection was refused: %s", error != NULL ? error->message : "too many");
      close (fd);
      return;
    }
  guardian_link_new (listener->context, fd, CARDEA_ROLE_FRONT, "front", &identity, NULL);
}

static gboolean
accept_cb (int socket, GIOCondition condition, gpointer user_data)
{
  for (guint i = 0; i < ACCEPTS_PER_DISPATCH; i++)
    {
      int fd = accept4 (socket, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
      if (fd < 0)
        break;
      greet (user_data, fd);
    }
  return G_SOURCE_CONTINUE;
}

void
guardian_listener_start (GuardianListener *listener, GuardianContext *context)
{
  listener->context = context;
  listener->source = g_unix_fd_add (listener->socket, G_IO_IN, accept_cb, listener);
}

void
guardian_listener_stop (GuardianListener *listener)
{
  g_clear_handle_id (&listener->source, g_source_remove);
  if (listener->socket >= 0 && unlinkat (listener->folder, SOCKET_NAME, 0) != 0)
    g_debug ("the socket's name stays: %s", g_strerror (errno));
  cardea_fd_clear (&listener->socket);
}
