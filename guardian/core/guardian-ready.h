/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* How whoever started the guardian learns that it is there: one line on the descriptor of
 * "--ready-fd N", which is closed then: "ready", "busy" (another one has the lock), or
 * "error: REASON". */

/* Also answers --version. FALSE: wrong usage, said on standard error. */
gboolean guardian_ready_parse (int argc, char **argv, int *ret_fd);
/* fd -1: nobody waits. */
void guardian_ready_tell (int fd, const char *line);
