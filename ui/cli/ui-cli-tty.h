/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* The controlling terminal: its modes, its size, its alternate screen. Whatever was changed is put
 * back by leave(), by free() and when a signal ends the process meanwhile. */
typedef struct _UiCliTty UiCliTty;

typedef enum {
  UI_CLI_TTY_LINE,   /* raw keys at a prompt, on the ordinary screen */
  UI_CLI_TTY_SCREEN, /* raw keys on the alternate screen */
  UI_CLI_TTY_RELAY,  /* every byte as it is, for a program with a terminal of its own behind us */
} UiCliTtyMode;

/* NULL when there is no controlling terminal or we are not in its foreground. */
UiCliTty *ui_cli_tty_open (void);
/* Over a descriptor (taken) that is known to be a terminal: for tests. */
UiCliTty *ui_cli_tty_new (int fd);
void ui_cli_tty_free (UiCliTty *tty);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (UiCliTty, ui_cli_tty_free)

int ui_cli_tty_fd (const UiCliTty *tty);

/* It knows no control sequences: everything is written plainly, one line after the other. */
gboolean ui_cli_tty_is_dumb (const UiCliTty *tty);

/* We may read from it now. */
gboolean ui_cli_tty_in_foreground (const UiCliTty *tty);

/* Drops what was typed before. FALSE: the modes could not be set, or we are in the background. May
 * be nested once: SCREEN inside LINE or RELAY comes back to it. */
gboolean ui_cli_tty_enter (UiCliTty *tty, UiCliTtyMode mode) G_GNUC_WARN_UNUSED_RESULT;
void ui_cli_tty_leave (UiCliTty *tty);

/* The alternate screen is taken: input belongs to whoever took it. */
gboolean ui_cli_tty_has_screen (const UiCliTty *tty);

/* Drops what was typed and not read. */
void ui_cli_tty_drop_input (UiCliTty *tty);

/* At least 1 × 1; 80 × 24 when the terminal does not say. */
void ui_cli_tty_size (const UiCliTty *tty, guint *ret_columns, guint *ret_rows);

gboolean ui_cli_tty_write (UiCliTty *tty, const char *text);
