/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/link/ui-link.h"

#include <adwaita.h>

/* The models that are connected, which is the default, and those found on this computer. */
#define UI_TYPE_SETTINGS_MODELS (ui_settings_models_get_type ())
G_DECLARE_FINAL_TYPE (UiSettingsModels, ui_settings_models, UI, SETTINGS_MODELS, AdwPreferencesPage)

GtkWidget *ui_settings_models_new (UiLink *link);
