/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* The home that stays of a profile, $XDG_DATA_HOME/cardea/profiles/NAME/home, made when it is
 * missing. profile: a name without a slash. NULL with an error of GuardianSandbox. The caller owns
 * it. */
char *guardian_program_home_make (const char *profile, GError **error) G_GNUC_WARN_UNUSED_RESULT;
