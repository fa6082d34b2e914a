/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/protocol/cardea-message.h"

/* A conversation with somebody else's agent: it runs as with `run --profile`, in a session and a
 * sandbox of its own, and its input and output are joined to the agent of the conversation, which
 * speaks the Agent Client Protocol with it. */

typedef struct {
  const char *profile; /* one with words for the Agent Client Protocol */
  char **folders;   /* DIR[:ro|:rw], where it works first; NULL: the working folder, for reading */
  char **hosts;     /* HOST[:PORT]; NULL: none */
  const char *mode; /* NULL: the default */
  gint64 timeout;   /* as of UiProgramOptions */
} UiProgramForeignOptions;

/* The run.open of the agent, and into session_open (with "folder" and "files" already) what joins
 * the two: what is shared with the one is granted to the other. The run is opened first.
 * ret_errors: what the agent writes to standard error, to be read by the caller; NULL: not wanted.
 * Looks at the disk. UI_PROGRAM_ERROR. */
CardeaMessage *ui_program_foreign_new (const UiProgramForeignOptions *options,
                                       CardeaMessage *session_open, int *ret_errors,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
