/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* What file managers put into the clipboard as x-special/gnome-copied-files: a line "copy" or
 * "cut", then one file URI (RFC 8089) a line. Nothing is moved, whichever it is. The bytes are
 * another program's. */
#define UI_COPIED_FILES_TYPE "x-special/gnome-copied-files"
#define UI_COPIED_FILES_LIMIT 256u            /* paths; what comes behind them is left out */
#define UI_COPIED_FILES_BYTES (1024u * 1024u) /* of the whole; more is no list of files */

/* The full paths of this machine's files in it; other lines are passed over. Never NULL; the
 * caller owns it. */
char **ui_copied_files_parse (const char *bytes, gsize size);
