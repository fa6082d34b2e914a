/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The floor of a synced record: append 600 bytes and fdatasync. usage: bench-sync FILE COUNT */

#include "bench-sample.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int
main (int argc, char **argv)
{
  char record[600], line[256];
  BenchSample sample;

  if (argc != 3)
    return 2;
  int fd = open (argv[1], O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (fd < 0)
    return 1;
  memset (record, 'x', sizeof record);
  bench_sample_begin (&sample);
  for (int i = atoi (argv[2]); i > 0; i--)
    {
      gint64 since = bench_sample_now ();
      if (write (fd, record, sizeof record) != sizeof record || fdatasync (fd) != 0)
        return 1;
      bench_sample_add (&sample, since);
    }
  bench_sample_end (&sample, "fdatasync", line, sizeof line);
  fputs (line, stdout);
  close (fd);
  unlink (argv[1]);
  return 0;
}
