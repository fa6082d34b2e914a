/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/json/cardea-json.h"

#include <adwaita.h>

/* What an administrator fixes: a lock at the end of its row, the file that fixes it in its text,
 * and controls that cannot be used. The row itself stays within reach of the keyboard, so that what
 * it says can be read. */

/* file: NULL takes the lock off again. control: what would change it; NULL: nothing does. */
void ui_settings_lock_set (AdwActionRow *row, GtkWidget *control, const char *file);

/* Of what nobody can change: it is built in. */
void ui_settings_lock_built_in (AdwActionRow *row);

/* The same as set for the row that control is in; fixed: of settings.values, NULL: none is. */
void ui_settings_lock_setting (GtkWidget *control, const CardeaJson *fixed, const char *key);
