/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/link/ui-link.h"

#include <adwaita.h>

/* Activity: what agents did, the sessions, the changes; beside each list what is chosen there. Ends
 * sessions, takes back what is shared, undoes changes, stops everything. A page of the window; it
 * needs no chat. */
#define UI_TYPE_ACTIVITY_PANE (ui_activity_pane_get_type ())
G_DECLARE_FINAL_TYPE (UiActivityPane, ui_activity_pane, UI, ACTIVITY_PANE, AdwBin)

GtkWidget *ui_activity_pane_new (UiLink *link);

typedef enum {
  UI_ACTIVITY_PART_RECORDS,
  UI_ACTIVITY_PART_SESSIONS,
  UI_ACTIVITY_PART_CHANGES,
} UiActivityPart;

void ui_activity_pane_show_part (UiActivityPane *window, UiActivityPart part);
void ui_activity_pane_show_session (UiActivityPane *window, const char *session);
