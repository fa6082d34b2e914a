/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/cli/ui-cli.h"

/* A conversation with somebody else's agent: it runs as with `run --profile`, in a session and a
 * sandbox of its own, and its input and output are joined to the agent of the conversation, which
 * speaks the Agent Client Protocol with it. */

typedef struct {
  char *profile;  /* NULL: none is wanted */
  char **folders; /* DIR[:ro|:rw], where it works first; NULL: the working folder, for reading */
  char **hosts;   /* HOST[:PORT]; NULL: none */
  const char *mode;
} UiCliForeignOptions;

/* Starts it and adds to session_open what joins the two. We are connected. It ends with our link to
 * the guardian at the latest. */
gboolean ui_cli_foreign_start (UiCli *cli, const UiCliForeignOptions *options,
                               CardeaMessage *session_open,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;
