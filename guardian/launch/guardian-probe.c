/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/launch/guardian-probe.h"

#include "common/base/cardea-autofd.h"
#include "guardian/launch/guardian-cgroup.h"
#include "guardian/privsep/guardian-landlock.h"
#include "guardian/privsep/guardian-obstacle.h"
#include "guardian/privsep/guardian-process.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#define LIMIT_REPORT 32768 /* as launch.probed */
#define LIMIT_VERSION 64
#define TIMEOUT_SECONDS 5

struct _GuardianProbe {
  GString *text;
  int pipe;
  int process;
  guint source;
  guint timer;
  GuardianProbeDone done;
  gpointer user_data;
};

/* --- in the child --- */

static void
report_kernel (CardeaJson *report)
{
  struct utsname name;

  if (uname (&name) == 0)
    cardea_json_set_string (report, "kernel", name.release);
  const guint32 action = SECCOMP_RET_USER_NOTIF;
  cardea_json_set_boolean (report, "seccomp_notify",
                           syscall (SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0);
}

static void
report_landlock (CardeaJson *report, int limit)
{
  int abi = guardian_landlock_abi (limit);

  cardea_json_set_int (report, "landlock_abi", abi < 0 ? 0 : abi);
  if (abi < 0)
    cardea_json_set_string (report, "landlock_missing", g_strerror (errno));
}

static void
report_bwrap (CardeaJson *report, const char *path)
{
  char version[LIMIT_VERSION] = { 0 };
  int pipes[2];

  cardea_json_set_string (report, "bwrap", path);
  if (access (path, X_OK) != 0 || pipe2 (pipes, O_CLOEXEC) != 0)
    {
      cardea_json_set_string (report, "bwrap_missing", "install the Debian package bubblewrap");
      return;
    }
  pid_t child = fork ();
  if (child == 0)
    {
      dup2 (pipes[1], STDOUT_FILENO);
      execl (path, path, "--version", NULL);
      _exit (127);
    }
  close (pipes[1]);
  ssize_t size = child > 0 ? read (pipes[0], version, sizeof version - 1) : -1;
  close (pipes[0]);
  if (size > 0)
    cardea_json_set_string (report, "bwrap_version", g_strstrip (version));
}

static void
report_cgroup (CardeaJson *report)
{
  static const GuardianCgroupLimits limits = { 16, 64 << 20 };
  const char *reason = NULL;
  g_autoptr (GuardianCgroupParent) parent = guardian_cgroup_parent_new (&reason);
  g_autoptr (GuardianCgroup) group
      = parent != NULL ? guardian_cgroup_new (parent, "probe", &limits) : NULL;

  cardea_json_set_string (report, "cgroup",
                          group != NULL ? guardian_cgroup_controls (group) : "none");
  if (group == NULL)
    cardea_json_set_string (report, "cgroup_missing",
                            reason != NULL ? reason : "a control group cannot be made");
  else
    guardian_cgroup_remove (group);
}

static void
report_fuse (CardeaJson *report)
{
  cardea_autofd int fd = open ("/dev/fuse", O_RDWR | O_CLOEXEC);

  cardea_json_set_boolean (report, "fuse", fd >= 0);
  if (fd < 0)
    cardea_json_set_string (report, "fuse_missing", g_strerror (errno));
}

/* Last: it leaves this process in namespaces of its own. */
static void
report_namespaces (CardeaJson *report)
{
  gboolean good = unshare (CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWPID | CLONE_NEWIPC
                           | CLONE_NEWUTS | CLONE_NEWCGROUP)
                  == 0;
  g_autofree char *why = good ? NULL : guardian_obstacle_to_namespaces (errno);

  cardea_json_set_boolean (report, "namespaces", good);
  if (!good)
    cardea_json_set_string (report, "namespaces_missing", why);
}

CardeaJson *
guardian_probe_run (const char *bwrap, int landlock_limit)
{
  CardeaJson *report = cardea_json_new_object ();

  report_kernel (report);
  report_landlock (report, landlock_limit);
  report_bwrap (report, bwrap);
  report_cgroup (report);
  report_fuse (report);
  report_namespaces (report);
  return report;
}

static G_GNUC_NORETURN void
run_child (pid_t parent, int pipe, const char *bwrap, int landlock_limit)
{
  cardea_autofd int null = open ("/dev/null", O_RDWR | O_CLOEXEC);
  const int fds[] = { null, null, null, pipe };
  gsize size = 0;

  if (null < 0 || !guardian_process_become (parent, fds, G_N_ELEMENTS (fds)))
    _exit (EXIT_FAILURE);
  g_autoptr (CardeaJson) report = guardian_probe_run (bwrap, landlock_limit);
  g_autofree char *text = cardea_json_write (report, &size, NULL);
  _exit (text != NULL && write (G_N_ELEMENTS (fds) - 1, text, size) == (ssize_t) size
             ? EXIT_SUCCESS
             : EXIT_FAILURE);
}

/* --- in the launch worker --- */

static void
finish (GuardianProbe *probe, gboolean in_time)
{
  g_autoptr (CardeaJson) report
      = in_time ? cardea_json_parse (probe->text->str, probe->text->len, NULL) : NULL;

  probe->done (report, probe->user_data);
}

static gboolean
timeout_cb (gpointer user_data)
{
  GuardianProbe *probe = user_data;

  probe->timer = 0;
  finish (probe, FALSE);
  return G_SOURCE_REMOVE;
}

static gboolean
readable_cb (int fd, GIOCondition condition, gpointer user_data)
{
  GuardianProbe *probe = user_data;
  char piece[4096];
  ssize_t size = read (fd, piece, sizeof piece);

  if (size < 0 && (errno == EAGAIN || errno == EINTR))
    return G_SOURCE_CONTINUE;
  if (size > 0 && probe->text->len + (gsize) size <= LIMIT_REPORT)
    {
      g_string_append_len (probe->text, piece, size);
      return G_SOURCE_CONTINUE;
    }
  probe->source = 0;
  finish (probe, size == 0);
  return G_SOURCE_REMOVE;
}

GuardianProbe *
guardian_probe_new (const char *bwrap, int landlock_limit, GuardianProbeDone done,
                    gpointer user_data)
{
  int pipes[2];
  int process = -1;

  if (pipe2 (pipes, O_CLOEXEC) != 0)
    return NULL;
  pid_t self = getpid ();
  pid_t child = guardian_process_fork (-1, &process);
  if (child == 0)
    run_child (self, pipes[1], bwrap, landlock_limit);
  close (pipes[1]);
  if (child < 0)
    {
      close (pipes[0]);
      return NULL;
    }

  GuardianProbe *probe = g_new0 (GuardianProbe, 1);
  probe->text = g_string_new (NULL);
  probe->pipe = pipes[0];
  probe->process = process;
  probe->done = done;
  probe->user_data = user_data;
  g_unix_set_fd_nonblocking (probe->pipe, TRUE, NULL);
  probe->source = g_unix_fd_add (probe->pipe, G_IO_IN | G_IO_HUP, readable_cb, probe);
  probe->timer = g_timeout_add_seconds (TIMEOUT_SECONDS, timeout_cb, probe);
  return probe;
}

void
guardian_probe_free (GuardianProbe *probe)
{
  siginfo_t info;

  if (probe->source != 0)
    g_source_remove (probe->source);
  if (probe->timer != 0)
    g_source_remove (probe->timer);
  syscall (SYS_pidfd_send_signal, probe->process, SIGKILL, NULL, 0);
  waitid (P_PIDFD, (id_t) probe->process, &info, WEXITED);
  cardea_fd_clear (&probe->process);
  cardea_fd_clear (&probe->pipe);
  g_string_free (probe->text, TRUE);
  g_free (probe);
}
