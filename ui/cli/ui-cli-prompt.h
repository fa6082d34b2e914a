/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/cli/ui-cli-tty.h"

/* Reads lines from the person: with editing on a terminal, plainly from anything else. The main
 * context runs meanwhile, so that questions are shown. */
typedef struct _UiCliPrompt UiCliPrompt;

/* tty: borrowed; NULL, or a dumb one: lines are read plainly from standard input. */
UiCliPrompt *ui_cli_prompt_new (UiCliTty *tty, const char *text);
void ui_cli_prompt_free (UiCliPrompt *prompt);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (UiCliPrompt, ui_cli_prompt_free)

/* Runs the context until a line is there or *stop becomes TRUE. NULL: the end of input, or
 * stopped. The caller owns the line, which may be any bytes. */
char *ui_cli_prompt_read (UiCliPrompt *prompt, const gboolean *stop);

/* Shows the prompt again after something else was written. */
void ui_cli_prompt_redraw (UiCliPrompt *prompt);
