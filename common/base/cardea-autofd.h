/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>
#include <unistd.h>

/* GLib 2.74 has no autofd: a descriptor that closes itself at the end of its scope. */

static inline int
cardea_fd_steal (int *fd)
{
  int stolen = *fd;
  *fd = -1;
  return stolen;
}

static inline void
cardea_fd_clear (int *fd)
{
  int doomed = cardea_fd_steal (fd);
  if (doomed >= 0)
    close (doomed);
}

#define cardea_autofd __attribute__ ((cleanup (cardea_fd_clear)))
