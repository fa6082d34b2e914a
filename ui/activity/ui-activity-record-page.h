/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/activity/ui-activity-log.h"
#include "ui/activity/ui-activity-page.h"
#include "ui/activity/ui-activity-sessions.h"

/* One record: the sentence, what it is about, all its members; deletes its details. */
#define UI_TYPE_ACTIVITY_RECORD_PAGE (ui_activity_record_page_get_type ())
G_DECLARE_FINAL_TYPE (UiActivityRecordPage, ui_activity_record_page, UI, ACTIVITY_RECORD_PAGE,
                      AdwBin)

/* Signal: "session" (string), the person wants to see that session. */
GtkWidget *ui_activity_record_page_new (UiLink *link, UiActivityLog *log,
                                        UiActivitySessions *sessions, UiActivityItem *item);
