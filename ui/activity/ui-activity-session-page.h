/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/activity/ui-activity-page.h"

/* One session: its state, the files it was given, what is shared with it, what confines it. Ends it
 * and takes back what is shared. Follows the session while it runs. */
#define UI_TYPE_ACTIVITY_SESSION_PAGE (ui_activity_session_page_get_type ())
G_DECLARE_FINAL_TYPE (UiActivitySessionPage, ui_activity_session_page, UI, ACTIVITY_SESSION_PAGE,
                      AdwBin)

/* Signals: "records" and "flow", the person wants to see what it did, and what flowed. id: a
 * session's. */
GtkWidget *ui_activity_session_page_new (UiLink *link, const char *id);
const char *ui_activity_session_page_get_id (UiActivitySessionPage *page);
/* Something happened in it. */
void ui_activity_session_page_refresh (UiActivitySessionPage *page);
