/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* A whole file, "-" being standard input, of at most max bytes. */
GBytes *ui_cli_bytes_read (const char *path, gsize max, GError **error) G_GNUC_WARN_UNUSED_RESULT;
