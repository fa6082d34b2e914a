/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/core/guardian-action-change.h"

#include "guardian/core/guardian-request.h"

gboolean
guardian_action_change_validate (const GuardianRequest *request, const char **ret_reason)
{
  *ret_reason = "files cannot be changed at the moment";
  return FALSE;
}

int
guardian_action_change_perform (GuardianRequest *request)
{
  return guardian_request_refuse (request, "unavailable", "files cannot be changed at the moment",
                                  NULL);
}

void
guardian_action_change_reply (GuardianRequest *request)
{
  request->reply = cardea_message_new_reply (request->message, "file.changed");
}
