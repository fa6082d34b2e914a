/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The floor of a tunnel: bench-relay PORT accepts one connection after the other on a port of
 * loopback that it prints, connects each to PORT, and splices until both ends closed. Looks at
 * nothing. */

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define PIPE (256 * 1024)

static bool
move (int from, int to, int pipe[2], bool *ended)
{
  ssize_t size = splice (from, NULL, pipe[1], NULL, PIPE, SPLICE_F_MOVE | SPLICE_F_NONBLOCK);

  if (size == 0)
    {
      *ended = true;
      return shutdown (to, SHUT_WR) == 0;
    }
  if (size < 0)
    return errno == EAGAIN;
  while (size > 0)
    {
      ssize_t out = splice (pipe[0], NULL, to, NULL, (size_t) size, SPLICE_F_MOVE);
      if (out <= 0)
        return false;
      size -= out;
    }
  return true;
}

static void
relay (int inner, int outer)
{
  struct pollfd ends[] = { { inner, POLLIN, 0 }, { outer, POLLIN, 0 } };
  int pipes[2][2];
  bool ended[2] = { false, false };

  if (pipe (pipes[0]) != 0 || pipe (pipes[1]) != 0)
    exit (1);
  for (int i = 0; i < 2; i++)
    fcntl (pipes[i][1], F_SETPIPE_SZ, PIPE);
  while (!(ended[0] && ended[1]) && poll (ends, 2, -1) > 0)
    for (int i = 0; i < 2; i++)
      if (ends[i].revents != 0 && !ended[i])
        {
          if (!move (ends[i].fd, ends[1 - i].fd, pipes[i], &ended[i]))
            ended[0] = ended[1] = true;
          ends[i].events = ended[i] ? 0 : POLLIN;
        }
  for (int i = 0; i < 2; i++)
    {
      close (pipes[i][0]);
      close (pipes[i][1]);
    }
}

int
main (int argc, char **argv)
{
  struct sockaddr_in place = { .sin_family = AF_INET, .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  struct sockaddr_in there = place;
  socklen_t size = sizeof place;
  int listener = socket (AF_INET, SOCK_STREAM, 0);

  if (argc != 2 || bind (listener, (struct sockaddr *) &place, sizeof place) != 0
      || listen (listener, 8) != 0
      || getsockname (listener, (struct sockaddr *) &place, &size) != 0)
    return 1;
  there.sin_port = htons ((unsigned short) atoi (argv[1]));
  printf ("%d\n", ntohs (place.sin_port));
  fflush (stdout);
  for (int inner; (inner = accept (listener, NULL, NULL)) >= 0; close (inner))
    {
      int outer = socket (AF_INET, SOCK_STREAM, 0);
      if (connect (outer, (struct sockaddr *) &there, sizeof there) != 0)
        return 1;
      relay (inner, outer);
      close (outer);
    }
  return 0;
}
