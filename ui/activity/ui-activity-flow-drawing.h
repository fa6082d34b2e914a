/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/activity/ui-activity-flow.h"

#include <gtk/gtk.h>

/* A flow as a picture: sources, tools and targets as three columns, what flowed as bands whose
 * width is by bytes, what was refused as broken lines. The same on the screen, as SVG and as PNG.
 */

typedef struct {
  GdkRGBA paper; /* behind all; nothing when it is transparent */
  GdkRGBA text;
  GdkRGBA box;
  GdkRGBA flow;
  GdkRGBA refused;
  gboolean mirrored; /* right to left */
} UiActivityFlowColors;

typedef struct _UiActivityFlowDrawing UiActivityFlowDrawing;

/* Lays flow out for width; it must not change as long as the drawing lives. context: for text. */
UiActivityFlowDrawing *ui_activity_flow_drawing_new (UiActivityFlow *flow, PangoContext *context,
                                                     double width, gboolean mirrored);
void ui_activity_flow_drawing_free (UiActivityFlowDrawing *drawing);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (UiActivityFlowDrawing, ui_activity_flow_drawing_free)

double ui_activity_flow_drawing_height (const UiActivityFlowDrawing *drawing);
/* The node at a point, NULL when none is there. */
const UiActivityFlowNode *ui_activity_flow_drawing_pick (const UiActivityFlowDrawing *drawing,
                                                         double x, double y);
void ui_activity_flow_drawing_draw (const UiActivityFlowDrawing *drawing, cairo_t *cr,
                                    const UiActivityFlowColors *colors);

/* As files, dark on white; the caller owns what comes back. NULL: no memory. */
GBytes *ui_activity_flow_drawing_to_svg (const UiActivityFlowDrawing *drawing);
GBytes *ui_activity_flow_drawing_to_png (const UiActivityFlowDrawing *drawing);
