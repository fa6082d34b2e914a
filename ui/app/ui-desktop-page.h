/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/app/ui-global-shortcut.h"

#include <adwaita.h>

/* The page of the settings about the rest of the desktop: opening at login, a key for
 * quick ask, the desktop's search. */
#define UI_TYPE_DESKTOP_PAGE (ui_desktop_page_get_type ())
G_DECLARE_FINAL_TYPE (UiDesktopPage, ui_desktop_page, UI, DESKTOP_PAGE, AdwPreferencesPage)

/* Both NULL: there are no preferences. */
GtkWidget *ui_desktop_page_new (GSettings *preferences, UiGlobalShortcut *shortcut);
