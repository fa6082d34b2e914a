/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/activity/ui-activity-row.h"

struct _UiActivityRow {
  GtkBox parent_instance;
  GtkImage *icon;
  GtkLabel *title;
  GtkLabel *subtitle;
  GtkLabel *time;
  const char *style;
  UiActivityRowDescribe describe;
  gpointer user_data;
  UiActivityItem *item;
};

G_DEFINE_FINAL_TYPE (UiActivityRow, ui_activity_row, GTK_TYPE_BOX)

static const char *const tone_styles[] = {
  [UI_WORDS_TONE_PLAIN] = "dim-label", [UI_WORDS_TONE_ALLOWED] = "success",
  [UI_WORDS_TONE_ASKED] = "accent",    [UI_WORDS_TONE_REFUSED] = "warning",
  [UI_WORDS_TONE_BAD] = "error",
};

const char *
ui_activity_row_tone_style (UiWordsTone tone)
{
  return tone_styles[tone];
}

static void
set_style (UiActivityRow *self, const char *style)
{
  if (self->style != NULL)
    gtk_widget_remove_css_class (GTK_WIDGET (self->icon), self->style);
  if (style != NULL)
    gtk_widget_add_css_class (GTK_WIDGET (self->icon), style);
  self->style = style;
}

static void
refresh (UiActivityRow *self)
{
  const CardeaJson *json = self->item != NULL ? ui_activity_item_get_json (self->item) : NULL;
  UiActivityRowText text = { .icon = "content-loading-symbolic" };

  if (json != NULL)
    self->describe (json, &text, self->user_data);
  gtk_image_set_from_icon_name (self->icon, text.icon);
  set_style (self, text.style);
  gtk_label_set_text (self->title, text.title != NULL ? text.title : "…");
  gtk_label_set_text (self->subtitle, text.subtitle != NULL ? text.subtitle : "");
  gtk_widget_set_visible (GTK_WIDGET (self->subtitle), text.subtitle != NULL);
  gtk_label_set_text (self->time, text.time != NULL ? text.time : "");
  g_free (text.title);
  g_free (text.subtitle);
  g_free (text.time);
}

void
ui_activity_row_set_item (UiActivityRow *self, UiActivityItem *item)
{
  if (self->item != NULL)
    g_signal_handlers_disconnect_by_data (self->item, self);
  g_set_object (&self->item, item);
  if (item == NULL)
    return;
  g_signal_connect_swapped (item, "changed", G_CALLBACK (refresh), self);
  refresh (self);
}

static void
ui_activity_row_dispose (GObject *object)
{
  ui_activity_row_set_item (UI_ACTIVITY_ROW (object), NULL);
  G_OBJECT_CLASS (ui_activity_row_parent_class)->dispose (object);
}

static void
ui_activity_row_class_init (UiActivityRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ui_activity_row_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/cardea/Cardea/ui/activity/ui-activity-row.ui");
  gtk_widget_class_bind_template_child (widget_class, UiActivityRow, icon);
  gtk_widget_class_bind_template_child (widget_class, UiActivityRow, title);
  gtk_widget_class_bind_template_child (widget_class, UiActivityRow, subtitle);
  gtk_widget_class_bind_template_child (widget_class, UiActivityRow, time);
}

static void
ui_activity_row_init (UiActivityRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
ui_activity_row_new (UiActivityRowDescribe describe, gpointer user_data)
{
  UiActivityRow *self = g_object_new (UI_TYPE_ACTIVITY_ROW, NULL);
  self->describe = describe;
  self->user_data = user_data;
  return GTK_WIDGET (self);
}
