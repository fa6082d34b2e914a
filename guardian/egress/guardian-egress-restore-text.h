/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* The placeholders of one request and what they stand for. */
typedef struct _GuardianEgressNames GuardianEgressNames;

/* As guardian_egress_restore_new(). */
GuardianEgressNames *guardian_egress_names_read (const char *text, gsize size, guint most);
void guardian_egress_names_free (GuardianEgressNames *names);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GuardianEgressNames, guardian_egress_names_free)

/* Appends text with what placeholders stand for in their place; quoted: as a string of JSON writes
 * it. How many bytes of its end were not appended, because they may be the beginning of a
 * placeholder; none when last. */
gsize guardian_egress_names_replace (const GuardianEgressNames *names, const char *text, gsize size,
                                     gboolean quoted, gboolean last, GString *out);
