/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/link/ui-link.h"

#include <adwaita.h>

/* A page of the settings: how much there is, whether it is whole, a copy of it. */
#define UI_TYPE_SETTINGS_LOG (ui_settings_log_get_type ())
G_DECLARE_FINAL_TYPE (UiSettingsLog, ui_settings_log, UI, SETTINGS_LOG, AdwPreferencesPage)

GtkWidget *ui_settings_log_new (UiLink *link);
