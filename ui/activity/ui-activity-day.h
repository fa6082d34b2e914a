/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/activity/ui-activity-log.h"

#include <adwaita.h>

/* One day of what agents did, by the hour: allowed, asked, refused. As bars, in numbers, and hour
 * by hour in words. Days can be gone through. */
#define UI_TYPE_ACTIVITY_DAY (ui_activity_day_get_type ())
G_DECLARE_FINAL_TYPE (UiActivityDay, ui_activity_day, UI, ACTIVITY_DAY, AdwBin)

GtkWidget *ui_activity_day_new (UiActivityLog *log);
