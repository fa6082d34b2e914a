/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/profiles/cardea-profile.h"
#include "common/protocol/cardea-message.h"

/* What a person names by naming a profile: arguments, folders, what the program needs beside
 * itself. The guardian reads the same profile for the rest. */

/* NULL with UI_PROGRAM_ERROR_USAGE that says what to do. */
CardeaProfile *ui_program_profile_load (const char *name, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The words to run: command (NULL-terminated, may be empty) with the profile's arguments behind its
 * first, or the profile's program. The caller owns them; an empty list: nothing is to be run. */
char **ui_program_profile_command (const CardeaProfile *profile, char **command);

/* Adds those of its folders that are there; home: the person's. */
void ui_program_profile_add_folders (const CardeaProfile *profile, const char *home,
                                     GStrvBuilder *readable, GStrvBuilder *writable);

/* The profile's name, its hosts, and what of its interpreters is in PATH, into a run.open. */
void ui_program_profile_describe (const CardeaProfile *profile, CardeaMessage *message);
