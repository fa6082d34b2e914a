/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/link/ui-link.h"

#include <adwaita.h>

/* The rules: which are in force and from where, which are only observed, and what they would say to
 * a request. */
#define UI_TYPE_SETTINGS_POLICY (ui_settings_policy_get_type ())
G_DECLARE_FINAL_TYPE (UiSettingsPolicy, ui_settings_policy, UI, SETTINGS_POLICY, AdwPreferencesPage)

GtkWidget *ui_settings_policy_new (UiLink *link);
