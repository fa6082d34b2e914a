/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/activity/ui-activity-flow-drawing.h"

/* A flow on the screen, in the theme's colours; a node is chosen with the pointer. Who cannot see
 * it reads the table beside it. */
#define UI_TYPE_ACTIVITY_FLOW_PICTURE (ui_activity_flow_picture_get_type ())
G_DECLARE_FINAL_TYPE (UiActivityFlowPicture, ui_activity_flow_picture, UI, ACTIVITY_FLOW_PICTURE,
                      GtkWidget)

/* Signal: "chosen" (const UiActivityFlowNode *). */
GtkWidget *ui_activity_flow_picture_new (void);
/* flow: borrowed, until another one or NULL is set. */
void ui_activity_flow_picture_set (UiActivityFlowPicture *picture, UiActivityFlow *flow);
