/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/link/ui-link.h"

#include <adwaita.h>

/* Hosts: which are allowed without asking, and where something went lately or was kept from going.
 */
#define UI_TYPE_SETTINGS_NETWORK (ui_settings_network_get_type ())
G_DECLARE_FINAL_TYPE (UiSettingsNetwork, ui_settings_network, UI, SETTINGS_NETWORK,
                      AdwPreferencesPage)

GtkWidget *ui_settings_network_new (UiLink *link);
