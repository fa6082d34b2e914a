/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The view with its checks left out (guardian-view-need.c): everything may be done, and nothing is
 * asked or told. For measuring what the checks cost; never installed. */

#include "guardian/files/view/guardian-view-op.h"

int
guardian_view_op_need_read (GuardianViewOp *op, GuardianViewNode *node, const char **ret_grant)
{
  return 0;
}

int
guardian_view_op_need_write (GuardianViewOp *op, GuardianViewNode *node, const char *action,
                             const char **ret_grant)
{
  return 0;
}

int
guardian_view_op_need_new (GuardianViewOp *op, GuardianViewNode *parent, const char *name,
                           const char *from, gboolean is_folder, const char **ret_grant)
{
  return 0;
}

int
guardian_view_op_need_name (GuardianViewOp *op, GuardianViewNode *parent, const char *name,
                            const struct stat *st, const char *action, const char *to)
{
  return 0;
}
