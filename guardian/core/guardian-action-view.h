/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/core/guardian-request.h"

/* What a confined program does to the files of its view, a row an action: the same pipeline as an
 * agent's own requests, with the view worker in place of a link. */

/* action, is_link: of view.ask. NULL: there is no such row. */
const GuardianAction *guardian_action_view_find (const char *action, gboolean is_link);

/* A grant as the view worker takes it (objects.md, View grant); the caller owns it. */
CardeaJson *guardian_action_view_describe (const GuardianGrant *grant);

/* What policy is told beside the object: what a new name was called before, and whether what is
 * replaced can be put back. */
void guardian_action_view_extend (const GuardianRequest *request, CardeaJson *resource);

/* What a program would do to request->object, as a question shows it (objects.md, change shown):
 * one in a list; what it would say is not known before it is written. The caller owns it; NULL: it
 * does not change anything, or no program asks. */
CardeaJson *guardian_action_view_changes (const GuardianRequest *request);
