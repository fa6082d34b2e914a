/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/cli/ui-cli.h"
#include "ui/cli/ui-cli-tty.h"

/* Draws the questions that the guardian sends to this terminal, one at a time, and answers them. */
typedef struct _UiCliAsker UiCliAsker;

/* Opens the controlling terminal; there may be none, then the guardian is told so by link_open
 * without one and refuses what would be asked. */
UiCliAsker *ui_cli_asker_new (UiCli *cli);
void ui_cli_asker_free (UiCliAsker *asker);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (UiCliAsker, ui_cli_asker_free)

/* For ui_cli_link_open(); -1: none. */
int ui_cli_asker_terminal (const UiCliAsker *asker);
/* Shared with the chat's prompt; NULL: none. */
UiCliTty *ui_cli_asker_tty (UiCliAsker *asker);

/* hold: called with TRUE before a question takes the terminal, with FALSE when it is back: whoever
 * else reads from it or writes to it must not meanwhile. */
void ui_cli_asker_set_hold (UiCliAsker *asker, void (*hold) (gboolean held, gpointer user_data),
                            gpointer user_data);

/* From now on questions are taken; the link must be open. redraw is called after each question:
 * the ordinary screen is back. It may be NULL. */
void ui_cli_asker_start (UiCliAsker *asker, void (*redraw) (gpointer user_data),
                         gpointer user_data);
