/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/launch/guardian-sandbox-ends.h"

#include "common/base/cardea-autofd.h"
#include "guardian/launch/guardian-handoff.h"
#include "guardian/privsep/guardian-process.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

void
guardian_sandbox_ends_clear (GuardianSandboxEnds *ends)
{
  int *all[] = { &ends->channel[0], &ends->channel[1], &ends->handoff[0], &ends->handoff[1],
                 &ends->output[0],  &ends->output[1],  &ends->null };

  for (gsize i = 0; i < G_N_ELEMENTS (all); i++)
    cardea_fd_clear (all[i]);
}

gboolean
guardian_sandbox_ends_open (GuardianSandboxEnds *ends, gboolean channel)
{
  const int on = 1;

  ends->null = open ("/dev/null", O_RDWR | O_CLOEXEC);
  return ends->null >= 0
         && (!channel || socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends->channel) == 0)
         && socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends->handoff) == 0
         && setsockopt (ends->handoff[0], SOL_SOCKET, SO_PASSCRED, &on, sizeof on) == 0
         && pipe2 (ends->output, O_CLOEXEC) == 0;
}

pid_t
guardian_sandbox_ends_spawn (const GuardianSandboxEnds *ends, const GuardianSandboxPlan *plan,
                             int *ret_pidfd)
{
  gboolean agent = plan->command < 0;
  int way_out = plan->egress >= 0 ? plan->egress : plan->copy;
  int fds[] = { ends->null,       ends->null,
                ends->output[1],  agent ? ends->channel[1] : plan->command,
                ends->handoff[1], plan->filter,
                ends->null,       ends->null,
                ends->null,       plan->view >= 0 ? plan->view : ends->null,
                way_out,          plan->bundle };
  guint all = way_out < 0 && plan->view < 0          ? GUARDIAN_HANDOFF_VIEW_FD
              : way_out < 0                          ? GUARDIAN_HANDOFF_EGRESS_FD
              : plan->egress < 0 || plan->bundle < 0 ? GUARDIAN_HANDOFF_BUNDLE_FD
                                                     : G_N_ELEMENTS (fds);
  guint n_fds = agent ? GUARDIAN_HANDOFF_STREAMS_FD : all;
  int group = plan->cgroup != NULL ? guardian_cgroup_fd (plan->cgroup) : -1;

  for (gsize i = 0; i < G_N_ELEMENTS (plan->streams); i++)
    if (plan->streams[i] >= 0)
      fds[GUARDIAN_HANDOFF_STREAMS_FD + i] = plan->streams[i];
  pid_t self = getpid ();
  pid_t child = guardian_process_fork (group, ret_pidfd);

  if (child < 0 && group >= 0) /* the group was not ours to enter after all */
    child = guardian_process_fork (-1, ret_pidfd);
  if (child != 0)
    return child;
  if (guardian_process_become (self, fds, n_fds))
    execve (plan->arguments[0], plan->arguments, plan->environment);
  _exit (127);
}

int
guardian_sandbox_ends_receive (int handoff, GuardianHandoff *message, pid_t *ret_pid,
                               int *ret_listener)
{
  union {
    struct cmsghdr header;
    char space[CMSG_SPACE (sizeof (struct ucred)) + CMSG_SPACE (sizeof (int))];
  } control = { 0 };
  struct iovec part = { message, sizeof *message };
  struct msghdr envelope = { .msg_iov = &part,
                             .msg_iovlen = 1,
                             .msg_control = control.space,
                             .msg_controllen = sizeof control.space };

  ssize_t size = recvmsg (handoff, &envelope, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
  if (size < 0)
    return errno == EAGAIN || errno == EINTR ? -1 : 0;
  for (struct cmsghdr *header = CMSG_FIRSTHDR (&envelope); header != NULL;
       header = CMSG_NXTHDR (&envelope, header))
    {
      struct ucred credentials;
      if (header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_CREDENTIALS
          && header->cmsg_len == CMSG_LEN (sizeof credentials))
        {
          memcpy (&credentials, CMSG_DATA (header), sizeof credentials);
          *ret_pid = credentials.pid;
        }
      else if (header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS
               && header->cmsg_len == CMSG_LEN (sizeof (int)))
        memcpy (ret_listener, CMSG_DATA (header), sizeof (int));
    }
  message->what[sizeof message->what - 1] = '\0';
  return size == (ssize_t) sizeof *message && (envelope.msg_flags & MSG_CTRUNC) == 0 ? 1 : 0;
}
