/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/activity/ui-activity-flow-drawing.h"

#include <cairo-svg.h>
#include <math.h>

#define MARGIN 12.0
#define GAP 10.0    /* between the nodes of a column */
#define PADDING 8.0 /* inside a node */
#define RADIUS 8.0
#define BETWEEN 0.14 /* of the width, between two columns */
#define BETWEEN_LEAST 28.0
#define BAND_LEAST 1.5
#define BAND_MOST 16.0
#define CROSS 5.0 /* half of a refusal's cross */
#define PNG_SCALE 2.0

typedef struct {
  const UiActivityFlowNode *node;
  double x, y;
} Box;

struct _UiActivityFlowDrawing {
  UiActivityFlow *flow;
  PangoContext *context;
  GArray *boxes; /* Box */
  double width, height;
  double box_width, box_height;
  gboolean mirrored;
};

/* --- laying out --- */

static PangoLayout *
make_text (const UiActivityFlowDrawing *drawing, const char *text, gboolean bold)
{
  PangoLayout *layout = pango_layout_new (drawing->context);
  g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();

  pango_attr_list_insert (attributes, bold ? pango_attr_weight_new (PANGO_WEIGHT_SEMIBOLD)
                                           : pango_attr_scale_new (PANGO_SCALE_SMALL));
  pango_layout_set_attributes (layout, attributes);
  pango_layout_set_text (layout, text, -1);
  pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_MIDDLE);
  pango_layout_set_single_paragraph_mode (layout, TRUE);
  pango_layout_set_width (layout, (int) ((drawing->box_width - 2 * PADDING) * PANGO_SCALE));
  return layout;
}

static double
text_height (const UiActivityFlowDrawing *drawing, gboolean bold)
{
  g_autoptr (PangoLayout) layout = make_text (drawing, "Xg", bold);
  int height;

  pango_layout_get_pixel_size (layout, NULL, &height);
  return height;
}

static void
lay_out_column (UiActivityFlowDrawing *drawing, UiActivityFlowSide side, double x)
{
  const GPtrArray *nodes = ui_activity_flow_nodes (drawing->flow, side);
  double all = nodes->len * (drawing->box_height + GAP) - GAP;
  double y = (drawing->height - all) / 2;

  for (guint i = 0; i < nodes->len; i++)
    {
      Box box = { nodes->pdata[i], x, y };
      g_array_append_val (drawing->boxes, box);
      y += drawing->box_height + GAP;
    }
}

UiActivityFlowDrawing *
ui_activity_flow_drawing_new (UiActivityFlow *flow, PangoContext *context, double width,
                              gboolean mirrored)
{
  UiActivityFlowDrawing *drawing = g_new0 (UiActivityFlowDrawing, 1);
  double between = MAX (BETWEEN_LEAST, width * BETWEEN);
  guint most = 1;

  drawing->flow = flow;
  drawing->context = g_object_ref (context);
  drawing->boxes = g_array_new (FALSE, FALSE, sizeof (Box));
  drawing->width = width;
  drawing->mirrored = mirrored;
  drawing->box_width = (width - 2 * MARGIN - 2 * between) / UI_ACTIVITY_FLOW_LAST;
  drawing->box_height = text_height (drawing, TRUE) + text_height (drawing, FALSE) + 2 * PADDING;
  for (guint side = 0; side < UI_ACTIVITY_FLOW_LAST; side++)
    most = MAX (most, ui_activity_flow_nodes (flow, side)->len);
  drawing->height = most * (drawing->box_height + GAP) - GAP + 2 * MARGIN;
  for (guint side = 0; side < UI_ACTIVITY_FLOW_LAST; side++)
    {
      guint column = mirrored ? UI_ACTIVITY_FLOW_LAST - 1 - side : side;
      lay_out_column (drawing, side, MARGIN + column * (drawing->box_width + between));
    }
  return drawing;
}

void
ui_activity_flow_drawing_free (UiActivityFlowDrawing *drawing)
{
  if (drawing == NULL)
    return;
  g_object_unref (drawing->context);
  g_array_unref (drawing->boxes);
  g_free (drawing);
}

double
ui_activity_flow_drawing_height (const UiActivityFlowDrawing *drawing)
{
  return drawing->height;
}

const UiActivityFlowNode *
ui_activity_flow_drawing_pick (const UiActivityFlowDrawing *drawing, double x, double y)
{
  for (guint i = 0; i < drawing->boxes->len; i++)
    {
      const Box *box = &g_array_index (drawing->boxes, Box, i);
      if (x >= box->x && x < box->x + drawing->box_width && y >= box->y
          && y < box->y + drawing->box_height)
        return box->node;
    }
  return NULL;
}

/* --- drawing --- */

static const Box *
box_of (const UiActivityFlowDrawing *drawing, const UiActivityFlowNode *node)
{
  for (guint i = 0; i < drawing->boxes->len; i++)
    if (g_array_index (drawing->boxes, Box, i).node == node)
      return &g_array_index (drawing->boxes, Box, i);
  return NULL;
}

static void
draw_cross (cairo_t *cr, double x, double y)
{
  cairo_set_line_width (cr, 2);
  cairo_move_to (cr, x - CROSS, y - CROSS);
  cairo_line_to (cr, x + CROSS, y + CROSS);
  cairo_move_to (cr, x - CROSS, y + CROSS);
  cairo_line_to (cr, x + CROSS, y - CROSS);
  cairo_stroke (cr);
}

/* Half of the way from both sides, and a cross where it breaks off. */
static void
draw_refused (cairo_t *cr, double x0, double y0, double x1, double y1)
{
  static const double dashes[] = { 5, 4 };
  double x = (x0 + x1) / 2, y = (y0 + y1) / 2;
  double part = 0.36;

  cairo_save (cr);
  cairo_set_line_width (cr, BAND_LEAST);
  cairo_set_dash (cr, dashes, G_N_ELEMENTS (dashes), 0);
  cairo_move_to (cr, x0, y0);
  cairo_line_to (cr, x0 + (x1 - x0) * part, y0 + (y1 - y0) * part);
  cairo_move_to (cr, x1, y1);
  cairo_line_to (cr, x1 - (x1 - x0) * part, y1 - (y1 - y0) * part);
  cairo_stroke (cr);
  cairo_restore (cr);
  draw_cross (cr, x, y);
}

static void
draw_edge (const UiActivityFlowDrawing *drawing, cairo_t *cr, const UiActivityFlowEdge *edge,
           gint64 most, const UiActivityFlowColors *colors)
{
  const Box *from = box_of (drawing, edge->from), *to = box_of (drawing, edge->to);
  double width = BAND_LEAST;

  if (from == NULL || to == NULL)
    return;
  double x0 = drawing->mirrored ? from->x : from->x + drawing->box_width;
  double x1 = drawing->mirrored ? to->x + drawing->box_width : to->x;
  double y0 = from->y + drawing->box_height / 2, y1 = to->y + drawing->box_height / 2;
  if (most > 0)
    width += (BAND_MOST - BAND_LEAST) * sqrt ((double) edge->bytes / (double) most);
  if (edge->count > 0)
    {
      GdkRGBA band = colors->flow;
      band.alpha *= 0.45f;
      gdk_cairo_set_source_rgba (cr, &band);
      cairo_set_line_width (cr, width);
      cairo_move_to (cr, x0, y0);
      cairo_curve_to (cr, (x0 + x1) / 2, y0, (x0 + x1) / 2, y1, x1, y1);
      cairo_stroke (cr);
    }
  if (edge->refused == 0)
    return;
  gdk_cairo_set_source_rgba (cr, &colors->refused);
  if (edge->count == 0)
    draw_refused (cr, x0, y0, x1, y1);
  else
    draw_cross (cr, (x0 + x1) / 2, (y0 + y1) / 2);
}

static void
draw_rounded (cairo_t *cr, double x, double y, double width, double height)
{
  cairo_new_sub_path (cr);
  cairo_arc (cr, x + width - RADIUS, y + RADIUS, RADIUS, -G_PI_2, 0);
  cairo_arc (cr, x + width - RADIUS, y + height - RADIUS, RADIUS, 0, G_PI_2);
  cairo_arc (cr, x + RADIUS, y + height - RADIUS, RADIUS, G_PI_2, G_PI);
  cairo_arc (cr, x + RADIUS, y + RADIUS, RADIUS, G_PI, 3 * G_PI_2);
  cairo_close_path (cr);
}

static void
draw_box (const UiActivityFlowDrawing *drawing, cairo_t *cr, const Box *box,
          const UiActivityFlowColors *colors)
{
  gboolean refused = box->node->count == 0 && box->node->refused > 0;
  g_autofree char *says = ui_activity_flow_describe (box->node);
  g_autoptr (PangoLayout) name = make_text (drawing, box->node->name, TRUE);
  g_autoptr (PangoLayout) amount = make_text (drawing, says, FALSE);
  GdkRGBA border = refused ? colors->refused : colors->text;
  int height;

  border.alpha *= refused ? 1.0f : 0.3f;
  draw_rounded (cr, box->x + 0.5, box->y + 0.5, drawing->box_width - 1, drawing->box_height - 1);
  gdk_cairo_set_source_rgba (cr, &colors->box);
  cairo_fill_preserve (cr);
  gdk_cairo_set_source_rgba (cr, &border);
  cairo_set_line_width (cr, 1);
  cairo_stroke (cr);
  gdk_cairo_set_source_rgba (cr, &colors->text);
  cairo_move_to (cr, box->x + PADDING, box->y + PADDING);
  pango_cairo_show_layout (cr, name);
  pango_layout_get_pixel_size (name, NULL, &height);
  cairo_move_to (cr, box->x + PADDING, box->y + PADDING + height);
  pango_cairo_show_layout (cr, amount);
}

void
ui_activity_flow_drawing_draw (const UiActivityFlowDrawing *drawing, cairo_t *cr,
                               const UiActivityFlowColors *colors)
{
  const GPtrArray *edges = ui_activity_flow_edges (drawing->flow);
  gint64 most = 0;

  if (colors->paper.alpha > 0)
    {
      gdk_cairo_set_source_rgba (cr, &colors->paper);
      cairo_paint (cr);
    }
  for (guint i = 0; i < edges->len; i++)
    most = MAX (most, ((UiActivityFlowEdge *) edges->pdata[i])->bytes);
  for (guint i = 0; i < edges->len; i++)
    draw_edge (drawing, cr, edges->pdata[i], most, colors);
  for (guint i = 0; i < drawing->boxes->len; i++)
    draw_box (drawing, cr, &g_array_index (drawing->boxes, Box, i), colors);
}

/* --- as files --- */

static const UiActivityFlowColors on_paper = {
  .paper = { 1, 1, 1, 1 },
  .text = { 0.12f, 0.12f, 0.12f, 1 },
  .box = { 1, 1, 1, 1 },
  .flow = { 0.21f, 0.52f, 0.89f, 1 },
  .refused = { 0.75f, 0.11f, 0.16f, 1 },
};

static cairo_status_t
write_cb (void *closure, const unsigned char *data, unsigned int size)
{
  g_byte_array_append (closure, data, size);
  return CAIRO_STATUS_SUCCESS;
}

static GBytes *
finish (const UiActivityFlowDrawing *drawing, cairo_surface_t *surface, GByteArray *bytes,
        cairo_status_t (*write) (cairo_surface_t *surface, GByteArray *bytes))
{
  cairo_t *cr = cairo_create (surface);

  ui_activity_flow_drawing_draw (drawing, cr, &on_paper);
  cairo_status_t status = cairo_status (cr);
  cairo_destroy (cr);
  if (status == CAIRO_STATUS_SUCCESS && write != NULL)
    status = write (surface, bytes);
  cairo_surface_finish (surface);
  if (status == CAIRO_STATUS_SUCCESS)
    status = cairo_surface_status (surface);
  cairo_surface_destroy (surface);
  if (status == CAIRO_STATUS_SUCCESS)
    return g_byte_array_free_to_bytes (bytes);
  g_byte_array_unref (bytes);
  return NULL;
}

GBytes *
ui_activity_flow_drawing_to_svg (const UiActivityFlowDrawing *drawing)
{
  GByteArray *bytes = g_byte_array_new ();
  return finish (
      drawing,
      cairo_svg_surface_create_for_stream (write_cb, bytes, drawing->width, drawing->height), bytes,
      NULL);
}

static cairo_status_t
write_png (cairo_surface_t *surface, GByteArray *bytes)
{
  return cairo_surface_write_to_png_stream (surface, write_cb, bytes);
}

GBytes *
ui_activity_flow_drawing_to_png (const UiActivityFlowDrawing *drawing)
{
  cairo_surface_t *surface
      = cairo_image_surface_create (CAIRO_FORMAT_RGB24, (int) ceil (drawing->width * PNG_SCALE),
                                    (int) ceil (drawing->height * PNG_SCALE));

  cairo_surface_set_device_scale (surface, PNG_SCALE, PNG_SCALE);
  return finish (drawing, surface, g_byte_array_new (), write_png);
}
