/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <stdbool.h>

/* What is shown inside a home that stays (staged as STAGE/home). Plain C.
 *
 *   at=HOME               where that home will be; first
 *   shown=PATH            a folder below HOME, from the view
 *   installed=NAME=PATH   what is staged as STAGE/NAME, read-only, at PATH below HOME */

/* The word is one of these. */
bool guardian_hold_home_knows (const char *word);

/* Puts everything in its place; nothing to do without "at". Failures go to launch. */
void guardian_hold_home_place (const char *stage, char **words, int count);
