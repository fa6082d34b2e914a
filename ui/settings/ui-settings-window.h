/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/link/ui-link.h"

#include <adwaita.h>

/* Settings: a list of pages, what a person decides and what this computer's administrator does,
 * searchable. A page whose part does not exist is absent. Every change takes effect at once; a
 * refusal is said, and what is shown goes back to what holds. */
#define UI_TYPE_SETTINGS_WINDOW (ui_settings_window_get_type ())
G_DECLARE_FINAL_TYPE (UiSettingsWindow, ui_settings_window, UI, SETTINGS_WINDOW, AdwWindow)

GtkWidget *ui_settings_window_new (UiLink *link);
/* Adds a page (an AdwPreferencesPage with name, title and icon) to those that a person decides. */
void ui_settings_window_add_page (UiSettingsWindow *window, GtkWidget *page);
