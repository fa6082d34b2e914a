/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/launch/guardian-cgroup.h"

#include "common/base/cardea-autofd.h"
#include "guardian/privsep/guardian-process.h"

#include <signal.h>
#include <stdlib.h>
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

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cgroup/kill", test_kill);
  return g_test_run ();
}
