/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/activity/ui-activity-day.h"

#include "ui/activity/ui-activity-page.h"

#include <glib/gi18n.h>
#include <string.h>

#define HOURS 24u
#define HEIGHT 160
#define BAR_GAP 3.0
#define LABELS 18.0 /* below the bars */
#define HATCH 5.0   /* between two lines of what was refused */
#define SHOW_AFTER_MS 300u

struct _UiActivityDay {
  AdwBin parent_instance;
  UiActivityLog *log;
  GtkLabel *title;
  GtkWidget *later;
  GtkDrawingArea *area;
  GtkLabel *totals;
  AdwExpanderRow *hours;
  GPtrArray *rows; /* of hours, borrowed */
  int back;        /* days before today */
  guint slots[HOURS][UI_ACTIVITY_INDEX_LAST];
  guint show_source;
};

G_DEFINE_FINAL_TYPE (UiActivityDay, ui_activity_day, ADW_TYPE_BIN)

static const char *const colors[UI_ACTIVITY_INDEX_LAST] = {
  [UI_ACTIVITY_INDEX_ALLOWED] = "accent_bg_color",
  [UI_ACTIVITY_INDEX_ASKED] = "warning_bg_color",
  [UI_ACTIVITY_INDEX_REFUSED] = "error_color",
};

static guint
sum (const guint *slot)
{
  return slot[UI_ACTIVITY_INDEX_ALLOWED] + slot[UI_ACTIVITY_INDEX_ASKED]
         + slot[UI_ACTIVITY_INDEX_REFUSED];
}

/* Never colour alone: each has its number. */
static char *
describe (const guint *counts)
{
  return g_strdup_printf (_ ("Allowed: %u · Asked: %u · Refused: %u"),
                          counts[UI_ACTIVITY_INDEX_ALLOWED], counts[UI_ACTIVITY_INDEX_ASKED],
                          counts[UI_ACTIVITY_INDEX_REFUSED]);
}

/* --- the bars --- */

static void
set_color (GtkWidget *widget, cairo_t *cr, const char *name, float alpha)
{
  GtkStyleContext *style = gtk_widget_get_style_context (widget);
  GdkRGBA color;

  if (name == NULL || !gtk_style_context_lookup_color (style, name, &color))
    gtk_style_context_get_color (style, &color);
  color.alpha *= alpha;
  gdk_cairo_set_source_rgba (cr, &color);
}

/* What was refused is hatched, what was asked has a gap: they differ without colours, too. */
static void
draw_part (GtkWidget *widget, cairo_t *cr, UiActivityIndexEffect effect, double x, double y,
           double width, double height)
{
  set_color (widget, cr, colors[effect], effect == UI_ACTIVITY_INDEX_REFUSED ? 0.35f : 1);
  cairo_rectangle (cr, x, y, width,
                   effect == UI_ACTIVITY_INDEX_ASKED ? MAX (1, height - 1) : height);
  cairo_fill (cr);
  if (effect != UI_ACTIVITY_INDEX_REFUSED)
    return;
  cairo_save (cr);
  cairo_rectangle (cr, x, y, width, height);
  cairo_clip (cr);
  set_color (widget, cr, colors[effect], 1);
  cairo_set_line_width (cr, 1.5);
  for (double at = -height; at < width + height; at += HATCH)
    {
      cairo_move_to (cr, x + at, y + height);
      cairo_line_to (cr, x + at + height, y);
    }
  cairo_stroke (cr);
  cairo_restore (cr);
}

static void
draw_hour (GtkWidget *widget, cairo_t *cr, guint hour, double x, double width, double height)
{
  g_autofree char *text = g_strdup_printf ("%u", hour);
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (widget, text);
  int text_width;

  pango_layout_get_pixel_size (layout, &text_width, NULL);
  set_color (widget, cr, NULL, 0.7f);
  cairo_move_to (cr, x + (width - text_width) / 2, height + 2);
  pango_cairo_show_layout (cr, layout);
}

static void
draw_cb (GtkDrawingArea *area, cairo_t *cr, int width, int height, gpointer user_data)
{
  UiActivityDay *self = user_data;
  GtkWidget *widget = GTK_WIDGET (area);
  gboolean mirrored = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  double step = width / (double) HOURS, bars = height - LABELS;
  guint most = 1;

  for (guint hour = 0; hour < HOURS; hour++)
    most = MAX (most, sum (self->slots[hour]));
  set_color (widget, cr, NULL, 0.2f);
  cairo_rectangle (cr, 0, bars, width, 1);
  cairo_fill (cr);
  for (guint hour = 0; hour < HOURS; hour++)
    {
      double x = step * (mirrored ? HOURS - 1 - hour : hour) + BAR_GAP / 2;
      double y = bars;
      for (guint effect = 0; effect < UI_ACTIVITY_INDEX_LAST; effect++)
        {
          double part = bars * self->slots[hour][effect] / most;
          y -= part;
          if (part > 0)
            draw_part (widget, cr, effect, x, y, step - BAR_GAP, part);
        }
      if (hour % 6 == 0)
        draw_hour (widget, cr, hour, x, step - BAR_GAP, bars);
    }
}

/* --- counting --- */

static void
show_hours (UiActivityDay *self)
{
  for (guint i = 0; i < self->rows->len; i++)
    adw_expander_row_remove (self->hours, self->rows->pdata[i]);
  g_ptr_array_set_size (self->rows, 0);
  for (guint hour = 0; hour < HOURS; hour++)
    {
      if (sum (self->slots[hour]) == 0)
        continue;
      GtkWidget *row = adw_action_row_new ();
      g_autofree char *title = g_strdup_printf ("%02u:00–%02u:00", hour, hour + 1);
      g_autofree char *text = describe (self->slots[hour]);
      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
      adw_action_row_set_subtitle (ADW_ACTION_ROW (row), text);
      adw_expander_row_add_row (self->hours, row);
      g_ptr_array_add (self->rows, row);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->hours), self->rows->len > 0);
}

static void
show (UiActivityDay *self)
{
  const UiActivityIndex *index = ui_activity_log_get_index (self->log);
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (GDateTime) today
      = g_date_time_new_local (g_date_time_get_year (now), g_date_time_get_month (now),
                               g_date_time_get_day_of_month (now), 0, 0, 0);
  g_autoptr (GDateTime) from = g_date_time_add_days (today, -self->back);
  g_autoptr (GDateTime) until = g_date_time_add_days (from, 1);
  /* Translators: a day, as in “Thursday, 12 June”. */
  g_autofree char *title = g_date_time_format (from, _ ("%A, %-d %B"));
  guint all[UI_ACTIVITY_INDEX_LAST] = { 0 };

  memset (self->slots, 0, sizeof self->slots);
  if (index != NULL)
    ui_activity_index_count (index, g_date_time_to_unix (from) * G_USEC_PER_SEC,
                             g_date_time_to_unix (until) * G_USEC_PER_SEC, HOURS, self->slots);
  for (guint hour = 0; hour < HOURS; hour++)
    for (guint effect = 0; effect < UI_ACTIVITY_INDEX_LAST; effect++)
      all[effect] += self->slots[hour][effect];
  g_autofree char *totals = describe (all);
  g_autofree char *name = g_strdup_printf (_ ("What agents did on %s. %s"), title, totals);

  gtk_label_set_text (self->title, self->back == 0 ? _ ("Today") : title);
  gtk_label_set_text (self->totals, index != NULL ? totals : _ ("The log is being read…"));
  gtk_widget_set_sensitive (self->later, self->back > 0);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->area), GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                  -1);
  gtk_widget_queue_draw (GTK_WIDGET (self->area));
  show_hours (self);
}

static gboolean
show_cb (gpointer user_data)
{
  UiActivityDay *self = user_data;
  self->show_source = 0;
  show (self);
  return G_SOURCE_REMOVE;
}

static void
log_changed_cb (UiActivityDay *self)
{
  if (self->show_source == 0)
    self->show_source = g_timeout_add (SHOW_AFTER_MS, show_cb, self);
}

static void
earlier_clicked_cb (UiActivityDay *self)
{
  self->back++;
  show (self);
}

static void
later_clicked_cb (UiActivityDay *self)
{
  self->back--;
  show (self);
}

/* --- the widget --- */

static GtkWidget *
add_step (GtkBox *box, const char *icon, const char *name)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);

  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_box_append (box, button);
  return button;
}

static void
build (UiActivityDay *self)
{
  GtkBox *page = ui_activity_page_begin (ADW_BIN (self));
  GtkWidget *steps = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *earlier = add_step (GTK_BOX (steps), "go-previous-symbolic", _ ("The day before"));

  self->title = GTK_LABEL (gtk_label_new (NULL));
  gtk_widget_set_hexpand (GTK_WIDGET (self->title), TRUE);
  gtk_widget_add_css_class (GTK_WIDGET (self->title), "title-3");
  gtk_box_append (GTK_BOX (steps), GTK_WIDGET (self->title));
  self->later = add_step (GTK_BOX (steps), "go-next-symbolic", _ ("The day after"));
  g_signal_connect_swapped (earlier, "clicked", G_CALLBACK (earlier_clicked_cb), self);
  g_signal_connect_swapped (self->later, "clicked", G_CALLBACK (later_clicked_cb), self);
  gtk_box_append (page, steps);

  self->area = g_object_new (GTK_TYPE_DRAWING_AREA, "accessible-role", GTK_ACCESSIBLE_ROLE_IMG,
                             "content-height", HEIGHT, NULL);
  gtk_drawing_area_set_draw_func (self->area, draw_cb, self, NULL);
  gtk_box_append (page, GTK_WIDGET (self->area));
  self->totals = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_wrap (self->totals, TRUE);
  gtk_widget_add_css_class (GTK_WIDGET (self->totals), "dim-label");
  gtk_box_append (page, GTK_WIDGET (self->totals));

  AdwPreferencesGroup *group = ui_activity_page_add_group (page, "");
  self->hours = ADW_EXPANDER_ROW (adw_expander_row_new ());
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->hours), _ ("By the Hour"));
  adw_preferences_group_add (group, GTK_WIDGET (self->hours));
}

static void
ui_activity_day_dispose (GObject *object)
{
  UiActivityDay *self = UI_ACTIVITY_DAY (object);

  g_clear_handle_id (&self->show_source, g_source_remove);
  if (self->log != NULL)
    g_signal_handlers_disconnect_by_data (self->log, self);
  if (self->area != NULL)
    gtk_drawing_area_set_draw_func (self->area, NULL, NULL, NULL);
  self->area = NULL;
  g_clear_object (&self->log);
  G_OBJECT_CLASS (ui_activity_day_parent_class)->dispose (object);
}

static void
ui_activity_day_finalize (GObject *object)
{
  g_ptr_array_unref (UI_ACTIVITY_DAY (object)->rows);
  G_OBJECT_CLASS (ui_activity_day_parent_class)->finalize (object);
}

static void
ui_activity_day_class_init (UiActivityDayClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ui_activity_day_dispose;
  G_OBJECT_CLASS (klass)->finalize = ui_activity_day_finalize;
}

static void
ui_activity_day_init (UiActivityDay *self)
{
  self->rows = g_ptr_array_new ();
}

GtkWidget *
ui_activity_day_new (UiActivityLog *log)
{
  UiActivityDay *self = g_object_new (UI_TYPE_ACTIVITY_DAY, NULL);

  self->log = g_object_ref (log);
  build (self);
  g_signal_connect_swapped (log, "status", G_CALLBACK (log_changed_cb), self);
  g_signal_connect_swapped (log, "items-changed", G_CALLBACK (log_changed_cb), self);
  show (self);
  return GTK_WIDGET (self);
}
