/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/launch/guardian-handoff.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define FAILED_STATUS 125 /* as bwrap and cardeactl: our own failure */

typedef union {
  struct cmsghdr header;
  char space[CMSG_SPACE (GUARDIAN_HANDOFF_GIFTS * sizeof (int))];
} Control;

static bool
send_part (int socket, const void *bytes, size_t size, const int *fds, size_t n_fds)
{
  Control control = { 0 };
  struct iovec part = { (void *) bytes, size };
  struct msghdr envelope = { .msg_iov = &part, .msg_iovlen = 1 };

  if (n_fds > 0)
    {
      envelope.msg_control = control.space;
      envelope.msg_controllen = CMSG_SPACE (n_fds * sizeof *fds);
      control.header = (struct cmsghdr){ .cmsg_level = SOL_SOCKET,
                                         .cmsg_type = SCM_RIGHTS,
                                         .cmsg_len = CMSG_LEN (n_fds * sizeof *fds) };
      memcpy (CMSG_DATA (&control.header), fds, n_fds * sizeof *fds);
    }
  return sendmsg (socket, &envelope, MSG_NOSIGNAL) == (ssize_t) size;
}

bool
guardian_handoff_send (const GuardianHandoff *message, int fd)
{
  return send_part (GUARDIAN_HANDOFF_FD, message, sizeof *message, &fd, fd >= 0 ? 1 : 0);
}

bool
guardian_handoff_pass (int door, int fd)
{
  const char byte = 0;
  return send_part (door, &byte, sizeof byte, &fd, 1);
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

bool
guardian_handoff_wait_gifts (int ret_gifts[GUARDIAN_HANDOFF_GIFTS])
{
  const size_t bytes = GUARDIAN_HANDOFF_GIFTS * sizeof (int);
  Control control = { 0 };
  char byte = 0;
  struct iovec part = { &byte, 1 };
  struct msghdr envelope = { .msg_iov = &part,
                             .msg_iovlen = 1,
                             .msg_control = control.space,
                             .msg_controllen = sizeof control.space };
  ssize_t size;

  do
    size = recvmsg (GUARDIAN_HANDOFF_FD, &envelope, MSG_CMSG_CLOEXEC);
  while (size < 0 && errno == EINTR);
  const struct cmsghdr *header = size == 1 ? CMSG_FIRSTHDR (&envelope) : NULL;
  if (byte != GUARDIAN_HANDOFF_GO || header == NULL || (envelope.msg_flags & MSG_CTRUNC) != 0
      || header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS
      || header->cmsg_len != CMSG_LEN (bytes))
    return false;
  memcpy (ret_gifts, CMSG_DATA (header), bytes);
  return true;
}

bool
guardian_handoff_go_gifts (int socket, const int gifts[GUARDIAN_HANDOFF_GIFTS])
{
  const char go = GUARDIAN_HANDOFF_GO;
  return send_part (socket, &go, sizeof go, gifts, GUARDIAN_HANDOFF_GIFTS);
}
