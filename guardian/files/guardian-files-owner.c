/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: the kernel for who owns what. Refuses: everything but one descriptor in, one number out;
 * a message of another shape ends the process. An owner that cannot be told stays the overflow id,
 * which policy takes for somebody else. */

#include "guardian/files/guardian-files-owner.h"

#include "common/base/cardea-autofd.h"
#include "guardian/files/guardian-files-error.h"
#include "guardian/files/guardian-files-object.h"
#include "guardian/privsep/guardian-worker.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#define OVERFLOW_ID 65534 /* kernel.overflowuid as every distribution leaves it */
#define PATIENCE_SECONDS 1

struct _GuardianFilesOwner {
  GMutex lock; /* one question at a time */
  int socket;  /* -1 once an answer stayed away: a late one must not meet another question */
};

typedef union {
  struct cmsghdr header;
  char room[CMSG_SPACE (sizeof (int))];
} Control;

static gboolean
send_fd (int socket, int fd)
{
  char byte = 0;
  Control control = { 0 };
  struct iovec part = { &byte, 1 };
  struct msghdr message = {
    .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control
  };
  control.header = (struct cmsghdr){ CMSG_LEN (sizeof fd), SOL_SOCKET, SCM_RIGHTS };
  memcpy (CMSG_DATA (&control.header), &fd, sizeof fd);
  return sendmsg (socket, &message, MSG_NOSIGNAL) == 1;
}

static int
receive_fd (int socket)
{
  char byte = 0;
  int fd = -1;
  Control control = { 0 };
  struct iovec part = { &byte, 1 };
  struct msghdr message = {
    .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control
  };
  if (recvmsg (socket, &message, MSG_CMSG_CLOEXEC) != 1
      || message.msg_controllen < CMSG_LEN (sizeof fd) || control.header.cmsg_type != SCM_RIGHTS)
    return -1;
  memcpy (&fd, CMSG_DATA (&control.header), sizeof fd);
  return fd;
}

/* The process outside. Its socket takes the place of the core's link, which it must not hold. */
static void
serve (int socket)
{
  const int keep[] = { GUARDIAN_WORKER_FD };
  if (dup2 (socket, GUARDIAN_WORKER_FD) < 0
      || !guardian_worker_enter (GUARDIAN_WORKER_FILES, keep, G_N_ELEMENTS (keep), NULL, NULL, NULL,
                                 NULL))
    _exit (EXIT_FAILURE);
  for (;;)
    {
      GuardianFilesInfo info = { .uid = OVERFLOW_ID };
      cardea_autofd int fd = receive_fd (GUARDIAN_WORKER_FD);
      if (fd < 0)
        _exit (EXIT_SUCCESS);
      if (!guardian_files_info_read (fd, "", FALSE, &info))
        info.uid = OVERFLOW_ID;
      guint32 uid = info.uid;
      if (send (GUARDIAN_WORKER_FD, &uid, sizeof uid, MSG_NOSIGNAL) != sizeof uid)
        _exit (EXIT_SUCCESS);
    }
}

GuardianFilesOwner *
guardian_files_owner_new (GError **error)
{
  int pair[2];
  pid_t pid = -1;
  const struct timeval patience = { .tv_sec = PATIENCE_SECONDS };
  if (socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) == 0)
    {
      pid = fork ();
      if (pid == 0)
        serve (pair[1]);
      close (pair[1]);
    }
  if (pid < 0 || setsockopt (pair[0], SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) != 0)
    {
      guardian_files_error_set_errno (error, errno);
      return NULL;
    }
  GuardianFilesOwner *owner = g_new0 (GuardianFilesOwner, 1);
  g_mutex_init (&owner->lock);
  owner->socket = pair[0];
  return owner;
}

void
guardian_files_owner_free (GuardianFilesOwner *owner)
{
  if (owner == NULL)
    return;
  cardea_fd_clear (&owner->socket);
  g_mutex_clear (&owner->lock);
  g_free (owner);
}

int
guardian_files_owner_fd (const GuardianFilesOwner *owner)
{
  return owner->socket;
}

guint
guardian_files_owner_of (GuardianFilesOwner *owner, int fd, guint uid)
{
  if (owner == NULL || uid != OVERFLOW_ID)
    return uid;

  guint32 answer = 0;
  g_mutex_lock (&owner->lock);
  gboolean good = owner->socket >= 0 && send_fd (owner->socket, fd)
                  && recv (owner->socket, &answer, sizeof answer, 0) == sizeof answer;
  if (!good)
    cardea_fd_clear (&owner->socket);
  g_mutex_unlock (&owner->lock);
  return good ? answer : uid;
}
