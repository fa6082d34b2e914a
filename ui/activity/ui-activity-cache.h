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
/* The newest absent record and those that are absent among the width numbers up to it: the first of
 * them and how many they are. 0: none is absent. */
guint ui_activity_cache_find_absent (UiActivityCache *cache, gint64 width, gint64 *ret_first);
/* The record, when it is absent. */
void ui_activity_cache_fill (UiActivityCache *cache, gint64 seq, CardeaJson *record);
/* Nobody waits any more for absent ones from first on and before next. */
void ui_activity_cache_give_up (UiActivityCache *cache, gint64 first, gint64 next);
