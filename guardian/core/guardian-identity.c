/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts the kernel. Refuses other users and processes that ended while we looked. Known gap: in
 * user mode every process of the user may be a front end (SECURITY.md). */

#include "guardian/core/guardian-identity.h"

#include "common/base/cardea-autofd.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#ifndef SO_PEERPIDFD
#define SO_PEERPIDFD 77 /* Linux 6.5 */
#endif
#ifndef TIOCGDEV
#define TIOCGDEV 0x80045432 /* _IOR ('T', 0x32, unsigned) */
#endif

#define STAT_LIMIT 1024
#define FIELD_TTY 7
#define FIELD_START 22

G_DEFINE_QUARK (guardian - identity - error - quark, guardian_identity_error)

void
guardian_identity_clear (GuardianIdentity *identity)
{
  cardea_fd_clear (&identity->pidfd);
}

/* Field number of /proc/PID/stat; the second may contain anything and ends at the last ')'. */
static gboolean
read_stat_field (pid_t pid, guint number, gint64 *ret_value)
{
  char path[64];
  char text[STAT_LIMIT];

  g_snprintf (path, sizeof path, "/proc/%d/stat", (int) pid);
  cardea_autofd int fd = open (path, O_RDONLY | O_CLOEXEC);
  ssize_t size = fd >= 0 ? read (fd, text, sizeof text - 1) : -1;
  if (size <= 0)
    return FALSE;
  text[size] = '\0';
  char *rest = strrchr (text, ')');
  if (rest == NULL)
    return FALSE;
  g_auto (GStrv) fields = g_strsplit (rest + 1, " ", 0); /* fields[1] is field 3 */
  if (g_strv_length (fields) <= number - 2)
    return FALSE;
  return g_ascii_string_to_signed (fields[number - 2], 10, G_MININT64, G_MAXINT64, ret_value, NULL);
}

static gboolean
is_alive (int pidfd)
{
  struct pollfd watched = { .fd = pidfd, .events = POLLIN };
  return poll (&watched, 1, 0) == 0;
}

static int
open_pidfd (int fd, pid_t pid)
{
  int pidfd = -1;
  socklen_t size = sizeof pidfd;

  if (getsockopt (fd, SOL_SOCKET, SO_PEERPIDFD, &pidfd, &size) == 0)
    {
      fcntl (pidfd, F_SETFD, FD_CLOEXEC);
      return pidfd;
    }
  return (int) syscall (SYS_pidfd_open, pid, 0);
}

gboolean
guardian_identity_of_peer (int fd, GuardianIdentity *ret_identity, GError **error)
{
  struct ucred credentials;
  socklen_t size = sizeof credentials;
  gint64 before = 0;
  gint64 after = 0;

  if (getsockopt (fd, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0)
    {
      g_set_error (error, GUARDIAN_IDENTITY_ERROR, GUARDIAN_IDENTITY_ERROR_GONE,
                   "cannot tell who connects: %s", g_strerror (errno));
      return FALSE;
    }
  if (credentials.uid != geteuid ())
    {
      g_set_error (error, GUARDIAN_IDENTITY_ERROR, GUARDIAN_IDENTITY_ERROR_FOREIGN,
                   "user %u is not served here", (unsigned) credentials.uid);
      return FALSE;
    }
  gboolean known = read_stat_field (credentials.pid, FIELD_START, &before);
  cardea_autofd int pidfd = open_pidfd (fd, credentials.pid);
  known = known && pidfd >= 0 && read_stat_field (credentials.pid, FIELD_START, &after)
          && before == after && is_alive (pidfd);
  if (!known)
    {
      g_set_error (error, GUARDIAN_IDENTITY_ERROR, GUARDIAN_IDENTITY_ERROR_GONE,
                   "process %d ended before it could be told who it is", (int) credentials.pid);
      return FALSE;
    }
  ret_identity->pid = credentials.pid;
  ret_identity->pidfd = cardea_fd_steal (&pidfd);
  ret_identity->start_time = after;
  return TRUE;
}

/* /dev/tty answers with the terminal it stands for. */
static gboolean
terminal_device (int terminal, dev_t *ret_device)
{
  unsigned int device = 0;
  struct stat st;

  if (!isatty (terminal) || fstat (terminal, &st) != 0 || !S_ISCHR (st.st_mode))
    return FALSE;
  if (ioctl (terminal, TIOCGDEV, &device) == 0)
    {
      *ret_device = makedev ((device >> 8) & 0xfff, (device & 0xff) | ((device >> 12) & 0xfff00));
      return TRUE;
    }
  *ret_device = st.st_rdev;
  return TRUE;
}

gboolean
guardian_identity_owns_terminal (const GuardianIdentity *identity, int terminal)
{
  gint64 number = 0;
  dev_t device = 0;

  if (!terminal_device (terminal, &device) || !read_stat_field (identity->pid, FIELD_TTY, &number)
      || number == 0 || !is_alive (identity->pidfd))
    return FALSE;
  guint64 tty = (guint64) number;
  return makedev ((tty >> 8) & 0xfff, (tty & 0xff) | ((tty >> 12) & 0xfff00)) == device;
}
