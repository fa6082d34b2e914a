/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/link/ui-link.h"

#include <adwaita.h>

/* How known programs and agents are run: what each sees and where it goes, what the person changed
 * of it, and the way back. What an administrator fixed is shown with a lock. */
#define UI_TYPE_SETTINGS_AGENTS (ui_settings_agents_get_type ())
G_DECLARE_FINAL_TYPE (UiSettingsAgents, ui_settings_agents, UI, SETTINGS_AGENTS, AdwPreferencesPage)

GtkWidget *ui_settings_agents_new (UiLink *link);
