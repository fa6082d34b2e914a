/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/chat/ui-picture-loader.h"

#include <gtk/gtk.h>

/* Where the person writes: text, chips of designated files, send and stop. Enter sends, Shift and
 * Enter begins a line. A full path of something that exists, typed, becomes a chip too, as long as
 * it stands there; files and pictures that are pasted are chips, not text. Signals: "send" (text,
 * files as GStrv), "stop", "typed": text or chips are others now. */
#define UI_TYPE_COMPOSER (ui_composer_get_type ())
G_DECLARE_FINAL_TYPE (UiComposer, ui_composer, UI, COMPOSER, GtkWidget)

/* Where the pictures on chips come from. */
void ui_composer_set_pictures (UiComposer *composer, UiPictureLoader *pictures);
/* Adds a chip for a file or folder on this machine; one per path. */
void ui_composer_add_file (UiComposer *composer, GFile *file);
void ui_composer_choose_files (UiComposer *composer);
void ui_composer_choose_folder (UiComposer *composer);
/* While the assistant answers, the button stops it instead of sending. */
void ui_composer_set_answering (UiComposer *composer, gboolean answering);
void ui_composer_set_sendable (UiComposer *composer, gboolean sendable);
/* What stands there while nothing is written. */
void ui_composer_set_hint (UiComposer *composer, const char *hint);
void ui_composer_set_text (UiComposer *composer, const char *text);
/* Text and chips of a draft, in place of what there is. chat: the id of the one it is of, to which
 * what is pasted belongs. */
void ui_composer_fill (UiComposer *composer, const char *chat, const char *text,
                       const char *const *files);
/* The caller owns them. */
char *ui_composer_get_text (UiComposer *composer);
char **ui_composer_get_files (UiComposer *composer);
