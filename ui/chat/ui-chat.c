/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/chat/ui-chat.h"

#include "common/base/cardea-encoding.h"
#include "ui/chat/ui-chat-before.h"
#include "ui/chat/ui-chat-record.h"

#include <glib/gi18n.h>

#define TITLE_CHARACTERS 60u /* of one made from the first message */
#define PREVIEW_CHARACTERS 80u
#define TEXT_INTERVAL_MS 1000u /* an answer that grows is written down this often */

struct _UiChat {
  GObject parent_instance;
  char *id;
  char *own_title;  /* the person's; NULL */
  char *made_title; /* from the first message; NULL */
  char *preview;
  char *draft;
  GStrv draft_files;
  UiChatForeign *foreign;
  gboolean introduced; /* it is written down with whom it is held */
  gint64 time;
  UiChatPhase phase;
  GListStore *entries;
  guint last_number;
  CardeaJson *flow; /* NULL: not known */
  guint flow_since;
  GPtrArray *sessions;    /* char * */
  UiChatMessage *growing; /* whose text is written down by the timer */
  guint text_source;
};

enum { PROP_TITLE = 1, PROP_PREVIEW, PROP_DRAFT, PROP_TIME, PROP_PHASE, N_PROPS };
static GParamSpec *properties[N_PROPS];
enum { RECORD, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (UiChat, ui_chat, G_TYPE_OBJECT)

static void
notify (UiChat *self, guint property)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

static void
set_text (UiChat *self, char **member, const char *text, guint property)
{
  if (g_strcmp0 (*member, text) == 0)
    return;
  g_free (*member);
  *member = g_strdup (text);
  notify (self, property);
}

/* Takes record. */
static void
keep (UiChat *self, CardeaJson *record)
{
  g_autoptr (CardeaJson) taken = record;
  if (self->phase != UI_CHAT_DAMAGED)
    g_signal_emit (self, signals[RECORD], 0, taken);
}

/* --- with whom --- */

/* Before the first thing in it that is worth keeping: a chat that is never used leaves no file. */
static void
introduce (UiChat *self)
{
  if (self->foreign == NULL || self->introduced)
    return;
  self->introduced = TRUE;
  keep (self, ui_chat_record_with (self->foreign));
}

void
ui_chat_restore_foreign (UiChat *self, const UiChatForeign *foreign)
{
  g_clear_pointer (&self->foreign, ui_chat_foreign_free);
  self->foreign = foreign != NULL ? ui_chat_foreign_copy (foreign) : NULL;
  self->introduced = TRUE;
}

/* --- what a list shows --- */

static void
summarise (UiChat *self, UiChatMessage *message)
{
  const char *text = ui_chat_message_get_text (message);

  if (*text == '\0' || ui_chat_message_get_author (message) == UI_CHAT_AUTHOR_NOTICE)
    return;
  g_autofree char *preview = ui_chat_record_line (text, PREVIEW_CHARACTERS);
  set_text (self, &self->preview, preview, PROP_PREVIEW);
  if (self->made_title == NULL && ui_chat_message_get_author (message) == UI_CHAT_AUTHOR_PERSON)
    {
      self->made_title = ui_chat_record_line (text, TITLE_CHARACTERS);
      notify (self, PROP_TITLE);
    }
}

void
ui_chat_restore (UiChat *self, const char *title, const char *preview, gint64 time)
{
  set_text (self, &self->own_title, title, PROP_TITLE);
  set_text (self, &self->preview, preview, PROP_PREVIEW);
  if (self->time != time)
    {
      self->time = time;
      notify (self, PROP_TIME);
    }
}

void
ui_chat_rename (UiChat *self, const char *title)
{
  g_autofree char *line = ui_chat_record_line (title, UI_CHAT_TITLE_CHARACTERS);

  if (g_strcmp0 (self->own_title, *line != '\0' ? line : NULL) == 0)
    return;
  set_text (self, &self->own_title, *line != '\0' ? line : NULL, PROP_TITLE);
  introduce (self);
  keep (self, ui_chat_record_title (line));
}

/* --- entries --- */

static gboolean
text_due_cb (gpointer user_data)
{
  UiChat *self = user_data;
  UiChatMessage *message = self->growing;
  gsize saved = ui_chat_message_get_saved (message);

  self->text_source = 0;
  if (ui_chat_message_get_size (message) > saved)
    {
      keep (self, ui_chat_record_text (message, saved));
      ui_chat_message_set_saved (message, ui_chat_message_get_size (message));
    }
  return G_SOURCE_REMOVE;
}

void
ui_chat_flush (UiChat *self)
{
  if (self->text_source == 0)
    return;
  g_clear_handle_id (&self->text_source, g_source_remove);
  text_due_cb (self);
}

static gboolean
is_held (UiChatEntry *entry)
{
  return ui_chat_entry_get_number (entry) == 0;
}

/* The first record of an entry. */
static void
number_entry (UiChat *self, UiChatEntry *entry)
{
  introduce (self);
  ui_chat_entry_set_number (entry, ++self->last_number);
  if (UI_IS_CHAT_MESSAGE (entry))
    {
      UiChatMessage *message = UI_CHAT_MESSAGE (entry);
      ui_chat_message_set_saved (message, ui_chat_message_get_size (message));
      summarise (self, message);
      self->time = ui_chat_entry_get_time (entry);
      notify (self, PROP_TIME);
    }
  keep (self, ui_chat_record_entry (entry));
  const GPtrArray *pictures
      = UI_IS_CHAT_CARD (entry) ? ui_chat_card_facts (UI_CHAT_CARD (entry))->pictures : NULL;
  for (guint i = 0; pictures != NULL && i < pictures->len; i++)
    ui_chat_note_picture (self, UI_CHAT_CARD (entry), pictures->pdata[i]);
}

void
ui_chat_note_picture (UiChat *self, UiChatCard *card, UiChatPicture *picture)
{
  keep (self, ui_chat_record_picture (card, picture));
}

void
ui_chat_note (UiChat *self, GObject *entry)
{
  if (UI_IS_CHAT_CARD (entry))
    {
      keep (self, ui_chat_record_entry (UI_CHAT_ENTRY (entry)));
      return;
    }
  UiChatMessage *message = UI_CHAT_MESSAGE (entry);
  if (is_held (UI_CHAT_ENTRY (entry)))
    {
      if (ui_chat_message_get_state (message) == UI_CHAT_STATE_STREAMING
          && ui_chat_message_get_size (message) == 0)
        return;
      number_entry (self, UI_CHAT_ENTRY (entry));
    }
  if (self->growing != message)
    ui_chat_flush (self);
  g_set_object (&self->growing, message);
  if (ui_chat_message_get_state (message) == UI_CHAT_STATE_STREAMING)
    {
      if (self->text_source == 0)
        self->text_source = g_timeout_add (TEXT_INTERVAL_MS, text_due_cb, self);
      return;
    }
  g_clear_handle_id (&self->text_source, g_source_remove);
  text_due_cb (self);
  keep (self, ui_chat_record_state (message));
  summarise (self, message);
}

void
ui_chat_append (UiChat *self, GObject *object)
{
  UiChatEntry *entry = UI_CHAT_ENTRY (object);
  guint end = g_list_model_get_n_items (G_LIST_MODEL (self->entries));
  gboolean held = UI_IS_CHAT_MESSAGE (object)
                  && ui_chat_message_get_state (UI_CHAT_MESSAGE (object)) == UI_CHAT_STATE_STREAMING
                  && ui_chat_message_get_size (UI_CHAT_MESSAGE (object)) == 0;
  g_autoptr (UiChatEntry) last
      = end > 0 ? g_list_model_get_item (G_LIST_MODEL (self->entries), end - 1) : NULL;

  if (!held)
    number_entry (self, entry);
  g_list_store_insert (self->entries, last != NULL && is_held (last) ? end - 1 : end, object);
}

void
ui_chat_remove (UiChat *self, GObject *entry)
{
  guint position;

  if (!g_list_store_find (self->entries, entry, &position))
    return;
  if (!is_held (UI_CHAT_ENTRY (entry)))
    keep (self, ui_chat_record_gone (UI_CHAT_ENTRY (entry)));
  g_list_store_remove (self->entries, position);
}

void
ui_chat_restore_entries (UiChat *self, GPtrArray *entries)
{
  for (guint i = 0; i < entries->len; i++)
    {
      UiChatEntry *entry = entries->pdata[i];
      self->last_number = MAX (self->last_number, ui_chat_entry_get_number (entry));
      if (UI_IS_CHAT_MESSAGE (entry) && self->made_title == NULL)
        summarise (self, UI_CHAT_MESSAGE (entry));
    }
  g_list_store_splice (self->entries, 0, 0, entries->pdata, entries->len);
}

/* --- what was taken in --- */

CardeaJson *
ui_chat_get_flow (UiChat *self)
{
  return self->flow;
}

guint
ui_chat_get_flow_since (UiChat *self)
{
  return self->flow_since;
}

void
ui_chat_restore_flow (UiChat *self, const CardeaJson *flow, guint since)
{
  g_clear_pointer (&self->flow, cardea_json_unref);
  self->flow = flow != NULL ? cardea_json_copy (flow) : NULL;
  self->flow_since = since;
}

void
ui_chat_inherit_flow (UiChat *self, const CardeaJson *flow, guint since)
{
  ui_chat_restore_flow (self, flow, since);
  keep (self, ui_chat_record_flow (self->flow, since));
}

void
ui_chat_add_flow (UiChat *self, const CardeaJson *flow)
{
  g_autoptr (CardeaJson) joined = ui_chat_before_join (self->flow, flow);

  if (joined == NULL || (self->flow != NULL && cardea_json_equal (joined, self->flow)))
    return;
  if (self->flow == NULL)
    self->flow_since = MAX (self->last_number, 1) - 1;
  g_clear_pointer (&self->flow, cardea_json_unref);
  self->flow = g_steal_pointer (&joined);
  keep (self, ui_chat_record_flow (self->flow, self->flow_since));
}

/* --- sessions --- */

const GPtrArray *
ui_chat_get_sessions (UiChat *self)
{
  return self->sessions;
}

void
ui_chat_restore_sessions (UiChat *self, const GPtrArray *sessions)
{
  for (guint i = 0; i < sessions->len && self->sessions->len < UI_CHAT_RECORD_SESSIONS; i++)
    g_ptr_array_add (self->sessions, g_strdup (sessions->pdata[i]));
}

void
ui_chat_add_session (UiChat *self, const char *id)
{
  if (self->sessions->len >= UI_CHAT_RECORD_SESSIONS)
    return;
  g_ptr_array_add (self->sessions, g_strdup (id));
  keep (self, ui_chat_record_session (id));
}

/* --- draft --- */

void
ui_chat_set_draft (UiChat *self, const char *text, const char *const *files)
{
  static const char *const none[] = { NULL };

  if (files == NULL)
    files = none;
  if (g_strcmp0 (self->draft, text) == 0
      && g_strv_equal ((const char *const *) self->draft_files, files))
    return;
  introduce (self);
  g_free (self->draft);
  self->draft = g_strdup (text);
  g_strfreev (self->draft_files);
  self->draft_files = g_strdupv ((char **) files);
  notify (self, PROP_DRAFT);
}

/* --- looking --- */

const char *
ui_chat_get_id (UiChat *self)
{
  return self->id;
}

const UiChatForeign *
ui_chat_get_foreign (UiChat *self)
{
  return self->foreign;
}

const char *
ui_chat_get_title (UiChat *self)
{
  return self->own_title != NULL    ? self->own_title
         : self->made_title != NULL ? self->made_title
                                    : _ ("New Chat");
}

const char *
ui_chat_get_preview (UiChat *self)
{
  return self->preview;
}

gint64
ui_chat_get_time (UiChat *self)
{
  return self->time;
}

UiChatPhase
ui_chat_get_phase (UiChat *self)
{
  return self->phase;
}

void
ui_chat_set_phase (UiChat *self, UiChatPhase phase)
{
  if (self->phase == phase)
    return;
  self->phase = phase;
  notify (self, PROP_PHASE);
}

gboolean
ui_chat_is_empty (UiChat *self)
{
  return (self->phase == UI_CHAT_FRESH || self->phase == UI_CHAT_LOADED) && self->last_number == 0
         && *self->draft == '\0' && self->draft_files[0] == NULL;
}

GListModel *
ui_chat_get_entries (UiChat *self)
{
  return G_LIST_MODEL (self->entries);
}

const char *
ui_chat_get_draft (UiChat *self)
{
  return self->draft;
}

const char *const *
ui_chat_get_draft_files (UiChat *self)
{
  return (const char *const *) self->draft_files;
}

static void
ui_chat_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  UiChat *self = UI_CHAT (object);
  switch (id)
    {
    case PROP_TITLE:
      g_value_set_string (value, ui_chat_get_title (self));
      break;
    case PROP_PREVIEW:
      g_value_set_string (value, self->preview);
      break;
    case PROP_DRAFT:
      g_value_set_string (value, self->draft);
      break;
    case PROP_TIME:
      g_value_set_int64 (value, self->time);
      break;
    case PROP_PHASE:
      g_value_set_int (value, self->phase);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
ui_chat_dispose (GObject *object)
{
  UiChat *self = UI_CHAT (object);
  ui_chat_flush (self);
  g_clear_object (&self->growing);
  G_OBJECT_CLASS (ui_chat_parent_class)->dispose (object);
}

static void
ui_chat_finalize (GObject *object)
{
  UiChat *self = UI_CHAT (object);
  g_free (self->id);
  g_free (self->own_title);
  g_free (self->made_title);
  g_free (self->preview);
  g_free (self->draft);
  g_strfreev (self->draft_files);
  g_clear_pointer (&self->foreign, ui_chat_foreign_free);
  g_clear_pointer (&self->flow, cardea_json_unref);
  g_ptr_array_unref (self->sessions);
  g_object_unref (self->entries);
  G_OBJECT_CLASS (ui_chat_parent_class)->finalize (object);
}

static void
ui_chat_class_init (UiChatClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = ui_chat_get_property;
  object_class->dispose = ui_chat_dispose;
  object_class->finalize = ui_chat_finalize;
  properties[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL, flags);
  properties[PROP_PREVIEW] = g_param_spec_string ("preview", NULL, NULL, NULL, flags);
  properties[PROP_DRAFT] = g_param_spec_string ("draft", NULL, NULL, NULL, flags);
  properties[PROP_TIME] = g_param_spec_int64 ("time", NULL, NULL, 0, G_MAXINT64, 0, flags);
  properties[PROP_PHASE] = g_param_spec_int ("phase", NULL, NULL, UI_CHAT_FRESH, UI_CHAT_DAMAGED,
                                             UI_CHAT_FRESH, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  signals[RECORD] = g_signal_new ("record", UI_TYPE_CHAT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, G_TYPE_POINTER);
}

static void
ui_chat_init (UiChat *self)
{
  self->entries = g_list_store_new (UI_TYPE_CHAT_ENTRY);
  self->sessions = g_ptr_array_new_with_free_func (g_free);
  self->draft = g_strdup ("");
  self->draft_files = g_new0 (char *, 1);
  self->time = g_get_real_time ();
}

UiChat *
ui_chat_new (const char *id)
{
  UiChat *self = g_object_new (UI_TYPE_CHAT, NULL);
  self->id = id != NULL ? g_strdup (id) : cardea_id_new (UI_CHAT_ID_BYTES);
  self->phase = id != NULL ? UI_CHAT_KNOWN : UI_CHAT_FRESH;
  return self;
}

UiChat *
ui_chat_new_with (const UiChatForeign *foreign)
{
  UiChat *self = ui_chat_new (NULL);
  self->foreign = ui_chat_foreign_copy (foreign);
  return self;
}
