/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/chat/ui-picture-loader.h"

#include <gtk/gtk.h>

/* A file the person designated for the next message, removable until it is sent. Designation is
 * the grant (consent.md), so the chip shows the name and, as tooltip, the whole path. Signal:
 * "removed". */
#define UI_TYPE_FILE_CHIP (ui_file_chip_get_type ())
G_DECLARE_FINAL_TYPE (UiFileChip, ui_file_chip, UI, FILE_CHIP, GtkWidget)

/* typed: it stands for a path in the text and goes with it. */
GtkWidget *ui_file_chip_new (const char *path, gboolean typed);
/* Where it is a picture, that takes the place of its icon. */
void ui_file_chip_show_picture (UiFileChip *chip, UiPictureLoader *pictures);
const char *ui_file_chip_get_path (UiFileChip *chip);
gboolean ui_file_chip_is_typed (UiFileChip *chip);
