/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The floor of a brokered open: a bare socketpair between two processes; one asks, the other opens
 * the file and passes the descriptor; the asker reads it. Nothing is checked.
 * usage: bench-floor FILE COUNT */

#include "bench-sample.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static void
serve (int link, const char *path)
{
  char byte;
  while (read (link, &byte, 1) == 1)
    {
      int fd = open (path, O_RDONLY | O_CLOEXEC);
      union {
        char space[CMSG_SPACE (sizeof (int))];
        struct cmsghdr align;
      } control = { 0 };
      struct iovec part = { &byte, 1 };
      struct msghdr message = { .msg_iov = &part,
                                .msg_iovlen = 1,
                                .msg_control = control.space,
                                .msg_controllen = sizeof control.space };
      struct cmsghdr *header = CMSG_FIRSTHDR (&message);
      header->cmsg_level = SOL_SOCKET;
      header->cmsg_type = SCM_RIGHTS;
      header->cmsg_len = CMSG_LEN (sizeof (int));
      memcpy (CMSG_DATA (header), &fd, sizeof fd);
      if (sendmsg (link, &message, 0) != 1)
        exit (1);
      close (fd);
    }
  exit (0);
}

static int
ask (int link)
{
  char byte = 'r';
  int fd = -1;
  union {
    char space[CMSG_SPACE (sizeof (int))];
    struct cmsghdr align;
  } control;
  struct iovec part = { &byte, 1 };
  struct msghdr message = { .msg_iov = &part,
                            .msg_iovlen = 1,
                            .msg_control = control.space,
                            .msg_controllen = sizeof control.space };

  if (write (link, &byte, 1) != 1 || recvmsg (link, &message, MSG_CMSG_CLOEXEC) != 1)
    exit (1);
  memcpy (&fd, CMSG_DATA (CMSG_FIRSTHDR (&message)), sizeof fd);
  return fd;
}

int
main (int argc, char **argv)
{
  int pair[2];
  char content[4096], line[256];
  BenchSample sample;

  if (argc != 3 || socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
    return 2;
  if (fork () == 0)
    {
      close (pair[0]);
      serve (pair[1], argv[1]);
    }
  close (pair[1]);

  bench_sample_begin (&sample);
  for (int i = atoi (argv[2]); i > 0; i--)
    {
      gint64 since = bench_sample_now ();
      int fd = ask (pair[0]);
      if (pread (fd, content, sizeof content, 0) <= 0)
        return 1;
      close (fd);
      bench_sample_add (&sample, since);
    }
  bench_sample_end (&sample, "floor-open", line, sizeof line);
  fputs (line, stdout);
  close (pair[0]);
  wait (NULL);
  return 0;
}
