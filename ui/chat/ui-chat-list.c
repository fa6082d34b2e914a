/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/chat/ui-chat-list.h"

#include <string.h>

/* An agent is a process in a sandbox, and the guardian keeps 32 for everybody. */
#define AGENTS_LIMIT 4u

struct _UiChatList {
  GObject parent_instance;
  UiLink *link;
  GListStore *chats;    /* newest first */
  GHashTable *sessions; /* UiChat → UiChatSession */
  GPtrArray *withdrawn; /* of UiChat */
  UiChatIndex *index;
  char *trouble;
};

enum { PROP_TROUBLE = 1, N_PROPS };
static GParamSpec *properties[N_PROPS];
enum { RECORD, DRAFT, WANTED, DELETED, RESTORED, WORK, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (UiChatList, ui_chat_list, G_TYPE_OBJECT)

/* --- order --- */

static int
compare_time (gconstpointer a, gconstpointer b, gpointer user_data)
{
  gint64 first = ui_chat_get_time ((UiChat *) a), second = ui_chat_get_time ((UiChat *) b);
  return first > second ? -1 : first < second ? 1 : 0;
}

gboolean
ui_chat_list_is_withdrawn (UiChatList *self, UiChat *chat)
{
  return g_ptr_array_find (self->withdrawn, chat, NULL);
}

static void
place (UiChatList *self, UiChat *chat)
{
  guint position;
  gboolean listed = g_list_store_find (self->chats, chat, &position);

  if (ui_chat_list_is_withdrawn (self, chat) || (!listed && ui_chat_is_empty (chat)))
    return;
  if (ui_chat_is_empty (chat))
    {
      g_list_store_remove (self->chats, position);
      return;
    }
  if (!listed)
    {
      g_list_store_insert_sorted (self->chats, chat, compare_time, NULL);
      return;
    }
  g_autoptr (UiChat) above
      = position > 0 ? g_list_model_get_item (G_LIST_MODEL (self->chats), position - 1) : NULL;
  g_autoptr (UiChat) below = g_list_model_get_item (G_LIST_MODEL (self->chats), position + 1);
  if ((above == NULL || compare_time (above, chat, NULL) <= 0)
      && (below == NULL || compare_time (chat, below, NULL) <= 0))
    return;
  g_autoptr (UiChat) keep = g_object_ref (chat);
  g_list_store_remove (self->chats, position);
  g_list_store_insert_sorted (self->chats, chat, compare_time, NULL);
}

static void
time_changed_cb (UiChat *chat, GParamSpec *pspec, UiChatList *self)
{
  place (self, chat);
}

/* Whatever text a record carries is what can be found. */
static void
index_record (UiChatList *self, UiChat *chat, const CardeaJson *record)
{
  const CardeaJson *message = cardea_json_get (record, "message");
  const char *text = cardea_json_get_string (message != NULL ? message : record, "text");
  if (text != NULL)
    ui_chat_index_add (self->index, ui_chat_get_id (chat), text);
}

static void
record_cb (UiChat *chat, gpointer record, UiChatList *self)
{
  place (self, chat);
  index_record (self, chat, record);
  g_signal_emit (self, signals[RECORD], 0, chat, record);
}

static void
draft_changed_cb (UiChat *chat, GParamSpec *pspec, UiChatList *self)
{
  place (self, chat);
  g_signal_emit (self, signals[DRAFT], 0, chat);
}

static void
follow (UiChatList *self, UiChat *chat)
{
  g_signal_connect_object (chat, "notify::time", G_CALLBACK (time_changed_cb), self, 0);
  g_signal_connect_object (chat, "notify::draft", G_CALLBACK (draft_changed_cb), self, 0);
  g_signal_connect_object (chat, "record", G_CALLBACK (record_cb), self, 0);
}

UiChat *
ui_chat_list_begin (UiChatList *self)
{
  UiChat *chat = ui_chat_new (NULL);
  follow (self, chat);
  return chat;
}

UiChat *
ui_chat_list_begin_with (UiChatList *self, const UiChatForeign *foreign)
{
  UiChat *chat = ui_chat_new_with (foreign);
  follow (self, chat);
  return chat;
}

void
ui_chat_list_add (UiChatList *self, UiChat *chat)
{
  follow (self, chat);
  place (self, chat);
}

UiChat *
ui_chat_list_find (UiChatList *self, const char *id)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->chats)); i++)
    {
      g_autoptr (UiChat) chat = g_list_model_get_item (G_LIST_MODEL (self->chats), i);
      if (g_str_equal (ui_chat_get_id (chat), id))
        return chat; /* the list holds it */
    }
  return NULL;
}

void
ui_chat_list_want (UiChatList *self, UiChat *chat)
{
  gboolean unread = g_list_model_get_n_items (ui_chat_get_entries (chat)) == 0;
  UiChatPhase phase = ui_chat_get_phase (chat);

  if (phase == UI_CHAT_KNOWN || (phase == UI_CHAT_DAMAGED && unread))
    g_signal_emit (self, signals[WANTED], 0, chat);
}

void
ui_chat_list_restored (UiChatList *self, UiChat *chat)
{
  g_signal_emit (self, signals[RESTORED], 0, chat);
}

/* --- sessions --- */

/* Which has an agent that nobody has used for the longest time; NULL: no more than may be, or all
 * have something to do. */
static UiChatSession *
find_surplus (UiChatList *self)
{
  GHashTableIter iter;
  gpointer key, value;
  UiChat *oldest = NULL;
  guint count = 0;

  g_hash_table_iter_init (&iter, self->sessions);
  while (g_hash_table_iter_next (&iter, &key, &value))
    {
      UiChatSessionState state = ui_chat_session_get_state (value);
      count += state != UI_CHAT_SESSION_CLOSED;
      if (state == UI_CHAT_SESSION_READY
          && (oldest == NULL || ui_chat_get_time (key) < ui_chat_get_time (oldest)))
        oldest = key;
    }
  return count > AGENTS_LIMIT && oldest != NULL ? g_hash_table_lookup (self->sessions, oldest)
                                                : NULL;
}

/* The chat goes on with a new agent when the person writes in it again. */
static void
session_state_cb (UiChatList *self)
{
  UiChatSession *surplus = find_surplus (self);
  if (surplus != NULL)
    ui_chat_session_end (surplus);
  g_signal_emit (self, signals[WORK], 0);
}

UiChat *
ui_chat_list_find_busy (UiChatList *self, guint *ret_count)
{
  GHashTableIter iter;
  gpointer key, value;
  UiChat *last = NULL;
  guint count = 0;

  g_hash_table_iter_init (&iter, self->sessions);
  while (g_hash_table_iter_next (&iter, &key, &value))
    if (ui_chat_session_is_busy (value))
      {
        count++;
        if (last == NULL || ui_chat_get_time (key) > ui_chat_get_time (last))
          last = key;
      }
  if (ret_count != NULL)
    *ret_count = count;
  return last;
}

void
ui_chat_list_stop_busy (UiChatList *self)
{
  g_autoptr (GList) sessions = g_hash_table_get_values (self->sessions);

  for (GList *l = sessions; l != NULL; l = l->next)
    if (ui_chat_session_is_busy (l->data))
      ui_chat_session_stop (l->data);
}

UiChatSession *
ui_chat_list_get_session (UiChatList *self, UiChat *chat)
{
  UiChatSession *session = g_hash_table_lookup (self->sessions, chat);

  if (session == NULL)
    {
      session = ui_chat_session_new (chat, self->link);
      g_signal_connect_object (session, "notify::state", G_CALLBACK (session_state_cb), self,
                               G_CONNECT_SWAPPED);
      g_hash_table_insert (self->sessions, g_object_ref (chat), session);
    }
  return session;
}

static void
stopped_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaMessage) reply = ui_link_call_finish (UI_LINK (source), result, &error);
  g_autofree char *trouble = ui_link_describe_trouble (reply, error);

  if (reply != NULL && trouble == NULL)
    g_task_return_int (task, (gssize) cardea_message_get_int (reply, "count", 0));
  else
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_FAILED, "%s",
                             trouble != NULL ? trouble : "");
}

void
ui_chat_list_stop_everything (UiChatList *self, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (CardeaMessage) end = cardea_message_new ("session.end");
  GTask *task = g_task_new (self, NULL, callback, user_data);

  cardea_message_set_boolean (end, "all", TRUE);
  ui_link_call_async (self->link, end, NULL, stopped_cb, task);
}

gint64
ui_chat_list_stop_everything_finish (UiChatList *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_int (G_TASK (result), error);
}

/* --- deleting --- */

void
ui_chat_list_withdraw (UiChatList *self, UiChat *chat)
{
  UiChatSession *session = g_hash_table_lookup (self->sessions, chat);
  guint position;

  if (ui_chat_list_is_withdrawn (self, chat))
    return;
  g_ptr_array_add (self->withdrawn, g_object_ref (chat));
  if (session != NULL)
    ui_chat_session_end (session);
  if (g_list_store_find (self->chats, chat, &position))
    g_list_store_remove (self->chats, position);
}

void
ui_chat_list_bring_back (UiChatList *self, UiChat *chat)
{
  g_autoptr (UiChat) keep = g_object_ref (chat);
  if (g_ptr_array_remove (self->withdrawn, chat))
    place (self, chat);
}

void
ui_chat_list_delete (UiChatList *self, UiChat *chat)
{
  g_autoptr (UiChat) keep = g_object_ref (chat);

  ui_chat_list_withdraw (self, chat);
  g_ptr_array_remove (self->withdrawn, chat);
  g_signal_handlers_disconnect_by_data (chat, self);
  g_hash_table_remove (self->sessions, chat);
  ui_chat_index_remove (self->index, ui_chat_get_id (chat));
  g_signal_emit (self, signals[DELETED], 0, chat);
}

void
ui_chat_list_delete_withdrawn (UiChatList *self)
{
  while (self->withdrawn->len > 0)
    ui_chat_list_delete (self, self->withdrawn->pdata[0]);
}

/* --- searching --- */

void
ui_chat_list_search_async (UiChatList *self, const char *text, GCancellable *cancellable,
                           GAsyncReadyCallback callback, gpointer user_data)
{
  GHashTable *titles = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->chats)); i++)
    {
      g_autoptr (UiChat) chat = g_list_model_get_item (G_LIST_MODEL (self->chats), i);
      g_hash_table_insert (titles, g_strdup (ui_chat_get_id (chat)),
                           g_strdup (ui_chat_get_title (chat)));
    }
  ui_chat_index_search_async (self->index, text, titles, self, cancellable, callback, user_data);
}

GHashTable *
ui_chat_list_search_finish (UiChatList *self, GAsyncResult *result, GError **error)
{
  return ui_chat_index_search_finish (result, error);
}

UiChatIndex *
ui_chat_list_get_index (UiChatList *self)
{
  return self->index;
}

/* --- looking --- */

GListModel *
ui_chat_list_get_chats (UiChatList *self)
{
  return G_LIST_MODEL (self->chats);
}

UiLink *
ui_chat_list_get_link (UiChatList *self)
{
  return self->link;
}

const char *
ui_chat_list_get_trouble (UiChatList *self)
{
  return self->trouble;
}

void
ui_chat_list_set_trouble (UiChatList *self, const char *trouble)
{
  if (g_strcmp0 (self->trouble, trouble) == 0)
    return;
  g_free (self->trouble);
  self->trouble = g_strdup (trouble);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TROUBLE]);
}

static void
ui_chat_list_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_TROUBLE)
    g_value_set_string (value, UI_CHAT_LIST (object)->trouble);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
ui_chat_list_dispose (GObject *object)
{
  UiChatList *self = UI_CHAT_LIST (object);
  g_hash_table_remove_all (self->sessions);
  g_clear_object (&self->link);
  G_OBJECT_CLASS (ui_chat_list_parent_class)->dispose (object);
}

static void
ui_chat_list_finalize (GObject *object)
{
  UiChatList *self = UI_CHAT_LIST (object);
  g_object_unref (self->chats);
  g_hash_table_unref (self->sessions);
  ui_chat_index_free (self->index);
  g_ptr_array_unref (self->withdrawn);
  g_free (self->trouble);
  G_OBJECT_CLASS (ui_chat_list_parent_class)->finalize (object);
}

static void
ui_chat_list_class_init (UiChatListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = ui_chat_list_get_property;
  object_class->dispose = ui_chat_list_dispose;
  object_class->finalize = ui_chat_list_finalize;
  properties[PROP_TROUBLE] = g_param_spec_string ("trouble", NULL, NULL, NULL,
                                                  G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[RECORD] = g_signal_new ("record", UI_TYPE_CHAT_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 2, UI_TYPE_CHAT, G_TYPE_POINTER);
  signals[WORK] = g_signal_new ("work", UI_TYPE_CHAT_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 0);
  static const struct {
    guint id;
    const char *name;
  } about_one_chat[] = {
    { DRAFT, "draft" }, { WANTED, "wanted" }, { DELETED, "deleted" }, { RESTORED, "restored" }
  };
  for (gsize i = 0; i < G_N_ELEMENTS (about_one_chat); i++)
    signals[about_one_chat[i].id]
        = g_signal_new (about_one_chat[i].name, UI_TYPE_CHAT_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                        NULL, G_TYPE_NONE, 1, UI_TYPE_CHAT);
}

static void
ui_chat_list_init (UiChatList *self)
{
  self->chats = g_list_store_new (UI_TYPE_CHAT);
  self->sessions = g_hash_table_new_full (NULL, NULL, g_object_unref, g_object_unref);
  self->index = ui_chat_index_new ();
  self->withdrawn = g_ptr_array_new_with_free_func (g_object_unref);
}

UiChatList *
ui_chat_list_new (UiLink *link)
{
  UiChatList *self = g_object_new (UI_TYPE_CHAT_LIST, NULL);
  self->link = g_object_ref (link);
  ui_link_watch (link, "audit.watch");
  return self;
}
