/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/link/ui-link.h"

#include <adwaita.h>

/* A page of the settings: every grant there is, what it means, taking it back. */
#define UI_TYPE_SETTINGS_PERMISSIONS (ui_settings_permissions_get_type ())
G_DECLARE_FINAL_TYPE (UiSettingsPermissions, ui_settings_permissions, UI, SETTINGS_PERMISSIONS,
                      AdwPreferencesPage)

GtkWidget *ui_settings_permissions_new (UiLink *link);
