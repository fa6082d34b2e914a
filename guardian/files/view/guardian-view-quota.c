/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/files/view/guardian-view-quota.h"

#include "common/base/cardea-autofd.h"

#include <fcntl.h>
#include <unistd.h>

struct _GuardianViewQuota {
  gint references;
  gint folders; /* left */
  gint views;
};

/* 0: it is not known, so that nothing is watched. */
static gint
read_limit (void)
{
  char text[32] = { 0 };
  cardea_autofd int fd = open ("/proc/sys/fs/inotify/max_user_watches", O_RDONLY | O_CLOEXEC);

  if (fd < 0 || read (fd, text, sizeof text - 1) <= 0)
    return 0;
  return (gint) MIN (g_ascii_strtoull (text, NULL, 10) / GUARDIAN_VIEW_QUOTA_SHARE,
                     GUARDIAN_VIEW_QUOTA_FOLDERS);
}

GuardianViewQuota *
guardian_view_quota_new (void)
{
  GuardianViewQuota *quota = g_new0 (GuardianViewQuota, 1);

  quota->references = 1;
  quota->folders = read_limit ();
  quota->views = GUARDIAN_VIEW_QUOTA_VIEWS;
  return quota;
}

GuardianViewQuota *
guardian_view_quota_ref (GuardianViewQuota *quota)
{
  g_atomic_int_inc (&quota->references);
  return quota;
}

void
guardian_view_quota_unref (GuardianViewQuota *quota)
{
  if (g_atomic_int_dec_and_test (&quota->references))
    g_free (quota);
}

static gboolean
take (gint *left)
{
  if (g_atomic_int_add (left, -1) > 0)
    return TRUE;
  g_atomic_int_inc (left);
  return FALSE;
}

gboolean
guardian_view_quota_take_view (GuardianViewQuota *quota)
{
  return take (&quota->views);
}

void
guardian_view_quota_give_view (GuardianViewQuota *quota)
{
  g_atomic_int_inc (&quota->views);
}

gboolean
guardian_view_quota_take_folder (GuardianViewQuota *quota)
{
  return take (&quota->folders);
}

void
guardian_view_quota_give_folder (GuardianViewQuota *quota)
{
  g_atomic_int_inc (&quota->folders);
}
