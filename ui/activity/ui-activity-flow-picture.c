/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/activity/ui-activity-flow-picture.h"

#define WIDTH_LEAST 300
#define WIDTH 600

struct _UiActivityFlowPicture {
  GtkWidget parent_instance;
  UiActivityFlow *flow; /* not owned */
  UiActivityFlowDrawing *drawing;
  int width; /* that it was laid out for */
};

enum { CHOSEN, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (UiActivityFlowPicture, ui_activity_flow_picture, GTK_TYPE_WIDGET)

static const UiActivityFlowDrawing *
drawing_for (UiActivityFlowPicture *self, int width)
{
  GtkWidget *widget = GTK_WIDGET (self);

  if (self->drawing != NULL && self->width == width)
    return self->drawing;
  g_clear_pointer (&self->drawing, ui_activity_flow_drawing_free);
  self->width = width;
  if (self->flow != NULL)
    self->drawing
        = ui_activity_flow_drawing_new (self->flow, gtk_widget_get_pango_context (widget), width,
                                        gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL);
  return self->drawing;
}

static GtkSizeRequestMode
ui_activity_flow_picture_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
ui_activity_flow_picture_measure (GtkWidget *widget, GtkOrientation orientation, int for_size,
                                  int *minimum, int *natural, int *minimum_baseline,
                                  int *natural_baseline)
{
  UiActivityFlowPicture *self = UI_ACTIVITY_FLOW_PICTURE (widget);

  *minimum_baseline = *natural_baseline = -1;
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum = WIDTH_LEAST;
      *natural = WIDTH;
      return;
    }
  const UiActivityFlowDrawing *drawing = drawing_for (self, for_size > 0 ? for_size : WIDTH_LEAST);
  *minimum = *natural = drawing != NULL ? (int) ui_activity_flow_drawing_height (drawing) + 1 : 0;
}

static void
look_up (GtkWidget *widget, const char *name, GdkRGBA *ret)
{
  GtkStyleContext *style = gtk_widget_get_style_context (widget);
  if (!gtk_style_context_lookup_color (style, name, ret))
    gtk_style_context_get_color (style, ret);
}

static void
ui_activity_flow_picture_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  UiActivityFlowPicture *self = UI_ACTIVITY_FLOW_PICTURE (widget);
  int width = gtk_widget_get_width (widget), height = gtk_widget_get_height (widget);
  const UiActivityFlowDrawing *drawing = drawing_for (self, width);
  UiActivityFlowColors colors = { .paper = { 0 } };

  if (drawing == NULL)
    return;
  gtk_style_context_get_color (gtk_widget_get_style_context (widget), &colors.text);
  look_up (widget, "card_bg_color", &colors.box);
  look_up (widget, "accent_bg_color", &colors.flow);
  look_up (widget, "error_color", &colors.refused);
  colors.mirrored = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  cairo_t *cr = gtk_snapshot_append_cairo (
      snapshot, &GRAPHENE_RECT_INIT (0, 0, (float) width, (float) height));
  ui_activity_flow_drawing_draw (drawing, cr, &colors);
  cairo_destroy (cr);
}

static const UiActivityFlowNode *
pick (UiActivityFlowPicture *self, double x, double y)
{
  return self->drawing != NULL ? ui_activity_flow_drawing_pick (self->drawing, x, y) : NULL;
}

static void
released_cb (UiActivityFlowPicture *self, int presses, double x, double y)
{
  const UiActivityFlowNode *node = pick (self, x, y);
  if (node != NULL)
    g_signal_emit (self, signals[CHOSEN], 0, node);
}

static void
motion_cb (UiActivityFlowPicture *self, double x, double y)
{
  gtk_widget_set_cursor_from_name (GTK_WIDGET (self), pick (self, x, y) != NULL ? "pointer" : NULL);
}

static gboolean
query_tooltip_cb (UiActivityFlowPicture *self, int x, int y, gboolean keyboard, GtkTooltip *tooltip)
{
  const UiActivityFlowNode *node = keyboard ? NULL : pick (self, x, y);

  if (node == NULL)
    return FALSE;
  gtk_tooltip_set_text (tooltip, node->where != NULL ? node->where : node->name);
  return TRUE;
}

void
ui_activity_flow_picture_set (UiActivityFlowPicture *self, UiActivityFlow *flow)
{
  g_clear_pointer (&self->drawing, ui_activity_flow_drawing_free);
  self->flow = flow;
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

static void
ui_activity_flow_picture_direction_changed (GtkWidget *widget, GtkTextDirection former)
{
  UiActivityFlowPicture *self = UI_ACTIVITY_FLOW_PICTURE (widget);
  ui_activity_flow_picture_set (self, self->flow);
}

static void
ui_activity_flow_picture_finalize (GObject *object)
{
  ui_activity_flow_drawing_free (UI_ACTIVITY_FLOW_PICTURE (object)->drawing);
  G_OBJECT_CLASS (ui_activity_flow_picture_parent_class)->finalize (object);
}

static void
ui_activity_flow_picture_class_init (UiActivityFlowPictureClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = ui_activity_flow_picture_finalize;
  widget_class->get_request_mode = ui_activity_flow_picture_get_request_mode;
  widget_class->measure = ui_activity_flow_picture_measure;
  widget_class->snapshot = ui_activity_flow_picture_snapshot;
  widget_class->direction_changed = ui_activity_flow_picture_direction_changed;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
  signals[CHOSEN] = g_signal_new ("chosen", UI_TYPE_ACTIVITY_FLOW_PICTURE, G_SIGNAL_RUN_LAST, 0,
                                  NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
}

static void
ui_activity_flow_picture_init (UiActivityFlowPicture *self)
{
  GtkGesture *click = gtk_gesture_click_new ();
  GtkEventController *motion = gtk_event_controller_motion_new ();

  g_signal_connect_swapped (click, "released", G_CALLBACK (released_cb), self);
  g_signal_connect_swapped (motion, "motion", G_CALLBACK (motion_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
  gtk_widget_add_controller (GTK_WIDGET (self), motion);
  gtk_widget_set_has_tooltip (GTK_WIDGET (self), TRUE);
  g_signal_connect (self, "query-tooltip", G_CALLBACK (query_tooltip_cb), NULL);
}

GtkWidget *
ui_activity_flow_picture_new (void)
{
  return g_object_new (UI_TYPE_ACTIVITY_FLOW_PICTURE, NULL);
}
