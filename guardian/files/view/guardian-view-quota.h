/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* What all views together take of the kernel's watches, of which a user has a number and an editor
 * wants some, too. Reference counted, from any thread. */
typedef struct _GuardianViewQuota GuardianViewQuota;

#define GUARDIAN_VIEW_QUOTA_SHARE 4       /* of what the person may have, so much is ours */
#define GUARDIAN_VIEW_QUOTA_FOLDERS 65536 /* and no more than this */
#define GUARDIAN_VIEW_QUOTA_VIEWS 32      /* that watch at a time; a user has 128 by default */

GuardianViewQuota *guardian_view_quota_new (void);
GuardianViewQuota *guardian_view_quota_ref (GuardianViewQuota *quota);
void guardian_view_quota_unref (GuardianViewQuota *quota);

/* FALSE: there is none. Whoever took one gives it back. */
gboolean guardian_view_quota_take_view (GuardianViewQuota *quota) G_GNUC_WARN_UNUSED_RESULT;
void guardian_view_quota_give_view (GuardianViewQuota *quota);
gboolean guardian_view_quota_take_folder (GuardianViewQuota *quota) G_GNUC_WARN_UNUSED_RESULT;
void guardian_view_quota_give_folder (GuardianViewQuota *quota);
