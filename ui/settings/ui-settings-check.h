/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/settings/ui-settings-group.h"

/* A row with a state at its end, as the doctor's checks have it. */

/* state: "ok", "reduced" or "missing" (objects.md, Doctor report); words: what it is called;
 * NULL: as usual. */
void ui_settings_check_mark (AdwActionRow *row, const char *state, const char *words);
/* A row for one of the report's checks. */
void ui_settings_check_add (UiSettingsRows *rows, const CardeaJson *check);
