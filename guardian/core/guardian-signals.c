/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/core/guardian-signals.h"

#include <glib-unix.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

static void
fill (sigset_t *set)
{
  sigemptyset (set);
  sigaddset (set, SIGTERM);
  sigaddset (set, SIGINT);
  sigaddset (set, SIGHUP);
}

void
guardian_signals_block (void)
{
  sigset_t set;
  fill (&set);
  if (sigprocmask (SIG_BLOCK, &set, NULL) != 0 || signal (SIGPIPE, SIG_IGN) == SIG_ERR)
    g_warning ("signals keep their default actions");
}

static gboolean
arrived (int fd, GIOCondition condition, gpointer user_data)
{
  struct signalfd_siginfo info;
  if (read (fd, &info, sizeof info) == sizeof info)
    guardian_context_stop (user_data, "the guardian was told to end");
  return G_SOURCE_CONTINUE;
}

void
guardian_signals_watch (GuardianContext *context)
{
  sigset_t set;
  fill (&set);
  int fd = signalfd (-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
  if (fd >= 0)
    g_unix_fd_add (fd, G_IO_IN, arrived, context);
  else
    sigprocmask (SIG_UNBLOCK, &set, NULL);
}
