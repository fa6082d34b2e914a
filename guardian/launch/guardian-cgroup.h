/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* Control groups (cgroup v2), where this process may make them below its own: a sandbox's processes
 * are then killed by one write and, where the controllers are handed down, counted and bounded.
 * Absent is no error: the pid namespace kills them too. */
typedef struct _GuardianCgroupParent GuardianCgroupParent;
typedef struct _GuardianCgroup GuardianCgroup;

/* NULL when nothing is delegated; ret_reason (if given) then says why. Removes empty groups that a
 * killed launcher left behind. */
GuardianCgroupParent *guardian_cgroup_parent_new (const char **ret_reason);
void guardian_cgroup_parent_free (GuardianCgroupParent *parent);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GuardianCgroupParent, guardian_cgroup_parent_free)

/* What all of its processes together may have. */
typedef struct {
  guint64 pids;
  guint64 memory; /* bytes; no swap */
} GuardianCgroupLimits;

/* NULL when it cannot be made. name: a plain word. */
GuardianCgroup *guardian_cgroup_new (const GuardianCgroupParent *parent, const char *name,
                                     const GuardianCgroupLimits *limits);

/* The open folder, for guardian_process_fork(); borrowed. */
int guardian_cgroup_fd (const GuardianCgroup *cgroup);

/* What holds: "kill,freeze" and, where they are handed down, ",pids" and ",memory". */
const char *guardian_cgroup_controls (const GuardianCgroup *cgroup);

/* No process of it runs on (Linux 5.2). One that waits in the kernel stops when it comes back from
 * there. A frozen process can be killed. FALSE: it cannot be frozen. */
gboolean guardian_cgroup_freeze (const GuardianCgroup *cgroup);

/* Freezes it first, so that nothing runs on between the first death and the last. On a kernel
 * without cgroup.kill (before 5.14) each process is killed by itself; ask again until the group is
 * gone. FALSE: neither can be done. */
gboolean guardian_cgroup_kill (const GuardianCgroup *cgroup);

/* FALSE while processes are in it; TRUE: it is gone from the disk. */
gboolean guardian_cgroup_remove (GuardianCgroup *cgroup);
void guardian_cgroup_free (GuardianCgroup *cgroup);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GuardianCgroup, guardian_cgroup_free)
