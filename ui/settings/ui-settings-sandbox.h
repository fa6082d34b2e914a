/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/link/ui-link.h"

#include <adwaita.h>

/* A page of the settings: what this computer gives to hold a program, and trying it out. */
#define UI_TYPE_SETTINGS_SANDBOX (ui_settings_sandbox_get_type ())
G_DECLARE_FINAL_TYPE (UiSettingsSandbox, ui_settings_sandbox, UI, SETTINGS_SANDBOX,
                      AdwPreferencesPage)

GtkWidget *ui_settings_sandbox_new (UiLink *link);
