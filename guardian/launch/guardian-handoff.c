/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/launch/guardian-handoff.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define FAILED_STATUS 125 /* as bwrap and cardeactl: our own failure */

/* fd -1: none rides along. */
static bool
send_part (int socket, const void *bytes, size_t size, int fd)
{
  union {
    struct cmsghdr header;
    char space[CMSG_SPACE (sizeof (int))];
  } control = { 0 };
  struct iovec part = { (void *) bytes, size };
  struct msghdr envelope = { .msg_iov = &part, .msg_iovlen = 1 };

  if (fd >= 0)
    {
      envelope.msg_control = control.space;
      envelope.msg_controllen = sizeof control.space;
      control.header = (struct cmsghdr){ .cmsg_level = SOL_SOCKET,
                                         .cmsg_type = SCM_RIGHTS,
                                         .cmsg_len = CMSG_LEN (sizeof (int)) };
      memcpy (CMSG_DATA (&control.header), &fd, sizeof fd);
    }
  return sendmsg (socket, &envelope, MSG_NOSIGNAL) == (ssize_t) size;
}

bool
guardian_handoff_send (const GuardianHandoff *message, int fd)
{
  return send_part (GUARDIAN_HANDOFF_FD, message, sizeof *message, fd);
}

bool
guardian_handoff_pass (int door, int fd)
{
  const char byte = 0;
  return send_part (door, &byte, sizeof byte, fd);
}

void
guardian_handoff_fail (GuardianHandoffStep step, const char *what)
{
  GuardianHandoff message = { .kind = GUARDIAN_HANDOFF_FAILED, .step = step, .error = errno };

  if (what != NULL)
    strncpy (message.what, what, sizeof message.what - 1);
  guardian_handoff_send (&message, -1);
  _exit (FAILED_STATUS);
}

bool
guardian_handoff_wait (void)
{
  char byte = 0;
  ssize_t size;

  do
    size = read (GUARDIAN_HANDOFF_FD, &byte, 1);
  while (size < 0 && errno == EINTR);
  return size == 1 && byte == GUARDIAN_HANDOFF_GO;
}
