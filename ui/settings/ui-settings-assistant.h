/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/link/ui-link.h"

#include <adwaita.h>

/* A page of the settings: how it works and how long questions wait. */
#define UI_TYPE_SETTINGS_ASSISTANT (ui_settings_assistant_get_type ())
G_DECLARE_FINAL_TYPE (UiSettingsAssistant, ui_settings_assistant, UI, SETTINGS_ASSISTANT,
                      AdwPreferencesPage)

GtkWidget *ui_settings_assistant_new (UiLink *link);
