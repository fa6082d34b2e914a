/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* Where the standard error of a sandbox goes: read to its end, the last part kept. */
#define GUARDIAN_SINK_KEPT 2048 /* bytes */

typedef struct _GuardianSink GuardianSink;

/* Takes fd, the reading end of a pipe. */
GuardianSink *guardian_sink_new (int fd);
void guardian_sink_free (GuardianSink *sink);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GuardianSink, guardian_sink_free)

/* Takes in what is there already; the text so far, as it came. Borrowed. */
const char *guardian_sink_text (GuardianSink *sink);
