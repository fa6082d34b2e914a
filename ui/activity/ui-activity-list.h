/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/activity/ui-activity-row.h"

#include <adwaita.h>

/* A virtualised list of UiActivityItem and, while it is empty, why. */
#define UI_TYPE_ACTIVITY_LIST (ui_activity_list_get_type ())
G_DECLARE_FINAL_TYPE (UiActivityList, ui_activity_list, UI, ACTIVITY_LIST, AdwBin)

/* Signals: "chosen" (UiActivityItem *), by pointer or keyboard; "looked" (uint), a row came into
 * sight. name: for screen readers. */
GtkWidget *ui_activity_list_new (GListModel *model, const char *name,
                                 UiActivityRowDescribe describe, gpointer user_data);
/* What stands in place of an empty list; icon and title are copied, text may be NULL. */
void ui_activity_list_set_empty (UiActivityList *list, const char *icon, const char *title,
                                 const char *text);
/* Nothing is chosen any more, so that the same row can be chosen again. */
void ui_activity_list_unselect (UiActivityList *list);
