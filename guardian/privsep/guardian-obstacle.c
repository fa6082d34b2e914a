/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/privsep/guardian-obstacle.h"

#include <stdlib.h>

static const struct {
  const char *path;
  const char *name;
  int forbids;
  const char *remedy;
} settings[] = {
  { "/proc/sys/kernel/unprivileged_userns_clone", "kernel.unprivileged_userns_clone", 0,
    "sysctl kernel.unprivileged_userns_clone=1" },
  { "/proc/sys/user/max_user_namespaces", "user.max_user_namespaces", 0,
    "sysctl user.max_user_namespaces=10000" },
  { "/proc/sys/kernel/apparmor_restrict_unprivileged_userns",
    "kernel.apparmor_restrict_unprivileged_userns (AppArmor)", 1,
    "sysctl kernel.apparmor_restrict_unprivileged_userns=0, or an AppArmor profile for cardea-hold "
    "and bwrap" },
};

char *
guardian_obstacle_to_namespaces (int error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (settings); i++)
    {
      g_autofree char *value = NULL;
      if (g_file_get_contents (settings[i].path, &value, NULL, NULL) && value[0] >= '0'
          && value[0] <= '9' && atoi (value) == settings[i].forbids)
        return g_strdup_printf ("user namespaces are switched off by %s = %d; an administrator can "
                                "allow them with: %s",
                                settings[i].name, settings[i].forbids, settings[i].remedy);
    }
  return g_strdup_printf ("the kernel refused a user namespace (%s) and no setting explains it; a "
                          "container may forbid it",
                          g_strerror (error));
}
