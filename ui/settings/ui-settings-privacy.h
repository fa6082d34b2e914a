/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/link/ui-link.h"

#include <adwaita.h>

/* What is looked for in what leaves this computer, and a box in which to try it. */
#define UI_TYPE_SETTINGS_PRIVACY (ui_settings_privacy_get_type ())
G_DECLARE_FINAL_TYPE (UiSettingsPrivacy, ui_settings_privacy, UI, SETTINGS_PRIVACY,
                      AdwPreferencesPage)

GtkWidget *ui_settings_privacy_new (UiLink *link);
