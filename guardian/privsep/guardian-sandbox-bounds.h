/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* What a sandbox may use at most: kept to by launch and view, told to the person by the core. */

#define GUARDIAN_SANDBOX_BOUNDS_AGENT_PROCESSES 256
#define GUARDIAN_SANDBOX_BOUNDS_AGENT_MEMORY (G_GINT64_CONSTANT (2) << 30) /* of all of them */
#define GUARDIAN_SANDBOX_BOUNDS_PROGRAM_PROCESSES 2048
/* Half of the computer's, and no less than this. */
#define GUARDIAN_SANDBOX_BOUNDS_PROGRAM_MEMORY (G_GINT64_CONSTANT (2) << 30)
#define GUARDIAN_SANDBOX_BOUNDS_PROGRAM_FILE (G_GINT64_CONSTANT (16) << 30) /* that it writes */
#define GUARDIAN_SANDBOX_BOUNDS_PROGRAM_PRIVATE                                                    \
  (G_GINT64_CONSTANT (2) << 30) /* its own, in a view */
