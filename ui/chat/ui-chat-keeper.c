/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/chat/ui-chat-keeper.h"

#include "common/base/cardea-autofd.h"
#include "common/base/cardea-paths.h"
#include "common/base/cardea-text.h"
#include "common/protocol/cardea-path-json.h"
#include "ui/chat/ui-chat-record.h"
#include "ui/store/ui-store.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

#define DRAFT_MS 500u /* after the last key a draft is written */
#define KEY_SIZE 32u
#define PREVIEW_CHARACTERS 80u
#define TITLE_CHARACTERS 60u
#define WAITING_LIMIT 100000u /* records that wait for the key */

typedef enum { CLOSED, ASKING, OPENING, OPEN } State;

struct _UiChatKeeper {
  GObject parent_instance;
  UiChatList *list;
  UiLink *link;
  UiStore *store;
  State state;
  GQueue waiting;     /* of Waiting: records before the store is open */
  GHashTable *drafts; /* UiChat → source: drafts to be written */
  guint n_reading;    /* chats of the first look */
  UiChat *restored;   /* the newest that has a draft and nothing else */
  gboolean restoring; /* what happens to chats comes from the disk */
  gboolean settled;   /* the first look is over, or there is nothing to look at */
};

enum { SETTLED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (UiChatKeeper, ui_chat_keeper, G_TYPE_OBJECT)

typedef struct {
  char *id;
  CardeaJson *record;
} Waiting;

static void
waiting_free (Waiting *waiting)
{
  g_free (waiting->id);
  cardea_json_unref (waiting->record);
  g_free (waiting);
}

/* --- writing --- */

static void
record_cb (UiChatKeeper *self, UiChat *chat, CardeaJson *record)
{
  if (self->state == OPEN)
    {
      ui_store_append (self->store, ui_chat_get_id (chat), record);
      return;
    }
  if (g_queue_get_length (&self->waiting) >= WAITING_LIMIT)
    return;
  Waiting *waiting = g_new0 (Waiting, 1);
  waiting->id = g_strdup (ui_chat_get_id (chat));
  waiting->record = cardea_json_ref (record);
  g_queue_push_tail (&self->waiting, waiting);
}

static void
write_draft (UiChatKeeper *self, UiChat *chat)
{
  const char *text = ui_chat_get_draft (chat);
  const char *const *files = ui_chat_get_draft_files (chat);
  g_autoptr (CardeaJson) draft = NULL;

  g_hash_table_remove (self->drafts, chat);
  if (*text != '\0' || files[0] != NULL)
    {
      draft = cardea_json_new_object ();
      cardea_json_set_string (draft, "text", text);
      cardea_json_set_int64_string (draft, "time", g_get_real_time ());
      if (files[0] != NULL)
        cardea_path_json_set_list (draft, "files", files);
    }
  ui_store_write_draft (self->store, ui_chat_get_id (chat), draft);
}

typedef struct {
  UiChatKeeper *keeper;
  UiChat *chat;
} Due;

static void
due_free (gpointer data)
{
  Due *due = data;
  g_object_unref (due->chat);
  g_free (due);
}

static gboolean
draft_due_cb (gpointer user_data)
{
  Due *due = user_data;
  g_hash_table_steal (due->keeper->drafts, due->chat);
  write_draft (due->keeper, due->chat);
  return G_SOURCE_REMOVE;
}

static void
draft_cb (UiChatKeeper *self, UiChat *chat)
{
  if (self->restoring || self->state != OPEN || ui_chat_get_phase (chat) == UI_CHAT_DAMAGED)
    return;
  /* A key at a time: while somebody types without pause it is written too. */
  if (g_hash_table_contains (self->drafts, chat))
    return;
  Due *due = g_new0 (Due, 1);
  due->keeper = self;
  due->chat = g_object_ref (chat);
  guint source = g_timeout_add_full (G_PRIORITY_DEFAULT, DRAFT_MS, draft_due_cb, due, due_free);
  g_hash_table_insert (self->drafts, chat, GUINT_TO_POINTER (source));
}

/* What waits for the key of a chat that is deleted before it comes. */
static void
forget_waiting (UiChatKeeper *self, const char *id)
{
  for (GList *l = self->waiting.head, *next; l != NULL; l = next)
    {
      Waiting *waiting = l->data;
      next = l->next;
      if (!g_str_equal (waiting->id, id))
        continue;
      g_queue_delete_link (&self->waiting, l);
      waiting_free (waiting);
    }
}

static void
deleted_cb (UiChatKeeper *self, UiChat *chat)
{
  g_hash_table_remove (self->drafts, chat);
  forget_waiting (self, ui_chat_get_id (chat));
  ui_store_delete (self->store, ui_chat_get_id (chat));
}

static void
remove_source (gpointer source)
{
  g_source_remove (GPOINTER_TO_UINT (source));
}

/* --- reading --- */

typedef struct {
  UiChatKeeper *keeper;
  char *id;
  UiChatRecords *records;
  gboolean whole; /* the entries are wanted, not only what a list shows */
  gboolean any;
  char *title;
  char *preview;
  GPtrArray *texts;
} Reading;

static void
reading_free (Reading *reading)
{
  g_object_unref (reading->keeper);
  g_free (reading->id);
  g_clear_pointer (&reading->records, ui_chat_records_free);
  g_free (reading->title);
  g_free (reading->preview);
  g_clear_pointer (&reading->texts, g_ptr_array_unref);
  g_free (reading);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Reading, reading_free)

static Reading *
new_reading (UiChatKeeper *self, const char *id, gboolean whole)
{
  Reading *reading = g_new0 (Reading, 1);
  reading->keeper = g_object_ref (self);
  reading->id = g_strdup (id);
  reading->records = ui_chat_records_new ();
  reading->whole = whole;
  return reading;
}

/* What the list and the search need of a chat; the entries themselves are let go here, in the
 * store's thread. */
static void
sum_up (Reading *reading)
{
  GPtrArray *entries = reading->records->entries;

  reading->any = entries->len > 0;
  reading->title = g_strdup (reading->records->title);
  reading->texts = g_ptr_array_new_with_free_func ((GDestroyNotify) g_ref_string_release);
  for (guint i = 0; i < entries->len; i++)
    {
      if (!UI_IS_CHAT_MESSAGE (entries->pdata[i]))
        continue;
      UiChatMessage *message = entries->pdata[i];
      const char *text = ui_chat_message_get_text (message);
      UiChatAuthor author = ui_chat_message_get_author (message);
      if (*text == '\0' || author == UI_CHAT_AUTHOR_NOTICE)
        continue;
      g_ptr_array_add (reading->texts, g_ref_string_new (text));
      if (reading->title == NULL && author == UI_CHAT_AUTHOR_PERSON)
        reading->title = ui_chat_record_line (text, TITLE_CHARACTERS);
      g_free (reading->preview);
      reading->preview = ui_chat_record_line (text, PREVIEW_CHARACTERS);
    }
  g_ptr_array_set_size (entries, 0);
}

static gboolean
take_cb (const CardeaJson *record, gpointer user_data)
{
  Reading *reading = user_data;

  if (record != NULL)
    return ui_chat_records_take (reading->records, record);
  ui_chat_records_finish (reading->records);
  if (!reading->whole)
    sum_up (reading);
  return TRUE;
}

/* A chat that has nothing else is as old as its draft. */
static gint64
time_of (const UiChatRecords *records, const CardeaJson *draft)
{
  gint64 time = records->time;
  if (time == 0 && draft != NULL)
    cardea_json_get_int64_string (draft, "time", &time);
  return time;
}

static void
restore_draft (UiChatKeeper *self, UiChat *chat, const CardeaJson *draft)
{
  const char *text = cardea_json_get_string (draft, "text");
  g_auto (GStrv) files = cardea_path_json_get_list (draft, "files");

  self->restoring = TRUE;
  ui_chat_set_draft (chat, text != NULL ? text : "", (const char *const *) files);
  self->restoring = FALSE;
}

static void
settle (UiChatKeeper *self)
{
  if (self->settled)
    return;
  self->settled = TRUE;
  g_signal_emit (self, signals[SETTLED], 0);
}

static void
look_is_over (UiChatKeeper *self)
{
  if (--self->n_reading > 0)
    return;
  settle (self);
  g_autoptr (UiChat) restored = g_steal_pointer (&self->restored);
  if (restored != NULL)
    ui_chat_list_restored (self->list, restored);
}

/* Only with whom it was to be held was written down, beside a draft that is gone. */
static gboolean
was_given_up (const Reading *reading, gboolean damaged, const CardeaJson *draft)
{
  return !damaged && !reading->any && draft == NULL && reading->records->foreign != NULL
         && reading->records->title == NULL;
}

static void
looked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Reading) reading = user_data;
  UiChatKeeper *self = reading->keeper;
  g_autoptr (CardeaJson) draft = NULL;
  UiStoreEnd end;
  gboolean read = ui_store_read_finish (UI_STORE (source), result, &end, &draft, NULL);
  gboolean damaged = !read || end == UI_STORE_END_DAMAGED;

  if (self->list == NULL)
    return;
  if (was_given_up (reading, damaged, draft))
    {
      ui_store_delete (self->store, reading->id);
      look_is_over (self);
      return;
    }
  g_autoptr (UiChat) chat = ui_chat_new (reading->id);
  if (damaged && reading->title == NULL)
    reading->title = g_strdup (_ ("Damaged Chat"));
  ui_chat_restore (chat, reading->title, reading->preview, time_of (reading->records, draft));
  ui_chat_restore_foreign (chat, reading->records->foreign);
  ui_chat_set_phase (chat, damaged        ? UI_CHAT_DAMAGED
                           : reading->any ? UI_CHAT_KNOWN
                                          : UI_CHAT_FRESH);
  if (draft != NULL && !damaged)
    restore_draft (self, chat, draft);
  if (reading->texts != NULL)
    ui_chat_index_take (ui_chat_list_get_index (self->list), reading->id,
                        g_steal_pointer (&reading->texts));
  ui_chat_list_add (self->list, chat);
  if (draft != NULL && ui_chat_get_phase (chat) == UI_CHAT_FRESH
      && (self->restored == NULL || ui_chat_get_time (self->restored) < ui_chat_get_time (chat)))
    g_set_object (&self->restored, chat);
  look_is_over (self);
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Reading) reading = user_data;
  g_autoptr (CardeaJson) draft = NULL;
  UiStoreEnd end;
  gboolean read = ui_store_read_finish (UI_STORE (source), result, &end, &draft, NULL);
  UiChat *chat = reading->keeper->list != NULL
                     ? ui_chat_list_find (reading->keeper->list, reading->id)
                     : NULL;

  if (chat == NULL || ui_chat_get_phase (chat) == UI_CHAT_LOADED)
    return;
  ui_chat_restore_entries (chat, reading->records->entries);
  ui_chat_restore_flow (chat, reading->records->flow, reading->records->flow_since);
  ui_chat_restore_sessions (chat, reading->records->sessions);
  ui_chat_set_phase (chat, read && end != UI_STORE_END_DAMAGED ? UI_CHAT_LOADED : UI_CHAT_DAMAGED);
}

static void
wanted_cb (UiChatKeeper *self, UiChat *chat)
{
  if (ui_chat_get_phase (chat) == UI_CHAT_KNOWN)
    ui_chat_set_phase (chat, UI_CHAT_READING);
  Reading *reading = new_reading (self, ui_chat_get_id (chat), TRUE);
  ui_store_read_async (self->store, reading->id, take_cb, reading, loaded_cb, reading);
}

/* --- opening --- */

static void
tell_trouble (UiChatKeeper *self, const char *reason)
{
  g_autofree char *shown
      = reason != NULL ? cardea_text_escape (reason, strlen (reason), NULL) : NULL;
  /* Translators: %s is a sentence of the guardian or of the system. */
  g_autofree char *trouble
      = shown != NULL ? g_strdup_printf (_ ("Chats are not being kept: %s"), shown) : NULL;
  ui_chat_list_set_trouble (self->list, trouble);
}

static void
trouble_cb (UiChatKeeper *self, const char *reason)
{
  tell_trouble (self, reason);
}

static void
flush_waiting (UiChatKeeper *self)
{
  Waiting *waiting;
  while ((waiting = g_queue_pop_head (&self->waiting)) != NULL)
    {
      ui_store_append (self->store, waiting->id, waiting->record);
      waiting_free (waiting);
    }
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (UiChatKeeper) self = user_data;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) ids = ui_store_open_finish (UI_STORE (source), result, &error);

  if (self->list == NULL)
    return;
  if (ids == NULL)
    {
      self->state = CLOSED;
      tell_trouble (self, error->message);
      settle (self);
      return;
    }
  self->state = OPEN;
  tell_trouble (self, NULL);
  self->n_reading = g_strv_length (ids);
  if (self->n_reading == 0)
    settle (self);
  for (guint i = 0; ids[i] != NULL; i++)
    {
      Reading *reading = new_reading (self, ids[i], FALSE);
      ui_store_read_async (self->store, ids[i], take_cb, reading, looked_cb, reading);
    }
  flush_waiting (self);
  for (guint i = 0; i < g_list_model_get_n_items (ui_chat_list_get_chats (self->list)); i++)
    {
      g_autoptr (UiChat) chat = g_list_model_get_item (ui_chat_list_get_chats (self->list), i);
      draft_cb (self, chat);
    }
}

static CardeaSecret *
read_key (int fd)
{
  guint8 bytes[KEY_SIZE];
  gssize got;

  do
    got = pread (fd, bytes, sizeof bytes, 0);
  while (got < 0 && errno == EINTR);
  return got == (gssize) sizeof bytes ? cardea_secret_new_take (bytes, sizeof bytes) : NULL;
}

static void
open_store (UiChatKeeper *self, CardeaMessage *reply)
{
  g_autoptr (GError) error = NULL;
  cardea_autofd int fd = cardea_message_take_fd (reply, "key");
  g_autoptr (CardeaSecret) key = fd >= 0 ? read_key (fd) : NULL;
  g_autofree char *path = NULL;
  int folder = cardea_paths_open_folder (CARDEA_PATHS_DATA, &path, &error);

  if (key == NULL || folder < 0)
    {
      self->state = CLOSED;
      tell_trouble (self, folder < 0 ? error->message : _ ("there is no key for them"));
      settle (self);
      cardea_fd_clear (&folder);
      return;
    }
  self->state = OPENING;
  ui_store_open_async (self->store, folder, key, opened_cb, g_object_ref (self));
}

static void
key_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (UiChatKeeper) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaMessage) reply = ui_link_call_finish (UI_LINK (source), result, &error);
  g_autofree char *trouble = ui_link_describe_trouble (reply, error);

  if (self->list == NULL)
    return;
  if (reply != NULL && trouble == NULL)
    {
      open_store (self, reply);
      return;
    }
  self->state = CLOSED;
  tell_trouble (self, trouble);
  settle (self);
}

void
ui_chat_keeper_start (UiChatKeeper *self)
{
  if (self->state != CLOSED || self->list == NULL)
    return;
  g_autoptr (CardeaMessage) request = cardea_message_new ("storage.key");
  cardea_message_set_string (request, "purpose", "chats");
  self->state = ASKING;
  ui_link_call_async (self->link, request, NULL, key_cb, g_object_ref (self));
}

gboolean
ui_chat_keeper_is_settled (UiChatKeeper *self)
{
  return self->settled;
}

/* A guardian that came back may have the key now. */
static void
link_state_cb (UiChatKeeper *self)
{
  if (ui_link_get_state (self->link) == UI_LINK_UP)
    ui_chat_keeper_start (self);
}

/* --- life --- */

void
ui_chat_keeper_close (UiChatKeeper *self)
{
  GListModel *chats = ui_chat_list_get_chats (self->list);
  g_autoptr (GList) unwritten = g_hash_table_get_keys (self->drafts);

  for (guint i = 0; i < g_list_model_get_n_items (chats); i++)
    {
      g_autoptr (UiChat) chat = g_list_model_get_item (chats, i);
      ui_chat_flush (chat);
    }
  for (GList *l = unwritten; l != NULL; l = l->next)
    write_draft (self, l->data);
  ui_store_close (self->store);
  g_signal_handlers_disconnect_by_data (self->list, self);
  g_clear_object (&self->list);
}

static void
ui_chat_keeper_finalize (GObject *object)
{
  UiChatKeeper *self = UI_CHAT_KEEPER (object);

  g_queue_clear_full (&self->waiting, (GDestroyNotify) waiting_free);
  g_hash_table_unref (self->drafts);
  g_clear_object (&self->restored);
  g_clear_object (&self->list);
  g_clear_object (&self->store);
  g_clear_object (&self->link);
  G_OBJECT_CLASS (ui_chat_keeper_parent_class)->finalize (object);
}

static void
ui_chat_keeper_class_init (UiChatKeeperClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ui_chat_keeper_finalize;
  signals[SETTLED] = g_signal_new ("settled", UI_TYPE_CHAT_KEEPER, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 0);
}

static void
ui_chat_keeper_init (UiChatKeeper *self)
{
  g_queue_init (&self->waiting);
  self->drafts = g_hash_table_new_full (NULL, NULL, NULL, remove_source);
  self->store = ui_store_new ();
}

UiChatKeeper *
ui_chat_keeper_new (UiChatList *list)
{
  UiChatKeeper *self = g_object_new (UI_TYPE_CHAT_KEEPER, NULL);

  self->list = g_object_ref (list);
  self->link = g_object_ref (ui_chat_list_get_link (list));
  g_signal_connect_object (list, "record", G_CALLBACK (record_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (list, "draft", G_CALLBACK (draft_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (list, "wanted", G_CALLBACK (wanted_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (list, "deleted", G_CALLBACK (deleted_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->store, "trouble", G_CALLBACK (trouble_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->link, "notify::state", G_CALLBACK (link_state_cb), self,
                           G_CONNECT_SWAPPED);
  return self;
}
