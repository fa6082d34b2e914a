/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/files/view/guardian-view-copy.h"

#include <errno.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define PIECE (1 << 20)

gboolean
guardian_view_copy (int from, int to)
{
  g_autofree char *piece = NULL;

  if (ioctl (to, FICLONE, from) == 0)
    return TRUE;
  piece = g_malloc (PIECE);
  for (;;)
    {
      ssize_t size = read (from, piece, PIECE);
      if (size == 0)
        return TRUE;
      if (size < 0 && errno == EINTR)
        continue;
      for (ssize_t done = 0; size > 0 && done < size;)
        {
          ssize_t written = write (to, piece + done, (size_t) (size - done));
          if (written < 0 && errno != EINTR)
            return FALSE;
          done += MAX (written, 0);
        }
      if (size < 0)
        return FALSE;
    }
}
