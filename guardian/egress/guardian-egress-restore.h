/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* Puts back into an answer what placeholders stand for, as the answer comes: a placeholder may be
 * cut anywhere by its pieces, and, in a stream of events, by the deltas of a text. What is held
 * back for that is at most the beginning of a placeholder, and, of events, one of them. */
typedef struct _GuardianEgressRestore GuardianEgressRestore;

#define GUARDIAN_EGRESS_RESTORE_NAMES 256u /* placeholders of one request */
#define GUARDIAN_EGRESS_RESTORE_EVENT                                                              \
  (1024u * 1024u)                         /* bytes of an event; a longer one is raw text */
#define GUARDIAN_EGRESS_RESTORE_TEXTS 64u /* of a stream that wait for their next delta */

/* names: what the scan worker wrote (scan.checked's names), size bytes. kind: Content-Type of the
 * answer; may be NULL. NULL: these are no names. */
GuardianEgressRestore *guardian_egress_restore_new (const char *names, gsize size,
                                                    const char *kind) G_GNUC_WARN_UNUSED_RESULT;
/* The same for an answer with these headers (GuardianEgressHeader). NULL: names is NULL, or none.
 */
GuardianEgressRestore *guardian_egress_restore_begin (GBytes *names, const GPtrArray *headers);
void guardian_egress_restore_free (GuardianEgressRestore *restore);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GuardianEgressRestore, guardian_egress_restore_free)

/* A piece of the answer; what can go on is appended to out. */
void guardian_egress_restore_feed (GuardianEgressRestore *restore, const void *bytes, gsize size,
                                   GByteArray *out);
/* The answer ended: what was held back. */
void guardian_egress_restore_finish (GuardianEgressRestore *restore, GByteArray *out);
