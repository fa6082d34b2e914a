/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

/* A new, private folder for what a program makes; those of workers that were killed go. The caller
 * owns the path; NULL with errno. */
char *guardian_view_room_make (void);
