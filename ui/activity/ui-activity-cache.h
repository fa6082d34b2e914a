/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/activity/ui-activity-item.h"

#include <glib.h>

/* The records of ui-activity-log that are held: those that a widget looks at, and as many more as
 * were looked at last. An item stays the same one as long as anybody holds it. */
typedef struct _UiActivityCache UiActivityCache;

UiActivityCache *ui_activity_cache_new (void);
void ui_activity_cache_free (UiActivityCache *cache);
void ui_activity_cache_clear (UiActivityCache *cache);

/* Borrowed, NULL when it is not held. */
UiActivityItem *ui_activity_cache_find (UiActivityCache *cache, gint64 seq);
/* A new one, which must not be held yet. record NULL: it is absent. The caller owns it. */
UiActivityItem *ui_activity_cache_add (UiActivityCache *cache, gint64 seq, CardeaJson *record);

/* Its record has to be fetched (again). */
void ui_activity_cache_mark_absent (UiActivityCache *cache, gint64 seq);
/* The numbers between which records are absent; FALSE when none is. */
gboolean ui_activity_cache_find_absent (UiActivityCache *cache, gint64 *ret_first,
                                        gint64 *ret_last);
/* The record, when it is absent. */
void ui_activity_cache_fill (UiActivityCache *cache, gint64 seq, CardeaJson *record);
/* Nobody waits any more for absent ones before next. */
void ui_activity_cache_give_up (UiActivityCache *cache, gint64 next);
