/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/link/ui-link.h"

#include <adwaita.h>

/* The page of the settings about what is kept to, and who says so. */
#define UI_TYPE_SETTINGS_LIMITS (ui_settings_limits_get_type ())
G_DECLARE_FINAL_TYPE (UiSettingsLimits, ui_settings_limits, UI, SETTINGS_LIMITS, AdwPreferencesPage)

GtkWidget *ui_settings_limits_new (UiLink *link);
