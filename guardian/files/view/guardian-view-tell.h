/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/protocol/cardea-message.h"
#include "guardian/files/view/guardian-view.h"

/* What a view says, as the core is told; without its session. From any thread; the caller owns
 * each. */

CardeaMessage *guardian_view_tell_question (const GuardianViewQuestion *question);
CardeaMessage *guardian_view_tell_cancelled (guint64 id);
CardeaMessage *guardian_view_tell_did (const GuardianViewDid *did);
/* folder: where batch is put aside. */
CardeaMessage *guardian_view_tell_kept (const GuardianViewBatch *batch, const char *folder);
/* Takes content. */
CardeaMessage *guardian_view_tell_proposal (guint64 id, const char *path, int content);
/* Takes items. */
CardeaMessage *guardian_view_tell_left (CardeaJson *items);
CardeaMessage *guardian_view_tell_end (const GuardianViewEnd *end);
