/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/activity/ui-activity-index.h"
#include "ui/link/ui-link.h"

#include <gio/gio.h>

/* The log as a list of UiActivityItem, newest first: what matches the filter, fetched backwards in
 * pages as far as somebody looks, kept up to date by audit.watch. A row costs eight bytes; records
 * themselves are kept only while they are looked at and a while longer, and fetched again when
 * needed. Begins anew by itself after the guardian went away. */
#define UI_TYPE_ACTIVITY_LOG (ui_activity_log_get_type ())
G_DECLARE_FINAL_TYPE (UiActivityLog, ui_activity_log, UI, ACTIVITY_LOG, GObject)

/* Signal: "status", when the state or the trouble is another one, or the index has come. */
typedef enum {
  UI_ACTIVITY_LOG_SEARCHING, /* pages are on their way */
  UI_ACTIVITY_LOG_PAUSED,    /* there is more; it comes when the end of the list is looked at */
  UI_ACTIVITY_LOG_DONE,      /* all of the log was looked at */
} UiActivityLogState;

UiActivityLog *ui_activity_log_new (UiLink *link);

/* Fetches from the newest record on; also starts watching. Does nothing when it is equal to the
 * one in force. */
void ui_activity_log_set_filter (UiActivityLog *log, const UiActivityFilter *filter);
UiActivityLogState ui_activity_log_get_state (UiActivityLog *log);
/* Why nothing comes; NULL when all is well. */
const char *ui_activity_log_get_trouble (UiActivityLog *log);
/* What the log's leaves say; NULL while it is not there. Borrowed, until the main loop runs. */
const UiActivityIndex *ui_activity_log_get_index (UiActivityLog *log);
/* Fetches a record again, whose detail was deleted. */
void ui_activity_log_refresh (UiActivityLog *log, gint64 seq);
/* Tries again at once. */
void ui_activity_log_retry (UiActivityLog *log);
