/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/core/guardian-action-table.h"

/* The actions on files: columns of the action table. */
gboolean guardian_action_file_validate_read (const GuardianRequest *request,
                                             const char **ret_reason);
gboolean guardian_action_file_list_reaches_below (const GuardianRequest *request);
gboolean guardian_action_file_search_reaches_below (const GuardianRequest *request);

int guardian_action_file_read (GuardianRequest *request);
int guardian_action_file_list (GuardianRequest *request);
int guardian_action_file_search (GuardianRequest *request);
int guardian_action_file_close (GuardianRequest *request);

void guardian_action_file_reply_read (GuardianRequest *request);
void guardian_action_file_reply_list (GuardianRequest *request);
void guardian_action_file_reply_search (GuardianRequest *request);
void guardian_action_file_reply_close (GuardianRequest *request);
