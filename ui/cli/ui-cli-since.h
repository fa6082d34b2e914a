/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* What people give to --since: a time as the log writes it, a day, or a duration that lies back
 * ("2h"), as the log writes times. NULL with a USAGE error. The caller owns it. */
char *ui_cli_since_read (const char *text, GError **error) G_GNUC_WARN_UNUSED_RESULT;
