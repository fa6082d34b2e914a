/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/launch/guardian-cgroup.h"

#include "common/base/cardea-autofd.h"
#include "guardian/privsep/guardian-process.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* A fork in the group dies with it, also one that nobody waits for. */
static void
test_kill (void)
{
  const char *reason = NULL;
  g_autoptr (GuardianCgroupParent) parent = guardian_cgroup_parent_new (&reason);
  if (parent == NULL)
    {
      g_assert_nonnull (reason);
      g_test_skip (reason);
      return;
    }
  const GuardianCgroupLimits limits = { 256, 1 << 30 };
  g_autoptr (GuardianCgroup) group = guardian_cgroup_new (parent, "unit", &limits);
  g_assert_nonnull (group);
  cardea_autofd int pidfd = -1;
  pid_t child = guardian_process_fork (guardian_cgroup_fd (group), &pidfd);
  if (child == 0)
    {
      if (fork () < 0)
        _exit (EXIT_FAILURE);
      for (;;)
        pause ();
    }
  g_assert_cmpint (child, >, 0);
  g_assert_false (guardian_cgroup_remove (group));
  if (!guardian_cgroup_kill (group))
    kill (child, SIGKILL); /* Linux before 5.14 */
  siginfo_t info;
  g_assert_cmpint (waitid (P_PIDFD, (id_t) pidfd, &info, WEXITED), ==, 0);
  while (!guardian_cgroup_remove (group))
    g_usleep (1000);
  g_assert_true (guardian_cgroup_remove (group));
}

/* As the kernel says. */
static gboolean
stands_still (const GuardianCgroup *group)
{
  char events[256] = { 0 };
  cardea_autofd int fd = openat (guardian_cgroup_fd (group), "cgroup.events", O_RDONLY | O_CLOEXEC);

  g_assert_cmpint (read (fd, events, sizeof events - 1), >, 0);
  return strstr (events, "frozen 1") != NULL;
}

/* What a process of the group writes, it writes no more. */
static void
test_freeze (void)
{
  const char *reason = NULL;
  g_autoptr (GuardianCgroupParent) parent = guardian_cgroup_parent_new (&reason);
  const GuardianCgroupLimits limits = { 256, 1 << 30 };
  g_autoptr (GuardianCgroup) group
      = parent != NULL ? guardian_cgroup_new (parent, "unit-frozen", &limits) : NULL;
  int ends[2];
  cardea_autofd int pidfd = -1;
  char bytes[4096];

  if (group == NULL || strstr (guardian_cgroup_controls (group), "freeze") == NULL)
    {
      if (group != NULL)
        guardian_cgroup_remove (group);
      g_test_skip (reason != NULL ? reason : "this kernel does not freeze groups");
      return;
    }
  g_assert_cmpint (pipe2 (ends, O_CLOEXEC | O_NONBLOCK), ==, 0);
  pid_t child = guardian_process_fork (guardian_cgroup_fd (group), &pidfd);
  if (child == 0)
    for (;;)
      (void) !write (ends[1], "x", 1);
  g_assert_cmpint (child, >, 0);
  while (read (ends[0], bytes, sizeof bytes) <= 0)
    g_usleep (1000);
  g_assert_true (guardian_cgroup_freeze (group));
  while (!stands_still (group))
    g_usleep (1000);
  while (read (ends[0], bytes, sizeof bytes) > 0)
    ;
  g_assert_cmpint (read (ends[0], bytes, sizeof bytes), <, 0);

  siginfo_t info;
  g_assert_true (guardian_cgroup_kill (group));
  g_assert_cmpint (waitid (P_PIDFD, (id_t) pidfd, &info, WEXITED), ==, 0);
  while (!guardian_cgroup_remove (group))
    g_usleep (1000);
  close (ends[0]);
  close (ends[1]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cgroup/freeze", test_freeze);
  g_test_add_func ("/cgroup/kill", test_kill);
  return g_test_run ();
}
