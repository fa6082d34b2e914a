/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/activity/ui-activity-page.h"

/* One change: what it did, with differences, and taking it back. */
#define UI_TYPE_ACTIVITY_CHANGE_PAGE (ui_activity_change_page_get_type ())
G_DECLARE_FINAL_TYPE (UiActivityChangePage, ui_activity_change_page, UI, ACTIVITY_CHANGE_PAGE,
                      AdwBin)

/* Signal: "session" (string), the person wants to see the session that made it. */
GtkWidget *ui_activity_change_page_new (UiLink *link, UiActivityItem *item);
