/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/activity/ui-activity-cache.h"
#include "ui/activity/ui-activity-log.h"

/* Shared by ui-activity-log, ui-activity-log-fetch and ui-activity-log-index only. */

#define UI_ACTIVITY_LOG_PAGE 500u       /* records of a request, at most: the wire's own limit */
#define UI_ACTIVITY_LOG_BLOCK_LAST 2000 /* what the guardian looks at for one request, at most */

struct _UiActivityLog {
  GObject parent_instance;
  UiLink *link;
  char *home;
  UiActivityFilter *filter; /* NULL until one is set */
  GCancellable *cancellable;
  char *trouble;
  UiActivityLogState state;
  GArray *newer; /* sequence numbers, ascending: what came while we watched */
  GArray *older; /* descending: what was fetched backwards */
  UiActivityCache *cache;
  UiActivityIndex *index; /* NULL: not there (yet) */
  GCancellable *loading;  /* while it is read */
  gint64 total;           /* of the log; -1: not known */
  gint64 scan_end;        /* records from here on were looked at */
  gint64 floor;           /* none before it can match */
  gint64 block;
  guint wanted; /* rows */
  gboolean scanning;
  gboolean catching_up;
  GPtrArray *found; /* of the block under way, ascending */
  guint fetch_source;
  gboolean fetching;
  gint64 fetch_first;
  gboolean was_up;
  guint retry_source;
  guint retry_ms;
};

gint64 ui_activity_log_seq_of (const CardeaJson *record);
/* Takes request. */
void ui_activity_log_call (UiActivityLog *log, CardeaMessage *request,
                           GAsyncReadyCallback callback);
/* The answer, the caller's; NULL when there is none, which was dealt with. */
CardeaMessage *ui_activity_log_answer (UiActivityLog *log, GObject *source, GAsyncResult *result);
CardeaMessage *ui_activity_log_request_page (UiActivityLog *log, gint64 from, gint64 limit);
/* Emits "status". */
void ui_activity_log_tell (UiActivityLog *log);
/* Looks further back, as far as rows are wanted. */
void ui_activity_log_scan (UiActivityLog *log);

/* ui-activity-log-fetch.c: records that were let go, and are looked at again. */
void ui_activity_log_fetch_soon (UiActivityLog *log);

/* ui-activity-log-index.c. Records before this number are in the index. */
gint64 ui_activity_log_indexed (UiActivityLog *log);
/* All the rest at once. */
void ui_activity_log_take_from_index (UiActivityLog *log);
/* Where the next block begins; what the index says cannot match is passed over. */
gint64 ui_activity_log_next_block (UiActivityLog *log);
/* Reads it where the log lies; again, when much has come past it. */
void ui_activity_log_load_index (UiActivityLog *log, const char *folder, gint64 records);
void ui_activity_log_drop_index (UiActivityLog *log);
