/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/activity/ui-activity-index.h"
#include "ui/activity/ui-activity-page.h"

/* What flowed in one session, as a picture and as a table; follows the session while it runs. Can
 * be saved as SVG and as PNG. */
#define UI_TYPE_ACTIVITY_FLOW_PAGE (ui_activity_flow_page_get_type ())
G_DECLARE_FINAL_TYPE (UiActivityFlowPage, ui_activity_flow_page, UI, ACTIVITY_FLOW_PAGE, AdwBin)

/* Signals: "records" (const char *action, const char *text), the person wants to see those records
 * of the session; "session", the session itself. index: where to begin; may be NULL. */
GtkWidget *ui_activity_flow_page_new (UiLink *link, const char *session,
                                      const UiActivityIndex *index);
const char *ui_activity_flow_page_get_id (UiActivityFlowPage *page);
