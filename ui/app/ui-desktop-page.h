/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

/* The page of the settings about the rest of the desktop: opening at login, the desktop's search.
 */
#define UI_TYPE_DESKTOP_PAGE (ui_desktop_page_get_type ())
G_DECLARE_FINAL_TYPE (UiDesktopPage, ui_desktop_page, UI, DESKTOP_PAGE, AdwPreferencesPage)

/* preferences: NULL: there are none. */
GtkWidget *ui_desktop_page_new (GSettings *preferences);
