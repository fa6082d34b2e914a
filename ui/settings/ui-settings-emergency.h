/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/link/ui-link.h"

#include <adwaita.h>

/* A page of the settings: what ends everything at once, and what to look at afterwards. */
#define UI_TYPE_SETTINGS_EMERGENCY (ui_settings_emergency_get_type ())
G_DECLARE_FINAL_TYPE (UiSettingsEmergency, ui_settings_emergency, UI, SETTINGS_EMERGENCY,
                      AdwPreferencesPage)

GtkWidget *ui_settings_emergency_new (UiLink *link);
