/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/link/ui-link.h"

#include <adwaita.h>

/* A page of the settings: shared folders and the undo store. */
#define UI_TYPE_SETTINGS_FILES (ui_settings_files_get_type ())
G_DECLARE_FINAL_TYPE (UiSettingsFiles, ui_settings_files, UI, SETTINGS_FILES, AdwPreferencesPage)

GtkWidget *ui_settings_files_new (UiLink *link);
