/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* Diagnostics of a process, one line each on standard error: "NAME: message". What came from a
 * stranger is escaped here once, so that a message cannot forge a line or move a terminal's
 * cursor. CARDEA_DEBUG=1 also shows debug messages. This is not the audit log. */
void cardea_log_init (const char *program);
