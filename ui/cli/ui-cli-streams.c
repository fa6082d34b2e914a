/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: the descriptors that the person's shell gave us.
 * Refuses: to hand over anything but a pipe without a name, or one end of a terminal made here.
 * Known gaps: a full-screen program that is killed may leave the alternate screen on. */

#include "ui/cli/ui-cli-streams.h"

#include "common/base/cardea-autofd.h"
#include "common/protocol/cardea-descriptor.h"
#include "ui/cli/ui-cli-error.h"
#include "ui/cli/ui-cli-stream.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <glib/gi18n.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <termios.h>
#include <unistd.h>

#define COUNT 3 /* input, output, error */

static const char *const fields[COUNT] = { "input", "output", "error" };

struct _UiCliStreams {
  UiCliTty *tty;     /* ours; borrowed */
  int theirs[COUNT]; /* the program's ends until they are handed over; -1: /dev/null */
  int ours[COUNT];   /* what we copy from or to; -1: nothing */
  UiCliStream *copies[COUNT];
  int master; /* of the program's terminal; -1: it has none */
  gboolean started;
  pid_t program;
  void (*suspend) (gpointer user_data);
  gpointer user_data;
};

static gboolean
is_null (int fd)
{
  struct stat st;
  return fstat (fd, &st) != 0 || (S_ISCHR (st.st_mode) && st.st_rdev == makedev (1, 3));
}

/* A terminal through a description of its own, so that not waiting is ours alone. */
static int
open_again (int fd, int flags)
{
  g_autofree char *path = g_strdup_printf ("/proc/self/fd/%d", fd);
  int again = isatty (fd) ? open (path, flags | O_NOCTTY | O_NONBLOCK | O_CLOEXEC) : -1;

  return again >= 0 ? again : fcntl (fd, F_DUPFD_CLOEXEC, 3);
}

static gboolean
prepare_plain (UiCliStreams *streams, int number)
{
  int pair[2];

  if (is_null (number))
    return TRUE;
  if (cardea_descriptor_is (number, CARDEA_FD_PIPE))
    {
      streams->theirs[number] = fcntl (number, F_DUPFD_CLOEXEC, 3);
      return streams->theirs[number] >= 0;
    }
  if (pipe2 (pair, O_CLOEXEC) != 0)
    return FALSE;
  streams->theirs[number] = pair[number == STDIN_FILENO ? 0 : 1];
  streams->ours[number] = pair[number == STDIN_FILENO ? 1 : 0];
  return g_unix_set_fd_nonblocking (streams->ours[number], TRUE, NULL);
}

static gboolean
prepare_terminal (UiCliStreams *streams)
{
  struct termios modes;

  streams->master = posix_openpt (O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (streams->master < 0 || grantpt (streams->master) != 0 || unlockpt (streams->master) != 0)
    return FALSE;
  const char *name = ptsname (streams->master);
  int slave = name != NULL ? open (name, O_RDWR | O_NOCTTY | O_CLOEXEC) : -1;
  if (slave < 0)
    return FALSE;
  streams->theirs[STDIN_FILENO] = slave;
  if (tcgetattr (STDIN_FILENO, &modes) == 0)
    tcsetattr (slave, TCSANOW, &modes);
  ui_cli_streams_resize (streams);
  for (int number = STDOUT_FILENO; number <= STDERR_FILENO; number++)
    if (isatty (number))
      {
        streams->theirs[number] = fcntl (slave, F_DUPFD_CLOEXEC, 3);
        if (streams->theirs[number] < 0)
          return FALSE;
      }
  return g_unix_set_fd_nonblocking (streams->master, TRUE, NULL);
}

UiCliStreams *
ui_cli_streams_new (UiCliTty *tty, GError **error)
{
  g_autoptr (UiCliStreams) streams = g_new0 (UiCliStreams, 1);
  gboolean terminal = tty != NULL && isatty (STDIN_FILENO) && isatty (STDOUT_FILENO);

  streams->tty = tty;
  streams->master = -1;
  for (int i = 0; i < COUNT; i++)
    streams->theirs[i] = streams->ours[i] = -1;
  gboolean good = !terminal || prepare_terminal (streams);
  for (int i = 0; good && i < COUNT; i++)
    good = streams->theirs[i] >= 0 || prepare_plain (streams, i);
  if (good)
    return g_steal_pointer (&streams);
  g_set_error (error, UI_CLI_ERROR, UI_CLI_ERROR_FAILED,
               _ ("the program’s input and output cannot be made: %s"), g_strerror (errno));
  return NULL;
}

void
ui_cli_streams_hand_over (UiCliStreams *streams, CardeaMessage *message)
{
  for (int i = 0; i < COUNT; i++)
    if (streams->theirs[i] >= 0)
      cardea_message_set_fd (message, fields[i], cardea_fd_steal (&streams->theirs[i]));
  cardea_message_set_boolean (message, "terminal", streams->master >= 0);
}

/* A program that has its terminal to itself cannot be stopped by it: no shell of its session would
 * let it go on. So we stop both. */
static void
seen_cb (const guint8 *bytes, gsize size, gpointer user_data)
{
  UiCliStreams *streams = user_data;
  struct termios modes;

  if (tcgetattr (streams->master, &modes) == 0 && (modes.c_lflag & ISIG) != 0
      && modes.c_cc[VSUSP] != _POSIX_VDISABLE && memchr (bytes, modes.c_cc[VSUSP], size) != NULL
      && tcgetpgrp (streams->master) == streams->program)
    streams->suspend (streams->user_data);
}

static void
start_copy (UiCliStreams *streams, int number)
{
  gboolean input = number == STDIN_FILENO;
  int outside = open_again (number, input ? O_RDONLY : O_WRONLY);
  int inside = cardea_fd_steal (&streams->ours[number]);
  const UiCliStreamPlan plan = {
    .from = input ? outside : inside,
    .to = input ? inside : outside,
    .filter = !input && isatty (number) ? ui_cli_filter_new () : NULL,
    .seen = input && streams->master >= 0 ? seen_cb : NULL,
    .user_data = streams,
  };

  streams->copies[number] = ui_cli_stream_new (&plan);
}

void
ui_cli_streams_start (UiCliStreams *streams, pid_t program, void (*suspend) (gpointer user_data),
                      gpointer user_data)
{
  streams->program = program;
  streams->suspend = suspend;
  streams->user_data = user_data;
  streams->started = TRUE;
  if (streams->master >= 0)
    for (int i = STDIN_FILENO; i <= STDOUT_FILENO; i++)
      streams->ours[i] = fcntl (streams->master, F_DUPFD_CLOEXEC, 3);
  for (int i = 0; i < COUNT; i++)
    if (streams->ours[i] >= 0)
      start_copy (streams, i);
}

gboolean
ui_cli_streams_has_terminal (const UiCliStreams *streams)
{
  return streams->master >= 0;
}

void
ui_cli_streams_set_held (UiCliStreams *streams, gboolean held)
{
  for (int i = 0; i < COUNT; i++)
    if (streams->copies[i] != NULL)
      ui_cli_stream_set_held (streams->copies[i], held);
}

void
ui_cli_streams_resize (UiCliStreams *streams)
{
  struct winsize size;

  if (streams->master >= 0 && ioctl (ui_cli_tty_fd (streams->tty), TIOCGWINSZ, &size) == 0)
    ioctl (streams->master, TIOCSWINSZ, &size);
}

gboolean
ui_cli_streams_have_ended (const UiCliStreams *streams)
{
  for (int i = STDOUT_FILENO; i <= STDERR_FILENO; i++)
    if (streams->copies[i] != NULL && !ui_cli_stream_has_ended (streams->copies[i]))
      return FALSE;
  return TRUE;
}

void
ui_cli_streams_free (UiCliStreams *streams)
{
  for (int i = 0; i < COUNT; i++)
    {
      g_clear_pointer (&streams->copies[i], ui_cli_stream_free);
      cardea_fd_clear (&streams->theirs[i]);
      cardea_fd_clear (&streams->ours[i]);
    }
  cardea_fd_clear (&streams->master);
  g_free (streams);
}
