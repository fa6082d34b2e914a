/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

/* The one window: a header and a chat. */
#define UI_TYPE_WINDOW (ui_window_get_type ())
G_DECLARE_FINAL_TYPE (UiWindow, ui_window, UI, WINDOW, AdwApplicationWindow)

GtkWidget *ui_window_new (AdwApplication *application);
/* Chips in the composer; nothing is granted before the person sends. */
void ui_window_add_files (UiWindow *window, GFile **files, int n_files);
