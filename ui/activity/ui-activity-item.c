/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/activity/ui-activity-item.h"

struct _UiActivityItem {
  GObject parent_instance;
  CardeaJson *json;
};

enum { CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (UiActivityItem, ui_activity_item, G_TYPE_OBJECT)

static void
ui_activity_item_finalize (GObject *object)
{
  g_clear_pointer (&UI_ACTIVITY_ITEM (object)->json, cardea_json_unref);
  G_OBJECT_CLASS (ui_activity_item_parent_class)->finalize (object);
}

static void
ui_activity_item_class_init (UiActivityItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ui_activity_item_finalize;
  signals[CHANGED] = g_signal_new ("changed", UI_TYPE_ACTIVITY_ITEM, G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
}

static void
ui_activity_item_init (UiActivityItem *self)
{
}

UiActivityItem *
ui_activity_item_new (CardeaJson *json)
{
  UiActivityItem *self = g_object_new (UI_TYPE_ACTIVITY_ITEM, NULL);
  self->json = json != NULL ? cardea_json_ref (json) : NULL;
  return self;
}

void
ui_activity_item_set_json (UiActivityItem *self, CardeaJson *json)
{
  CardeaJson *old = self->json;

  self->json = cardea_json_ref (json);
  g_clear_pointer (&old, cardea_json_unref);
  g_signal_emit (self, signals[CHANGED], 0);
}

const CardeaJson *
ui_activity_item_get_json (UiActivityItem *self)
{
  return self->json;
}

const char *
ui_activity_item_get_id (UiActivityItem *self)
{
  return self->json != NULL ? cardea_json_get_string (self->json, "id") : NULL;
}
