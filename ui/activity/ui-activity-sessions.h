/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/link/ui-link.h"

#include <gio/gio.h>

/* The sessions as a list of UiActivityItem, running ones first, newest first; kept up to date by
 * the records of the log. Those that ended are known until the guardian ends. */
#define UI_TYPE_ACTIVITY_SESSIONS (ui_activity_sessions_get_type ())
G_DECLARE_FINAL_TYPE (UiActivitySessions, ui_activity_sessions, UI, ACTIVITY_SESSIONS, GObject)

/* Property, notified: "n-alive" (uint). Signal: "refreshed", the list is as the guardian says now.
 */
UiActivitySessions *ui_activity_sessions_new (UiLink *link);
GListModel *ui_activity_sessions_get_model (UiActivitySessions *sessions); /* borrowed */
void ui_activity_sessions_refresh (UiActivitySessions *sessions);
guint ui_activity_sessions_count_alive (UiActivitySessions *sessions);
/* Its title; NULL when it is not known. The caller owns it. */
char *ui_activity_sessions_find_title (UiActivitySessions *sessions, const char *id);
