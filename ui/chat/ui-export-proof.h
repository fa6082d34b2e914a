/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/chat/ui-chat.h"
#include "ui/link/ui-link.h"

/* What the log has of a chat's sessions, for who has the log's key and not the log:
 *
 *   { "key": the line of log.vkey, "checkpoint": a signed note (c2sp.org/tlog-checkpoint),
 *     "records": [{"seq", "leaf": base64 of the record as it stands in the log, "inclusion":
 *                  [base64 of a hash…] (RFC 9162 §2.1.3)}…], "cut"?: true, there are more }
 *
 * Details of records, which can be deleted, are not in it. guardian/audit/README.md describes what
 * is; nobody needs to believe this window. */

/* Has the guardian put all there is under a checkpoint first. Never waits. */
void ui_export_proof_gather_async (UiChat *chat, UiLink *link, GCancellable *cancellable,
                                   GAsyncReadyCallback callback, gpointer user_data);
/* The caller owns it. NULL without an error: the chat had no session of which it knows. */
CardeaJson *ui_export_proof_gather_finish (GAsyncResult *result, GError **error);
