/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

/* How the window behaves for this person: data/org.cardea.Cardea.gschema.xml. Nothing that decides
 * anything. */

#define UI_PREFERENCES_WELCOMED "welcomed"

/* From where schemas are installed, else from beside the program. NULL: it is in neither place, and
 * nothing can be remembered. The caller owns it. */
GSettings *ui_preferences_new (void);
