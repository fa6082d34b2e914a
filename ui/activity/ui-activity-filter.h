/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/protocol/cardea-message.h"

#include <glib.h>

/* Which records are wanted. The guardian looks for what the wire has fields for; the rest (the
 * view's kinds, the text) is looked at here, record by record. */

typedef enum {
  UI_ACTIVITY_VIEW_ACTIONS,   /* what agents did, tried, or asked for */
  UI_ACTIVITY_VIEW_QUESTIONS, /* what a person was asked and answered */
  UI_ACTIVITY_VIEW_SESSIONS,
  UI_ACTIVITY_VIEW_ALL,
  UI_ACTIVITY_VIEW_LAST,
} UiActivityView;

/* NULL members fit all. */
typedef struct {
  UiActivityView view;
  char *session;
  char *action;
  char *effect;
  char *since; /* RFC 3339 */
  char *text;  /* part of the sentence or of the path, any case */
} UiActivityFilter;

UiActivityFilter *ui_activity_filter_copy (const UiActivityFilter *filter);
void ui_activity_filter_free (UiActivityFilter *filter);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (UiActivityFilter, ui_activity_filter_free)
gboolean ui_activity_filter_equal (const UiActivityFilter *a, const UiActivityFilter *b);

/* Sets the fields of an audit.list. */
void ui_activity_filter_apply (const UiActivityFilter *filter, CardeaMessage *request);

/* The views that a record is in, a bit (1 << view) each. Its leaf alone says the same. */
guint ui_activity_filter_views (const CardeaJson *record);

/* Whether a record fits, all members considered. home: as in ui-words. */
gboolean ui_activity_filter_matches (const UiActivityFilter *filter, const CardeaJson *record,
                                     const char *home);
