/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/core/guardian-request.h"

/* The columns of clipboard.read and clipboard.write (guardian-action-table.h). The clipboard is the
 * front end's: it is asked for what is in it, or for putting something there, when a person has
 * said so. */

int guardian_action_clipboard_resolve (GuardianRequest *request);
int guardian_action_clipboard_perform (GuardianRequest *request);
void guardian_action_clipboard_reply_read (GuardianRequest *request);
void guardian_action_clipboard_reply_write (GuardianRequest *request);

/* It does not wait for the front end any more. Harmless when it does not. */
void guardian_action_clipboard_forget (GuardianRequest *request);

/* clipboard.given: the front end's answer. */
void guardian_action_clipboard_given (GuardianLink *link, CardeaMessage *message);
