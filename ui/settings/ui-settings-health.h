/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/link/ui-link.h"

#include <adwaita.h>

/* A page of the settings: what protects this machine and what would improve it. */
#define UI_TYPE_SETTINGS_HEALTH (ui_settings_health_get_type ())
G_DECLARE_FINAL_TYPE (UiSettingsHealth, ui_settings_health, UI, SETTINGS_HEALTH, AdwPreferencesPage)

GtkWidget *ui_settings_health_new (UiLink *link);
