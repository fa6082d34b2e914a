/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/link/ui-link.h"

#include <adwaita.h>

/* Secrets for services: which there are and where they go, never what they are. */
#define UI_TYPE_SETTINGS_CREDENTIALS (ui_settings_credentials_get_type ())
G_DECLARE_FINAL_TYPE (UiSettingsCredentials, ui_settings_credentials, UI, SETTINGS_CREDENTIALS,
                      AdwPreferencesPage)

GtkWidget *ui_settings_credentials_new (UiLink *link);
