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
} UiCliRunOptions;

/* run.open for program (its full path) with command (what was typed, the program's name first), our
 * environment and our working folder; its streams are the caller's to add. */
CardeaMessage *ui_cli_run_request_new (const char *program, char **command,
                                       const UiCliRunOptions *options,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
