/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/core/guardian-action-table.h"

#include "guardian/core/guardian-action-change.h"
#include "guardian/core/guardian-action-exec.h"
#include "guardian/core/guardian-action-clipboard.h"
#include "guardian/core/guardian-action-file.h"
#include "guardian/core/guardian-action-net.h"
#include "guardian/core/guardian-action-permit.h"
#include "guardian/core/guardian-stage-plan.h"

#include <string.h>

static const GuardianAction rows[] = {
  { .message = "file.read",
    .action = "file.read",
    .level = GUARDIAN_GRANT_READ,
    .want = "file",
    .record = GUARDIAN_ACTION_RECORD_ONCE,
    .validate = guardian_action_file_validate_read,
    .perform = guardian_action_file_read,
    .done = "files.content",
    .reopens = TRUE,
    .reply = guardian_action_file_reply_read },
  { .message = "file.list",
    .action = "file.list",
    .level = GUARDIAN_GRANT_LIST,
    .want = "folder",
    .record = GUARDIAN_ACTION_RECORD_ONCE,
    .reaches_below = guardian_action_file_list_reaches_below,
    .perform = guardian_action_file_list,
    .done = "files.listed",
    .reply = guardian_action_file_reply_list },
  { .message = "file.search",
    .action = "file.read",
    .level = GUARDIAN_GRANT_READ,
    .want = "folder",
    .record = GUARDIAN_ACTION_RECORD_EACH,
    .reaches_below = guardian_action_file_search_reaches_below,
    .perform = guardian_action_file_search,
    .done = "files.found",
    .reply = guardian_action_file_reply_search },
  { .message = "file.change",
    .action = "file.write",
    .level = GUARDIAN_GRANT_WRITE,
    .record = GUARDIAN_ACTION_RECORD_EACH,
    .validate = guardian_action_change_validate,
    .needs = guardian_action_change_needs,
    .resolve = guardian_stage_plan_resolve,
    .decide = guardian_stage_plan_decide,
    .describe = guardian_stage_plan_describe,
    .settle = guardian_action_change_settle,
    .perform = guardian_action_change_perform,
    .done = "change.committed",
    .reply = guardian_action_change_reply },
  { .message = "file.close",
    .action = "file.read",
    .level = GUARDIAN_GRANT_READ,
    .gives_back = TRUE,
    .record = GUARDIAN_ACTION_RECORD_NONE,
    .perform = guardian_action_file_close,
    .reply = guardian_action_file_reply_close },
  { .message = "net.request",
    .action = "net.request",
    .level = GUARDIAN_GRANT_READ,
    .record = GUARDIAN_ACTION_RECORD_EACH,
    .validate = guardian_action_net_validate,
    .resolve = guardian_action_net_resolve,
    .decide = guardian_action_net_decide,
    .perform = guardian_action_net_perform,
    .done = "egress.response",
    .abandon = guardian_action_net_abandon,
    .reply = guardian_action_net_reply },
  { .message = "exec.run",
    .action = "exec.run",
    .level = GUARDIAN_GRANT_READ,
    .record = GUARDIAN_ACTION_RECORD_EACH,
    .validate = guardian_action_exec_validate,
    .resolve = guardian_action_exec_resolve,
    .decide = guardian_action_exec_decide,
    .perform = guardian_action_exec_perform,
    .settle = guardian_action_exec_settle,
    .reply = guardian_action_exec_reply },
  { .message = "clipboard.read",
    .action = "clipboard.read",
    .level = GUARDIAN_GRANT_READ,
    .record = GUARDIAN_ACTION_RECORD_EACH,
    .resolve = guardian_action_clipboard_resolve,
    .decide = guardian_action_permit_decide,
    .perform = guardian_action_clipboard_perform,
    .done = "clipboard.given",
    .reply = guardian_action_clipboard_reply_read },
  { .message = "clipboard.write",
    .action = "clipboard.write",
    .level = GUARDIAN_GRANT_WRITE,
    .record = GUARDIAN_ACTION_RECORD_EACH,
    .resolve = guardian_action_clipboard_resolve,
    .decide = guardian_action_permit_decide,
    .perform = guardian_action_clipboard_perform,
    .done = "clipboard.given",
    .reply = guardian_action_clipboard_reply_write },
  { .message = "agent.permit",
    .action = "agent.permit",
    .level = GUARDIAN_GRANT_READ,
    .record = GUARDIAN_ACTION_RECORD_EACH,
    .resolve = guardian_action_permit_resolve,
    .decide = guardian_action_permit_decide,
    .perform = guardian_action_permit_perform,
    .reply = guardian_action_permit_reply },
};

const GuardianAction *
guardian_action_table_find (const char *message)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    if (strcmp (rows[i].message, message) == 0)
      return &rows[i];
  return NULL;
}

const GuardianAction *
guardian_action_table_rows (gsize *ret_count)
{
  *ret_count = G_N_ELEMENTS (rows);
  return rows;
}
