/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/privsep/guardian-process.h"

#include "common/base/cardea-paths.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MAX_PLACED 16 /* descriptors a child can be given */

extern char **environ;

pid_t
guardian_process_fork (int cgroup, int *ret_pidfd)
{
  int pidfd = -1;
  struct clone_args args = {
    .flags = CLONE_PIDFD,
    .pidfd = (uint64_t) (uintptr_t) &pidfd,
    .exit_signal = SIGCHLD,
  };

  if (cgroup >= 0)
    {
      args.flags |= CLONE_INTO_CGROUP;
      args.cgroup = (uint64_t) cgroup;
    }
  pid_t pid = (pid_t) syscall (SYS_clone3, &args, sizeof args);
  if (pid > 0)
    *ret_pidfd = pidfd;
  return pid;
}

static void
reset_signals (void)
{
  sigset_t none;

  for (int signal_number = 1; signal_number < NSIG; signal_number++)
    signal (signal_number, SIG_DFL);
  sigemptyset (&none);
  sigprocmask (SIG_SETMASK, &none, NULL);
}

gboolean
guardian_process_become (pid_t parent, const int *fds, guint n_fds)
{
  int high[MAX_PLACED];

  reset_signals ();
  /* getppid() tells whether the parent went before the first line took effect. */
  if (prctl (PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid () != parent)
    return FALSE;
  if (n_fds > MAX_PLACED)
    {
      errno = EINVAL;
      return FALSE;
    }
  for (guint i = 0; i < n_fds; i++)
    {
      high[i] = fcntl (fds[i], F_DUPFD_CLOEXEC, MAX_PLACED);
      if (high[i] < 0)
        return FALSE;
    }
  for (guint i = 0; i < n_fds; i++)
    if (dup2 (high[i], (int) i) < 0)
      return FALSE;
  return syscall (SYS_close_range, n_fds, ~0u, 0) == 0;
}

static int
compare_fds (gconstpointer a, gconstpointer b)
{
  return *(const int *) a - *(const int *) b;
}

static gboolean
open_standard (void)
{
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
    if (fcntl (fd, F_GETFD) < 0 && open ("/dev/null", O_RDWR) != fd)
      return FALSE;
  return TRUE;
}

gboolean
guardian_process_close_others (const int *keep, gsize n_keep)
{
  g_autofree int *sorted = g_new (int, n_keep + 1);
  unsigned first = STDERR_FILENO + 1;

  if (n_keep > 0)
    memcpy (sorted, keep, n_keep * sizeof *keep);
  qsort (sorted, n_keep, sizeof *sorted, compare_fds);
  if (!open_standard ())
    return FALSE;
  for (gsize i = 0; i < n_keep; i++)
    {
      if (sorted[i] < (int) first)
        continue;
      if (sorted[i] > (int) first
          && syscall (SYS_close_range, first, (unsigned) sorted[i] - 1, 0) != 0)
        return FALSE;
      first = (unsigned) sorted[i] + 1;
    }
  return syscall (SYS_close_range, first, ~0u, 0) == 0;
}

static gboolean
is_allowed (const char *variable, const char *const *allowed)
{
  gsize size = strcspn (variable, "=");

  for (; *allowed != NULL; allowed++)
    {
      gsize length = strlen (*allowed);
      if ((*allowed)[length - 1] == '*' ? strncmp (variable, *allowed, length - 1) == 0
                                        : length == size && strncmp (variable, *allowed, size) == 0)
        return TRUE;
    }
  return FALSE;
}

char **
guardian_process_environment (const char *const *allowed)
{
  static const char *const seams[]
      = { "CARDEA_TEST_*",
          "CARDEA_DEBUG",
#if GUARDIAN_SANITIZED
          "ASAN_OPTIONS",
          "UBSAN_OPTIONS",
          "LSAN_OPTIONS",
#endif
          NULL,
        };
  gboolean privileged = cardea_paths_privileged ();
  GPtrArray *kept = g_ptr_array_new ();

  for (char **variable = environ; variable != NULL && *variable != NULL; variable++)
    if (is_allowed (*variable, allowed) || (!privileged && is_allowed (*variable, seams)))
      g_ptr_array_add (kept, g_strdup (*variable));
  g_ptr_array_add (kept, NULL);
  return (char **) g_ptr_array_free (kept, FALSE);
}
