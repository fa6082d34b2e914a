/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* Why a program that lies in a shared folder may not start: it, or the interpreter of a script, is
 * a link to somewhere that is not shared (a virtual environment's python in another folder of the
 * home). program: its full path; folders: DIR[:ro|:rw], or NULL. NULL: nothing of that kind. Else
 * the folder to share, and ret_leads what it leads to; the caller owns both. Nothing is shared by
 * this. Reads the disk. */
char *ui_program_lead_missing (const char *program, char **folders, char **ret_leads);

/* The interpreter that a script names in its first line when it is not there; NULL: nothing of that
 * kind. The caller owns it: bytes of a file. */
char *ui_program_lead_interpreter (const char *program);
