/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/protocol/cardea-message.h"
#include "ui/cli/ui-cli-tty.h"

/* What a program's input, output and error are connected to. A pipe is handed over as it is;
 * /dev/null and nothing are left out; a terminal at input and output is replaced by one of the
 * program's own, and we copy between the two, through the filter; everything else (files, sockets)
 * is copied by us, since a file's descriptor would let the program change it. */
typedef struct _UiCliStreams UiCliStreams;

/* tty: ours, borrowed; NULL: none. NULL with an error. */
UiCliStreams *ui_cli_streams_new (UiCliTty *tty, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Puts the program's ends into a run.open. */
void ui_cli_streams_hand_over (UiCliStreams *streams, CardeaMessage *message);

/* The program runs: begins to copy. suspend: the person pressed the suspend key and the program of
 * this process id has the terminal to itself. */
void ui_cli_streams_start (UiCliStreams *streams, pid_t program,
                           void (*suspend) (gpointer user_data), gpointer user_data);

/* Has a terminal of its own for the program. */
gboolean ui_cli_streams_has_terminal (const UiCliStreams *streams);

/* Nothing is copied while held. Let go again, the program is told to draw anew. */
void ui_cli_streams_set_held (UiCliStreams *streams, gboolean held);

/* The terminal changed its size. */
void ui_cli_streams_resize (UiCliStreams *streams);

/* Everything that was written came through. */
gboolean ui_cli_streams_have_ended (const UiCliStreams *streams);
void ui_cli_streams_free (UiCliStreams *streams);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (UiCliStreams, ui_cli_streams_free)
