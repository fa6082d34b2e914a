/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/client/cardea-client-socket.h"

#include "common/base/cardea-autofd.h"
#include "common/base/cardea-paths.h"
#include "common/client/cardea-client-error.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define START_LIMIT_MS 5000
#define LINE_LIMIT 1024
#define READY_FD 3
#define WANTED_NAME "wanted"

/* All that a guardian takes over from whoever happens to start it. */
static const char *const inherited[] = {
  "DBUS_SESSION_BUS_ADDRESS",
  "HOME",
  "LANG",
  "LANGUAGE",
  "LC_ALL",
  "LC_MESSAGES",
  "LOGNAME",
  "TZ",
  "USER",
  "XDG_CACHE_HOME",
  "XDG_CONFIG_HOME",
  "XDG_DATA_HOME",
  "XDG_RUNTIME_DIR",
  "XDG_STATE_HOME",
  /* only sanitizers read these; a guardian with privilege is never started from here */
  "ASAN_OPTIONS",
  "LSAN_OPTIONS",
  "UBSAN_OPTIONS",
};
#define SEAM_PREFIX "CARDEA_"

struct _CardeaClientSocket {
  CardeaClientSocketDone done;
  gpointer user_data;
  int found;       /* at once; -1: not */
  GError *problem; /* at once */
  int folder;      /* O_PATH of the runtime folder */
  char *path;
  int ready; /* our end of the started guardian's pipe */
  int watch; /* inotify */
  GSource *ready_source, *watch_source, *deadline, *settled;
  GString *line;
};

static void
clear_source (GSource **source)
{
  if (*source != NULL)
    g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

void
cardea_client_socket_cancel (CardeaClientSocket *self)
{
  if (self == NULL)
    return;
  clear_source (&self->ready_source);
  clear_source (&self->watch_source);
  clear_source (&self->deadline);
  clear_source (&self->settled);
  cardea_fd_clear (&self->found);
  cardea_fd_clear (&self->folder);
  cardea_fd_clear (&self->ready);
  cardea_fd_clear (&self->watch);
  g_clear_error (&self->problem);
  g_string_free (self->line, TRUE);
  g_free (self->path);
  g_free (self);
}

/* Ends it. Takes both. */
static void
finish (CardeaClientSocket *self, int fd, GError *taken)
{
  g_autoptr (GError) error = taken;
  CardeaClientSocketDone done = self->done;
  gpointer user_data = self->user_data;

  cardea_client_socket_cancel (self);
  done (fd, error, user_data);
}

static void
finish_failed (CardeaClientSocket *self, const char *reason)
{
  finish (self, -1,
          g_error_new_literal (CARDEA_CLIENT_ERROR, CARDEA_CLIENT_ERROR_NO_GUARDIAN, reason));
}

/* -1 and errno: nobody listens there. The folder's descriptor makes any length of path fit. */
static int
try_connect (int folder)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  cardea_autofd int fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

  g_snprintf (address.sun_path, sizeof address.sun_path, "/proc/self/fd/%d/guardian.sock", folder);
  if (fd < 0 || connect (fd, (struct sockaddr *) &address, sizeof address) != 0)
    return -1;
  return cardea_fd_steal (&fd);
}

/* TRUE: it is over. */
static gboolean
retry (CardeaClientSocket *self)
{
  int fd = try_connect (self->folder);
  if (fd < 0)
    return FALSE;
  finish (self, fd, NULL);
  return TRUE;
}

static gboolean
folder_changed_cb (int watch, GIOCondition condition, gpointer user_data)
{
  CardeaClientSocket *self = user_data;
  char events[4096];
  if (read (watch, events, sizeof events) < 0 && errno != EAGAIN)
    return G_SOURCE_REMOVE;
  /* Ours listens before it knows whether it can begin; its line says why not. */
  if (self->ready_source != NULL)
    return G_SOURCE_CONTINUE;
  return retry (self) ? G_SOURCE_REMOVE : G_SOURCE_CONTINUE;
}

static gboolean
deadline_cb (gpointer user_data)
{
  g_autofree char *reason
      = g_strdup_printf ("the guardian did not answer within %d seconds", START_LIMIT_MS / 1000);
  finish_failed (user_data, reason);
  return G_SOURCE_REMOVE;
}

static void
attach (CardeaClientSocket *self, GSource **place, GSource *source, GSourceFunc callback)
{
  g_source_set_callback (source, callback, self, NULL);
  g_source_attach (source, g_main_context_get_thread_default ());
  *place = source;
}

/* The started guardian said its line, or ended. */
static void
handle_line (CardeaClientSocket *self)
{
  g_autofree char *line = g_strdup (g_strstrip (self->line->str));

  if (g_str_has_prefix (line, "error: "))
    finish_failed (self, line + strlen ("error: "));
  else if (strcmp (line, "ready") != 0 && strcmp (line, "busy") != 0)
    finish_failed (self, "the guardian ended before it was ready");
  /* "busy": another one is about to listen, or about to leave; inotify and the deadline watch. */
  else if (!retry (self) && strcmp (line, "ready") == 0)
    finish_failed (self, "the guardian is ready but does not listen");
}

static gboolean
ready_cb (int pipe, GIOCondition condition, gpointer user_data)
{
  CardeaClientSocket *self = user_data;
  char part[256];
  gssize size = read (pipe, part, sizeof part);

  if (size < 0 && (errno == EAGAIN || errno == EINTR))
    return G_SOURCE_CONTINUE;
  if (size > 0 && self->line->len < LINE_LIMIT)
    {
      g_string_append_len (self->line, part, size);
      return G_SOURCE_CONTINUE;
    }
  clear_source (&self->ready_source);
  handle_line (self);
  return G_SOURCE_REMOVE;
}

static char **
scrubbed_environment (void)
{
  g_auto (GStrv) names = g_listenv ();
  char **environment = g_environ_setenv (NULL, "PATH", "/usr/bin:/bin", TRUE);

  for (gsize i = 0; names[i] != NULL; i++)
    if (g_strv_contains (inherited, names[i]) || g_str_has_prefix (names[i], SEAM_PREFIX))
      environment = g_environ_setenv (environment, names[i], g_getenv (names[i]), TRUE);
  return environment;
}

static void
own_session (gpointer user_data)
{
  /* Async-signal-safe. The terminal's Ctrl-C is for the front end, not for the guardian. */
  (void) setsid ();
}

static gboolean
spawn_guardian (CardeaClientSocket *self, GError **error)
{
  g_autofree char *program = cardea_paths_program ("cardea-guardian", error);
  if (program == NULL)
    return FALSE;

  int pipe[2];
  if (!g_unix_open_pipe (pipe, FD_CLOEXEC, error))
    return FALSE;
  self->ready = pipe[0];
  cardea_autofd int theirs = pipe[1];

  g_autofree char *number = g_strdup_printf ("%d", READY_FD);
  const char *argv[] = { program, "--ready-fd", number, NULL };
  g_auto (GStrv) environment = scrubbed_environment ();
  int source = theirs, target = READY_FD;
  GSpawnFlags flags = G_SPAWN_STDOUT_TO_DEV_NULL;
  if (g_getenv ("CARDEA_DEBUG") == NULL)
    flags |= G_SPAWN_STDERR_TO_DEV_NULL;
  return g_spawn_async_with_pipes_and_fds ("/", argv, (const char *const *) environment, flags,
                                           own_session, NULL, -1, -1, -1, &source, &target, 1, NULL,
                                           NULL, NULL, NULL, error)
         && g_unix_set_fd_nonblocking (self->ready, TRUE, error);
}

/* In a Flatpak there is no guardian to start: its host watches for this file
 * (data/cardea-guardian.path). */
static gboolean
ask_for_guardian (CardeaClientSocket *self, GError **error)
{
  cardea_autofd int fd
      = openat (self->folder, WANTED_NAME, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC,
                S_IRUSR | S_IWUSR);
  if (fd >= 0)
    return TRUE;
  g_set_error (error, CARDEA_CLIENT_ERROR, CARDEA_CLIENT_ERROR_NO_GUARDIAN,
               "no guardian can be asked for in %s: %s", self->path, g_strerror (errno));
  return FALSE;
}

static gboolean
in_flatpak (void)
{
  return cardea_paths_test_seam ("CARDEA_TEST_FLATPAK") != NULL
         || access ("/.flatpak-info", F_OK) == 0;
}

/* Watches before it starts, so that no socket appears unseen. */
static gboolean
start_guardian (CardeaClientSocket *self, GError **error)
{
  g_autofree char *folder = g_strdup_printf ("/proc/self/fd/%d", self->folder);

  self->watch = inotify_init1 (IN_CLOEXEC | IN_NONBLOCK);
  if (self->watch < 0
      || inotify_add_watch (self->watch, folder, IN_CREATE | IN_MOVED_TO | IN_ATTRIB) < 0)
    {
      g_set_error (error, CARDEA_CLIENT_ERROR, CARDEA_CLIENT_ERROR_NO_GUARDIAN,
                   "cannot watch %s: %s", self->path, g_strerror (errno));
      return FALSE;
    }
  gboolean elsewhere = in_flatpak ();
  if (!(elsewhere ? ask_for_guardian (self, error) : spawn_guardian (self, error)))
    return FALSE;
  attach (self, &self->watch_source, g_unix_fd_source_new (self->watch, G_IO_IN),
          G_SOURCE_FUNC (folder_changed_cb));
  if (!elsewhere)
    attach (self, &self->ready_source,
            g_unix_fd_source_new (self->ready, G_IO_IN | G_IO_HUP | G_IO_ERR),
            G_SOURCE_FUNC (ready_cb));
  attach (self, &self->deadline, g_timeout_source_new (START_LIMIT_MS), deadline_cb);
  return TRUE;
}

static gboolean
settled_cb (gpointer user_data)
{
  CardeaClientSocket *self = user_data;

  if (self->found >= 0)
    finish (self, cardea_fd_steal (&self->found), NULL);
  else
    finish_failed (self, self->problem->message);
  return G_SOURCE_REMOVE;
}

CardeaClientSocket *
cardea_client_socket_open (gboolean start, CardeaClientSocketDone done, gpointer user_data)
{
  CardeaClientSocket *self = g_new0 (CardeaClientSocket, 1);

  self->done = done;
  self->user_data = user_data;
  self->found = self->ready = self->watch = -1;
  self->line = g_string_new (NULL);
  self->folder = cardea_paths_open_folder (CARDEA_PATHS_RUNTIME, &self->path, &self->problem);
  if (self->folder >= 0)
    self->found = try_connect (self->folder);
  if (self->folder >= 0 && self->found < 0 && !start)
    g_set_error (&self->problem, CARDEA_CLIENT_ERROR, CARDEA_CLIENT_ERROR_NO_GUARDIAN,
                 "no guardian is running");
  else if (self->folder >= 0 && self->found < 0)
    (void) start_guardian (self, &self->problem);
  if (self->found >= 0 || self->problem != NULL)
    attach (self, &self->settled, g_timeout_source_new (0), settled_cb);
  return self;
}
