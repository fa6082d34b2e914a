/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/core/guardian-session.h"

/* What a program changes under an answer that held for it, too (view.did), comes to the log in
 * groups. Before each such effect the view worker writes it into a journal, a file of the session's
 * that outlives every process of ours (guardian-view-journal.h). What of it was not in the log when
 * the guardian or the worker was killed is taken into it from there: at once, or at the next start.
 *
 * A journal is text: how much of it is in the log (20 digits), who acts (a JSON object), then a
 * JSON object a line for each effect: {"action", "by", "grant", "path"}. It is in the clear, and
 * gone when its session ends. */

/* The journal of a session whose view is to be opened. NULL with an error: it cannot be made. */
GuardianEffects *guardian_effects_new (const GuardianSession *session,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Ends it: what is not in the log goes there first. When the log cannot be written the journal
 * stays, for the next start. effects may be NULL. */
void guardian_effects_close (GuardianEffects *effects, GuardianContext *context);

/* A descriptor to append with, for the worker; the caller's. -1 with errno. */
int guardian_effects_appender (const GuardianEffects *effects);
/* All before end, an offset in the journal, is in the log: its room is given back. */
void guardian_effects_recorded (GuardianEffects *effects, gint64 end);

/* What guardians before this one left. To be called when the log has its keys: the names of files
 * belong into the sealed part of a record. */
void guardian_effects_recover (GuardianContext *context);
