/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* What a program wrote last to standard error: read as it comes, so that it never waits, and all
 * but the end forgotten. One thread, the default main context. */
typedef struct _UiProgramTail UiProgramTail;

#define UI_PROGRAM_TAIL_KEPT 4096u /* bytes */
#define UI_PROGRAM_TAIL_LINE 200u  /* characters of the line that is shown */

/* Takes fd. */
UiProgramTail *ui_program_tail_new (int fd);
void ui_program_tail_free (UiProgramTail *tail);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (UiProgramTail, ui_program_tail_free)

/* The last line, with what has come by now, escaped and shortened; the caller owns it. NULL: it
 * said nothing. */
char *ui_program_tail_line (UiProgramTail *tail);
