/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/activity/ui-activity-changes.h"

#include "ui/activity/ui-activity-item.h"

#include <string.h>

#define PAGE 50
#define AHEAD 20

struct _UiActivityChanges {
  GObject parent_instance;
  UiLink *link;
  GListStore *store;
  GCancellable *cancellable;
  char *trouble;
  gboolean more;
  gboolean fetching;
};

enum { PROP_TROUBLE = 1, N_PROPS };
static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (UiActivityChanges, ui_activity_changes, G_TYPE_OBJECT)

static void
set_trouble (UiActivityChanges *self, const char *trouble)
{
  if (g_strcmp0 (self->trouble, trouble) == 0)
    return;
  g_free (self->trouble);
  self->trouble = g_strdup (trouble);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TROUBLE]);
}

static UiActivityItem *
find (UiActivityChanges *self, const char *id)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->store)); i++)
    {
      g_autoptr (UiActivityItem) item = g_list_model_get_item (G_LIST_MODEL (self->store), i);
      if (g_strcmp0 (ui_activity_item_get_id (item), id) == 0)
        return g_steal_pointer (&item);
    }
  return NULL;
}

static void
listed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (UiActivityChanges) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaMessage) reply = ui_link_call_finish (UI_LINK (source), result, &error);
  g_autofree char *trouble = ui_link_describe_trouble (reply, error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  self->fetching = FALSE;
  set_trouble (self, trouble);
  if (trouble != NULL)
    return;
  const CardeaJson *changes = cardea_message_get_json (reply, "changes");
  for (guint i = 0; i < cardea_json_size (changes); i++)
    {
      CardeaJson *change = cardea_json_nth (changes, i);
      g_autoptr (UiActivityItem) known = find (self, cardea_json_get_string (change, "id"));
      g_autoptr (UiActivityItem) item = known == NULL ? ui_activity_item_new (change) : NULL;
      if (known != NULL)
        ui_activity_item_set_json (known, change);
      else
        g_list_store_append (self->store, item);
    }
  self->more = cardea_message_get_boolean (reply, "more");
}

static void
fetch (UiActivityChanges *self, const char *before)
{
  g_autoptr (CardeaMessage) request = cardea_message_new ("undo.list");

  self->fetching = TRUE;
  cardea_message_set_string (request, "before", before);
  cardea_message_set_int (request, "limit", PAGE);
  ui_link_call_async (self->link, request, self->cancellable, listed_cb, g_object_ref (self));
}

void
ui_activity_changes_look (UiActivityChanges *self, guint position)
{
  guint known = g_list_model_get_n_items (G_LIST_MODEL (self->store));
  if (!self->more || self->fetching || known == 0 || position + AHEAD < known)
    return;
  g_autoptr (UiActivityItem) last = g_list_model_get_item (G_LIST_MODEL (self->store), known - 1);
  fetch (self, ui_activity_item_get_id (last));
}

static void
message_cb (UiLink *link, CardeaMessage *message, UiActivityChanges *self)
{
  if (!cardea_message_is (message, "change.made"))
    return;
  CardeaJson *change = cardea_message_get_json (message, "change");
  const char *of = cardea_json_get_string (change, "of");
  g_autoptr (UiActivityItem) known = find (self, cardea_json_get_string (change, "id"));

  if (known != NULL)
    ui_activity_item_set_json (known, change);
  else
    {
      g_autoptr (UiActivityItem) item = ui_activity_item_new (change);
      g_list_store_insert (self->store, 0, item);
    }
  g_autoptr (UiActivityItem) undone = of != NULL ? find (self, of) : NULL;
  if (undone == NULL)
    return;
  g_autoptr (CardeaJson) copy = cardea_json_copy (ui_activity_item_get_json (undone));
  cardea_json_set_string (copy, "state", "undone");
  ui_activity_item_set_json (undone, copy);
}

static void
link_state_cb (UiActivityChanges *self)
{
  if (ui_link_get_state (self->link) != UI_LINK_UP)
    return;
  g_list_store_remove_all (self->store);
  fetch (self, NULL);
}

GListModel *
ui_activity_changes_get_model (UiActivityChanges *self)
{
  return G_LIST_MODEL (self->store);
}

const char *
ui_activity_changes_get_trouble (UiActivityChanges *self)
{
  return self->trouble;
}

static void
ui_activity_changes_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_TROUBLE)
    g_value_set_string (value, UI_ACTIVITY_CHANGES (object)->trouble);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
ui_activity_changes_dispose (GObject *object)
{
  UiActivityChanges *self = UI_ACTIVITY_CHANGES (object);

  g_cancellable_cancel (self->cancellable);
  if (self->link != NULL)
    g_signal_handlers_disconnect_by_data (self->link, self);
  g_clear_object (&self->link);
  g_clear_object (&self->store);
  G_OBJECT_CLASS (ui_activity_changes_parent_class)->dispose (object);
}

static void
ui_activity_changes_finalize (GObject *object)
{
  UiActivityChanges *self = UI_ACTIVITY_CHANGES (object);

  g_object_unref (self->cancellable);
  g_free (self->trouble);
  G_OBJECT_CLASS (ui_activity_changes_parent_class)->finalize (object);
}

static void
ui_activity_changes_class_init (UiActivityChangesClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = ui_activity_changes_get_property;
  object_class->dispose = ui_activity_changes_dispose;
  object_class->finalize = ui_activity_changes_finalize;
  properties[PROP_TROUBLE] = g_param_spec_string ("trouble", NULL, NULL, NULL,
                                                  G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
ui_activity_changes_init (UiActivityChanges *self)
{
  self->cancellable = g_cancellable_new ();
  self->store = g_list_store_new (UI_TYPE_ACTIVITY_ITEM);
}

UiActivityChanges *
ui_activity_changes_new (UiLink *link)
{
  UiActivityChanges *self = g_object_new (UI_TYPE_ACTIVITY_CHANGES, NULL);

  self->link = g_object_ref (link);
  g_signal_connect (link, "message", G_CALLBACK (message_cb), self);
  g_signal_connect_swapped (link, "notify::state", G_CALLBACK (link_state_cb), self);
  fetch (self, NULL);
  return self;
}
