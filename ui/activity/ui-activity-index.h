/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/activity/ui-activity-filter.h"

#include <gio/gio.h>

/* What the log's leaves say in the clear, of every record under the checkpoint: when, what kind,
 * which action, effect and session. It only says which records are worth asking the guardian for;
 * what they say, and whether the log is whole, is never answered from it. In memory only, 16 bytes
 * a record, thrown away with the page. */
typedef struct _UiActivityIndex UiActivityIndex;

void ui_activity_index_free (UiActivityIndex *index);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (UiActivityIndex, ui_activity_index_free)

/* Reads the log in folder on a thread of its own. NULL with an error when the log cannot be read
 * that way: then there is no index, and the guardian is asked for everything. */
void ui_activity_index_load_async (const char *folder, GCancellable *cancellable,
                                   GAsyncReadyCallback callback, gpointer user_data);
UiActivityIndex *ui_activity_index_load_finish (GAsyncResult *result, GError **error);

/* Records 0 to size - 1 are in it. */
gint64 ui_activity_index_size (const UiActivityIndex *index);
/* The record numbered size, as it came from the guardian. Does nothing for any other. */
void ui_activity_index_append (UiActivityIndex *index, const CardeaJson *record);

/* Appends to found (gint64), newest first, the numbers of those that match, between first
 * (included) and end (not). The filter's text is not looked at. */
void ui_activity_index_find (const UiActivityIndex *index, const UiActivityFilter *filter,
                             gint64 first, gint64 end, GArray *found);

/* The newest before end that matches, as above; -1: none. */
gint64 ui_activity_index_previous (const UiActivityIndex *index, const UiActivityFilter *filter,
                                   gint64 end);

/* The numbers of a session's first and last record; FALSE when there is none. */
gboolean ui_activity_index_span (const UiActivityIndex *index, const char *session,
                                 gint64 *ret_first, gint64 *ret_last);

typedef enum {
  UI_ACTIVITY_INDEX_ALLOWED,
  UI_ACTIVITY_INDEX_ASKED,
  UI_ACTIVITY_INDEX_REFUSED,
  UI_ACTIVITY_INDEX_LAST,
} UiActivityIndexEffect;

/* Counts what agents did between from and until (microseconds since 1970) into n_slots equal
 * slots, each UI_ACTIVITY_INDEX_LAST numbers. */
void ui_activity_index_count (const UiActivityIndex *index, gint64 from, gint64 until,
                              guint n_slots, guint (*slots)[UI_ACTIVITY_INDEX_LAST]);
