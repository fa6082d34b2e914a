/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/activity/ui-activity-sessions.h"

#include "ui/activity/ui-activity-item.h"
#include "ui/words/ui-words-session.h"

#define REFRESH_MS 150 /* several records of one event make one request */

struct _UiActivitySessions {
  GObject parent_instance;
  UiLink *link;
  GListStore *store;
  GCancellable *cancellable;
  guint n_alive;
  guint refresh_source;
};

enum { PROP_N_ALIVE = 1, N_PROPS };
static GParamSpec *properties[N_PROPS];
enum { REFRESHED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (UiActivitySessions, ui_activity_sessions, G_TYPE_OBJECT)

static void
set_n_alive (UiActivitySessions *self, guint n_alive)
{
  if (self->n_alive == n_alive)
    return;
  self->n_alive = n_alive;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_ALIVE]);
}

static int
compare (gconstpointer a, gconstpointer b)
{
  const CardeaJson *first = *(const CardeaJson *const *) a;
  const CardeaJson *second = *(const CardeaJson *const *) b;
  gboolean first_alive = ui_words_session_is_alive (first);
  gboolean second_alive = ui_words_session_is_alive (second);

  if (first_alive != second_alive)
    return first_alive ? -1 : 1;
  return g_strcmp0 (cardea_json_get_string (second, "started"),
                    cardea_json_get_string (first, "started"));
}

/* Items that stay where they are keep their identity, so that a selection stays, too. */
static void
take_sessions (UiActivitySessions *self, const CardeaJson *sessions)
{
  g_autoptr (GPtrArray) sorted = g_ptr_array_new ();
  guint n_alive = 0;

  for (guint i = 0; i < cardea_json_size (sessions); i++)
    {
      g_ptr_array_add (sorted, cardea_json_nth (sessions, i));
      n_alive += ui_words_session_is_alive (cardea_json_nth (sessions, i));
    }
  g_ptr_array_sort (sorted, compare);
  for (guint i = 0; i < sorted->len; i++)
    {
      g_autoptr (UiActivityItem) item = g_list_model_get_item (G_LIST_MODEL (self->store), i);
      if (item != NULL
          && g_strcmp0 (ui_activity_item_get_id (item),
                        cardea_json_get_string (sorted->pdata[i], "id"))
                 == 0)
        {
          ui_activity_item_set_json (item, sorted->pdata[i]);
          continue;
        }
      g_autoptr (UiActivityItem) fresh = ui_activity_item_new (sorted->pdata[i]);
      gpointer added[] = { fresh };
      guint known = g_list_model_get_n_items (G_LIST_MODEL (self->store));
      gboolean replace = known >= sorted->len;
      g_list_store_splice (self->store, i, replace ? 1 : 0, added, 1);
    }
  guint known = g_list_model_get_n_items (G_LIST_MODEL (self->store));
  if (known > sorted->len)
    g_list_store_splice (self->store, sorted->len, known - sorted->len, NULL, 0);
  set_n_alive (self, n_alive);
  g_signal_emit (self, signals[REFRESHED], 0);
}

static void
listed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (UiActivitySessions) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaMessage) reply = ui_link_call_finish (UI_LINK (source), result, &error);

  if (reply != NULL && cardea_message_is (reply, "session.listed"))
    take_sessions (self, cardea_message_get_json (reply, "sessions"));
}

void
ui_activity_sessions_refresh (UiActivitySessions *self)
{
  g_autoptr (CardeaMessage) request = cardea_message_new ("session.list");

  cardea_message_set_boolean (request, "all", TRUE);
  ui_link_call_async (self->link, request, self->cancellable, listed_cb, g_object_ref (self));
}

static gboolean
refresh_cb (gpointer user_data)
{
  UiActivitySessions *self = user_data;
  self->refresh_source = 0;
  ui_activity_sessions_refresh (self);
  return G_SOURCE_REMOVE;
}

static void
message_cb (UiLink *link, CardeaMessage *message, UiActivitySessions *self)
{
  static const char *const kinds[]
      = { "session.start", "session.end", "launch", "consent", "decision", NULL };
  if (!cardea_message_is (message, "audit.record") || self->refresh_source != 0)
    return;
  const char *type = cardea_json_get_string (cardea_message_get_json (message, "record"), "type");
  if (type != NULL && g_strv_contains (kinds, type))
    self->refresh_source = g_timeout_add (REFRESH_MS, refresh_cb, self);
}

static void
link_state_cb (UiActivitySessions *self)
{
  UiLinkState state = ui_link_get_state (self->link);

  if (state == UI_LINK_UP)
    ui_activity_sessions_refresh (self);
  else if (state == UI_LINK_DOWN)
    set_n_alive (self, 0);
}

GListModel *
ui_activity_sessions_get_model (UiActivitySessions *self)
{
  return G_LIST_MODEL (self->store);
}

guint
ui_activity_sessions_count_alive (UiActivitySessions *self)
{
  return self->n_alive;
}

char *
ui_activity_sessions_find_title (UiActivitySessions *self, const char *id)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->store)); i++)
    {
      g_autoptr (UiActivityItem) item = g_list_model_get_item (G_LIST_MODEL (self->store), i);
      if (g_strcmp0 (ui_activity_item_get_id (item), id) == 0)
        return ui_words_session_title (ui_activity_item_get_json (item));
    }
  return NULL;
}

static void
ui_activity_sessions_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_N_ALIVE)
    g_value_set_uint (value, UI_ACTIVITY_SESSIONS (object)->n_alive);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
ui_activity_sessions_dispose (GObject *object)
{
  UiActivitySessions *self = UI_ACTIVITY_SESSIONS (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->refresh_source, g_source_remove);
  if (self->link != NULL)
    g_signal_handlers_disconnect_by_data (self->link, self);
  g_clear_object (&self->link);
  g_clear_object (&self->store);
  G_OBJECT_CLASS (ui_activity_sessions_parent_class)->dispose (object);
}

static void
ui_activity_sessions_finalize (GObject *object)
{
  g_object_unref (UI_ACTIVITY_SESSIONS (object)->cancellable);
  G_OBJECT_CLASS (ui_activity_sessions_parent_class)->finalize (object);
}

static void
ui_activity_sessions_class_init (UiActivitySessionsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = ui_activity_sessions_get_property;
  object_class->dispose = ui_activity_sessions_dispose;
  object_class->finalize = ui_activity_sessions_finalize;
  properties[PROP_N_ALIVE] = g_param_spec_uint ("n-alive", NULL, NULL, 0, G_MAXUINT, 0,
                                                G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  signals[REFRESHED] = g_signal_new ("refreshed", UI_TYPE_ACTIVITY_SESSIONS, G_SIGNAL_RUN_LAST, 0,
                                     NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
ui_activity_sessions_init (UiActivitySessions *self)
{
  self->cancellable = g_cancellable_new ();
  self->store = g_list_store_new (UI_TYPE_ACTIVITY_ITEM);
}

UiActivitySessions *
ui_activity_sessions_new (UiLink *link)
{
  UiActivitySessions *self = g_object_new (UI_TYPE_ACTIVITY_SESSIONS, NULL);

  self->link = g_object_ref (link);
  g_signal_connect (link, "message", G_CALLBACK (message_cb), self);
  g_signal_connect_swapped (link, "notify::state", G_CALLBACK (link_state_cb), self);
  ui_activity_sessions_refresh (self);
  return self;
}
