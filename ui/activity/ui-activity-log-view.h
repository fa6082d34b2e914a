/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/activity/ui-activity-log.h"
#include "ui/activity/ui-activity-sessions.h"

#include <adwaita.h>

/* The live list of records with its filters. */
#define UI_TYPE_ACTIVITY_LOG_VIEW (ui_activity_log_view_get_type ())
G_DECLARE_FINAL_TYPE (UiActivityLogView, ui_activity_log_view, UI, ACTIVITY_LOG_VIEW, GtkBox)

/* Signal: "chosen" (UiActivityItem *). */
GtkWidget *ui_activity_log_view_new (UiActivityLog *log, UiActivitySessions *sessions);
/* What one session did; everything else about the filter goes back to its beginning. */
void ui_activity_log_view_show_session (UiActivityLogView *view, const char *session,
                                        const char *action, const char *text);
void ui_activity_log_view_unselect (UiActivityLogView *view);
/* The search entry gets the keyboard. */
void ui_activity_log_view_search (UiActivityLogView *view);
