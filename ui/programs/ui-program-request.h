/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/profiles/cardea-profile.h"
#include "common/protocol/cardea-message.h"

/* How a person wants a program to be run. */
typedef struct {
  const char *mode;             /* NULL: the default */
  char **folders;               /* DIR[:ro|:rw]; NULL: none */
  char **hosts;                 /* HOST[:PORT]; NULL: none */
  const CardeaProfile *profile; /* NULL: none */
  gint64 timeout;               /* seconds until a question lapses; 0: the default */
} UiProgramOptions;

/* run.open for program (its full path) with command (what was typed, the program's name first), our
 * environment and our working folder; its streams are the caller's to add. UI_PROGRAM_ERROR. */
CardeaMessage *ui_program_request_new (const char *program, char **command,
                                       const UiProgramOptions *options,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The folder of a DIR[:ro|:rw], by its real name; ret_access: "ro" or "rw", static. USAGE: there is
 * none, or it holds the person's home. The caller owns it. */
char *ui_program_request_folder (const char *word, const char **ret_access,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;
