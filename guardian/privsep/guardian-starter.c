/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: the core it was forked from, no more than to name a row.
 * Refuses: anything but one fixed-size message with the number of a startable row.
 * Known gaps: it is confined by its size only (see guardian-row.c); a core that was taken over can
 * make it start our own workers, whose pairs that core would hold anyway. */

#include "guardian/privsep/guardian-starter.h"

#include "common/base/cardea-autofd.h"
#include "common/base/cardea-paths.h"
#include "guardian/privsep/guardian-process.h"
#include "guardian/privsep/guardian-row.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define START_TIMEOUT_MS 2000
#define END_SECONDS 3 /* workers have 2 to put their things away */
#define ANSWER_FDS 2  /* the pair's end, the pidfd */

typedef struct {
  uint32_t serial; /* an answer that came too late must not pass for the next one */
  uint32_t worker;
} Request;

typedef struct {
  uint32_t serial;
  int32_t error; /* errno; 0: two descriptors ride along */
} Answer;

struct _GuardianStarter {
  int fd;
  uint32_t serial;
};

/* --- in the starter --- */

static G_GNUC_NORETURN void
run_program (pid_t parent, int pair, const char *program, char **environment)
{
  char *const arguments[] = { (char *) program, NULL };
  cardea_autofd int null = open ("/dev/null", O_RDWR | O_CLOEXEC);
  const int fds[] = { null, STDERR_FILENO, STDERR_FILENO, pair };

  if (null >= 0 && guardian_process_become (parent, fds, G_N_ELEMENTS (fds)))
    execve (program, arguments, environment);
  _exit (127);
}

static int
start (const Request *request, int *ret_pair, int *ret_pidfd)
{
  const GuardianRow *row = guardian_row ((GuardianWorker) request->worker);
  if (row == NULL || !row->startable)
    return EINVAL;
  g_autofree char *program = cardea_paths_program (row->identity.program, NULL);
  if (program == NULL)
    return ENOENT;

  int pair[2];
  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
    return errno;
  g_auto (GStrv) environment = guardian_process_environment (row->environment);
  pid_t self = getpid ();
  pid_t child = guardian_process_fork (-1, ret_pidfd);
  if (child == 0)
    run_program (self, pair[1], program, environment);
  int result = child < 0 ? errno : 0;
  close (pair[1]);
  if (result != 0)
    close (pair[0]);
  else
    *ret_pair = pair[0];
  return result;
}

static gboolean
send_answer (int fd, const Answer *answer, const int *fds)
{
  union {
    struct cmsghdr header;
    char space[CMSG_SPACE (sizeof (int) * ANSWER_FDS)];
  } control = { 0 };
  struct iovec part = { (void *) answer, sizeof *answer };
  struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };

  if (answer->error == 0)
    {
      message.msg_control = control.space;
      message.msg_controllen = sizeof control.space;
      control.header = (struct cmsghdr){ .cmsg_level = SOL_SOCKET,
                                         .cmsg_type = SCM_RIGHTS,
                                         .cmsg_len = CMSG_LEN (sizeof (int) * ANSWER_FDS) };
      memcpy (CMSG_DATA (&control.header), fds, sizeof (int) * ANSWER_FDS);
    }
  return sendmsg (fd, &message, MSG_NOSIGNAL) == (ssize_t) sizeof *answer;
}

/* The core is gone. Workers see the same on their pairs and put their things away; then, or when
 * they take too long, this process ends and the kernel ends what is left. */
static G_GNUC_NORETURN void
end (void)
{
  alarm (END_SECONDS);
  while (waitpid (-1, NULL, 0) > 0 || errno == EINTR)
    ;
  _exit (EXIT_SUCCESS);
}

static G_GNUC_NORETURN void
serve (int fd)
{
  if (!guardian_process_close_others (&fd, 1) || prctl (PR_SET_DUMPABLE, 0) != 0
      || prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
    _exit (EXIT_FAILURE);
  prctl (PR_SET_NAME, "cardea-starter");
  /* Ended workers need no one to wait for them: the core sees their end by pidfd. */
  signal (SIGCHLD, SIG_IGN);

  for (;;)
    {
      Request request;
      ssize_t size = recv (fd, &request, sizeof request, MSG_TRUNC);
      if (size < 0 && errno == EINTR)
        continue;
      if (size != (ssize_t) sizeof request)
        end ();

      int fds[ANSWER_FDS] = { -1, -1 };
      Answer answer = { .serial = request.serial };
      answer.error = start (&request, &fds[0], &fds[1]);
      if (!send_answer (fd, &answer, fds))
        _exit (EXIT_FAILURE);
      for (gsize i = 0; i < ANSWER_FDS; i++)
        cardea_fd_clear (&fds[i]);
    }
}

/* --- in the core --- */

static gboolean
fail (GError **error, const char *program, int code)
{
  g_set_error (error, GUARDIAN_WORKER_ERROR, GUARDIAN_WORKER_ERROR_START, "cannot start %s: %s",
               program, code == ENOENT ? "it is not installed" : g_strerror (code));
  return FALSE;
}

GuardianStarter *
guardian_starter_new (GError **error)
{
  int pair[2];
  if (socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
    {
      fail (error, "the starter", errno);
      return NULL;
    }

  pid_t child = fork ();
  if (child == 0)
    {
      close (pair[0]);
      serve (pair[1]);
    }
  int code = errno;
  close (pair[1]);
  if (child < 0)
    {
      close (pair[0]);
      fail (error, "the starter", code);
      return NULL;
    }

  GuardianStarter *starter = g_new0 (GuardianStarter, 1);
  starter->fd = pair[0];
  return starter;
}

void
guardian_starter_free (GuardianStarter *starter)
{
  cardea_fd_clear (&starter->fd);
  g_free (starter);
}

int
guardian_starter_fd (const GuardianStarter *starter)
{
  return starter->fd;
}

/* Returns the number of descriptors that came, or -1. */
static int
receive (int fd, Answer *answer, int *fds)
{
  union {
    struct cmsghdr header;
    char space[CMSG_SPACE (sizeof (int) * ANSWER_FDS)];
  } control = { 0 };
  struct iovec part = { answer, sizeof *answer };
  struct msghdr message = { .msg_iov = &part,
                            .msg_iovlen = 1,
                            .msg_control = control.space,
                            .msg_controllen = sizeof control.space };
  gsize count = 0;

  ssize_t size = recvmsg (fd, &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
  const struct cmsghdr *header = size >= 0 ? CMSG_FIRSTHDR (&message) : NULL;
  if (header != NULL && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS)
    {
      count = (header->cmsg_len - CMSG_LEN (0)) / sizeof (int);
      memcpy (fds, CMSG_DATA (header), sizeof (int) * MIN (count, ANSWER_FDS));
    }
  return size == (ssize_t) sizeof *answer && (message.msg_flags & MSG_CTRUNC) == 0 ? (int) count
                                                                                   : -1;
}

gboolean
guardian_starter_start (GuardianStarter *starter, GuardianWorker worker, int *ret_pair,
                        int *ret_pidfd, GError **error)
{
  const GuardianWorkerIdentity *identity = guardian_worker_identity (worker);
  const char *program = identity != NULL ? identity->program : "an unknown worker";
  const Request request = { ++starter->serial, (uint32_t) worker };
  gint64 deadline = g_get_monotonic_time () + START_TIMEOUT_MS * G_TIME_SPAN_MILLISECOND;

  if (send (starter->fd, &request, sizeof request, MSG_NOSIGNAL) != (ssize_t) sizeof request)
    return fail (error, program, errno);
  for (;;)
    {
      struct pollfd wait = { .fd = starter->fd, .events = POLLIN };
      gint64 left = (deadline - g_get_monotonic_time ()) / G_TIME_SPAN_MILLISECOND;
      int polled = left > 0 ? poll (&wait, 1, (int) left) : 0;
      if (polled < 0 && errno == EINTR)
        continue;
      if (polled <= 0)
        return fail (error, program, polled == 0 ? ETIMEDOUT : errno);

      Answer answer = { 0 };
      cardea_autofd int pair = -1;
      cardea_autofd int pidfd = -1;
      int fds[ANSWER_FDS] = { -1, -1 };
      int count = receive (starter->fd, &answer, fds);
      pair = fds[0];
      pidfd = fds[1];
      if (count < 0)
        return fail (error, program, ECONNRESET);
      if (answer.serial != request.serial)
        continue;
      if (answer.error != 0 || count != ANSWER_FDS)
        return fail (error, program, answer.error != 0 ? answer.error : EPROTO);
      *ret_pair = cardea_fd_steal (&pair);
      *ret_pidfd = cardea_fd_steal (&pidfd);
      return TRUE;
    }
}
