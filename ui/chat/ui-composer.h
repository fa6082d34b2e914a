/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

/* Where the person writes: text, chips of designated files, send and stop. Enter sends, Shift and
 * Enter begins a line. Signals: "send" (text, files as GStrv), "stop". */
#define UI_TYPE_COMPOSER (ui_composer_get_type ())
G_DECLARE_FINAL_TYPE (UiComposer, ui_composer, UI, COMPOSER, GtkWidget)

/* Adds a chip for a file or folder on this machine; one per path. */
void ui_composer_add_file (UiComposer *composer, GFile *file);
void ui_composer_choose_files (UiComposer *composer);
/* While the assistant answers, the button stops it instead of sending. */
void ui_composer_set_answering (UiComposer *composer, gboolean answering);
void ui_composer_set_sendable (UiComposer *composer, gboolean sendable);
/* Gives back what was sent when it could not be delivered. */
void ui_composer_set_text (UiComposer *composer, const char *text);
