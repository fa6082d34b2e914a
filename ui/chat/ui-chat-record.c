/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts that only this user's window wrote what the store could open. Refuses records whose
 * members are not of their type or whose numbers do not go up; an unknown kind is a later
 * version's and passed over. */

#include "ui/chat/ui-chat-record.h"

#include "ui/chat/ui-chat-before.h"

#include "common/base/cardea-text.h"
#include "common/protocol/cardea-path-json.h"

#include <string.h>

#define ENTRIES_LIMIT 1000000u /* of one chat */
#define LINE_BYTES 1000u       /* of a text that are looked at for its first line */

static const char *const authors[] = {
  [UI_CHAT_AUTHOR_PERSON] = "person",
  [UI_CHAT_AUTHOR_ASSISTANT] = "assistant",
  [UI_CHAT_AUTHOR_NOTICE] = "notice",
};

static const char *const states[] = {
  [UI_CHAT_STATE_STREAMING] = "streaming", [UI_CHAT_STATE_DONE] = "done",
  [UI_CHAT_STATE_REFUSED] = "refused",     [UI_CHAT_STATE_FAILED] = "failed",
  [UI_CHAT_STATE_STOPPED] = "stopped",
};

static const char *const card_states[] = {
  [UI_CHAT_CARD_RUNNING] = "running", [UI_CHAT_CARD_WAITING] = "waiting",
  [UI_CHAT_CARD_DONE] = "done",       [UI_CHAT_CARD_REFUSED] = "refused",
  [UI_CHAT_CARD_FAILED] = "failed",   [UI_CHAT_CARD_UNDOING] = "done",
  [UI_CHAT_CARD_UNDONE] = "undone",
};

static gboolean
find_name (const char *const *names, gsize n_names, const char *name, guint *ret_value)
{
  for (gsize i = 0; i < n_names; i++)
    if (g_strcmp0 (names[i], name) == 0)
      {
        *ret_value = (guint) i;
        return TRUE;
      }
  return FALSE;
}

/* The texts of a card: member of the record, place in the facts. */
static const struct {
  const char *name;
  gsize offset;
} card_texts[] = {
  { "call", G_STRUCT_OFFSET (UiChatCardFacts, call) },
  { "text", G_STRUCT_OFFSET (UiChatCardFacts, text) },
  { "code", G_STRUCT_OFFSET (UiChatCardFacts, code) },
  { "policy", G_STRUCT_OFFSET (UiChatCardFacts, policy) },
  { "reason", G_STRUCT_OFFSET (UiChatCardFacts, reason) },
  { "note", G_STRUCT_OFFSET (UiChatCardFacts, note) },
  { "change", G_STRUCT_OFFSET (UiChatCardFacts, change) },
  { "why_not", G_STRUCT_OFFSET (UiChatCardFacts, why_not) },
};

/* --- writing --- */

static CardeaJson *
new_record (const char *kind, UiChatEntry *entry)
{
  CardeaJson *record = cardea_json_new_object ();
  cardea_json_set_string (record, "kind", kind);
  if (entry != NULL)
    cardea_json_set_int (record, "number", ui_chat_entry_get_number (entry));
  return record;
}

static CardeaJson *
message_to_json (UiChatMessage *message)
{
  const char *const *files = ui_chat_message_get_files (message);
  CardeaJson *json = cardea_json_new_object ();

  cardea_json_set_string (json, "author", authors[ui_chat_message_get_author (message)]);
  cardea_json_set_string (json, "state", states[ui_chat_message_get_state (message)]);
  cardea_json_set_string (json, "text", ui_chat_message_get_text (message));
  if (ui_chat_message_get_status (message) != NULL)
    cardea_json_set_string (json, "status", ui_chat_message_get_status (message));
  if (files[0] != NULL)
    cardea_path_json_set_list (json, "files", files);
  return json;
}

static CardeaJson *
card_to_json (UiChatCard *card)
{
  const UiChatCardFacts *facts = ui_chat_card_facts (card);
  CardeaJson *json = cardea_json_new_object ();

  cardea_json_set_string (json, "tool", facts->tool);
  cardea_json_set_string (json, "state", card_states[facts->state]);
  if (facts->path != NULL)
    cardea_path_json_set (json, "path", facts->path);
  for (gsize i = 0; i < G_N_ELEMENTS (card_texts); i++)
    {
      const char *text = G_STRUCT_MEMBER (char *, facts, card_texts[i].offset);
      if (text != NULL)
        cardea_json_set_string (json, card_texts[i].name, text);
    }
  cardea_json_set_boolean (json, "undoable", facts->undoable);
  cardea_json_set_int (json, "count", facts->count);
  cardea_json_set_int (json, "added", facts->added);
  cardea_json_set_int (json, "removed", facts->removed);
  if (facts->detail != NULL)
    cardea_json_set_string (json, "detail", facts->detail);
  if (facts->foreign)
    cardea_json_set_boolean (json, "foreign", TRUE);
  if (facts->was_read)
    cardea_json_set_boolean (json, "was_read", TRUE);
  if (facts->items != NULL)
    cardea_json_set (json, "items", cardea_json_ref (facts->items));
  return json;
}

CardeaJson *
ui_chat_record_entry (UiChatEntry *entry)
{
  CardeaJson *record = new_record ("entry", entry);
  cardea_json_set_int64_string (record, "time", ui_chat_entry_get_time (entry));
  if (UI_IS_CHAT_CARD (entry))
    cardea_json_set (record, "card", card_to_json (UI_CHAT_CARD (entry)));
  else
    cardea_json_set (record, "message", message_to_json (UI_CHAT_MESSAGE (entry)));
  return record;
}

CardeaJson *
ui_chat_record_text (UiChatMessage *message, gsize from)
{
  CardeaJson *record = new_record ("text", UI_CHAT_ENTRY (message));
  cardea_json_set_string (record, "text", ui_chat_message_get_text (message) + from);
  return record;
}

CardeaJson *
ui_chat_record_state (UiChatMessage *message)
{
  const char *const *files = ui_chat_message_get_files (message);
  CardeaJson *record = new_record ("state", UI_CHAT_ENTRY (message));

  cardea_json_set_string (record, "state", states[ui_chat_message_get_state (message)]);
  if (ui_chat_message_get_status (message) != NULL)
    cardea_json_set_string (record, "status", ui_chat_message_get_status (message));
  if (files[0] != NULL)
    cardea_path_json_set_list (record, "files", files);
  return record;
}

CardeaJson *
ui_chat_record_gone (UiChatEntry *entry)
{
  return new_record ("gone", entry);
}

CardeaJson *
ui_chat_record_picture (UiChatCard *card, UiChatPicture *picture)
{
  CardeaJson *record = new_record ("picture", UI_CHAT_ENTRY (card));
  cardea_json_set (record, "picture", ui_chat_picture_write (picture));
  return record;
}

CardeaJson *
ui_chat_record_title (const char *title)
{
  CardeaJson *record = new_record ("title", NULL);
  cardea_json_set_string (record, "title", title);
  return record;
}

CardeaJson *
ui_chat_record_flow (const CardeaJson *flow, guint since)
{
  CardeaJson *record = new_record ("flow", NULL);
  cardea_json_set (record, "flow", cardea_json_copy (flow));
  cardea_json_set_int (record, "since", since);
  return record;
}

CardeaJson *
ui_chat_record_session (const char *id)
{
  CardeaJson *record = new_record ("session", NULL);
  cardea_json_set_string (record, "session", id);
  return record;
}

CardeaJson *
ui_chat_record_with (const UiChatForeign *foreign)
{
  CardeaJson *record = new_record ("with", NULL);
  ui_chat_foreign_write (foreign, record);
  return record;
}

char *
ui_chat_record_line (const char *text, gsize limit)
{
  const char *begin = text + strspn (text, " \t\r\n#>*-`");
  gsize length = MIN (strcspn (begin, "\r\n"), LINE_BYTES);

  while (length > 0 && (begin[length] & 0xc0) == 0x80)
    length--; /* not within a character */
  g_autofree char *line = cardea_text_escape (begin, length, NULL);
  g_autoptr (GString) plain = g_string_new (NULL);
  for (const char *c = line; *c != '\0'; c++)
    if (strchr ("*`|", *c) == NULL)
      g_string_append_c (plain, *c);
  return cardea_text_shorten (g_strstrip (plain->str), limit);
}

/* --- reading --- */

UiChatRecords *
ui_chat_records_new (void)
{
  UiChatRecords *self = g_new0 (UiChatRecords, 1);
  self->entries = g_ptr_array_new_with_free_func (g_object_unref);
  self->places = g_hash_table_new (NULL, NULL);
  self->sessions = g_ptr_array_new_with_free_func (g_free);
  return self;
}

void
ui_chat_records_free (UiChatRecords *self)
{
  g_ptr_array_unref (self->entries);
  g_hash_table_unref (self->places);
  g_ptr_array_unref (self->sessions);
  g_clear_pointer (&self->foreign, ui_chat_foreign_free);
  g_clear_pointer (&self->flow, cardea_json_unref);
  g_free (self->title);
  g_free (self);
}

static void
take_files (UiChatMessage *message, const CardeaJson *json)
{
  g_auto (GStrv) files = cardea_path_json_get_list (json, "files");
  if (files != NULL)
    ui_chat_message_set_files (message, (const char *const *) files);
}

static UiChatEntry *
message_from_json (const CardeaJson *json)
{
  const char *text = cardea_json_get_string (json, "text");
  guint author, state;

  if (text == NULL
      || !find_name (authors, G_N_ELEMENTS (authors), cardea_json_get_string (json, "author"),
                     &author)
      || !find_name (states, G_N_ELEMENTS (states), cardea_json_get_string (json, "state"), &state))
    return NULL;
  UiChatMessage *message = ui_chat_message_new (author, text);
  ui_chat_message_set_status (message, cardea_json_get_string (json, "status"));
  ui_chat_message_finish (message, state);
  ui_chat_message_set_saved (message, ui_chat_message_get_size (message));
  take_files (message, json);
  return UI_CHAT_ENTRY (message);
}

static UiChatEntry *
card_from_json (const CardeaJson *json)
{
  const char *tool = cardea_json_get_string (json, "tool");
  CardeaJson *items = cardea_json_get (json, "items");
  guint state;

  if (tool == NULL
      || !find_name (card_states, G_N_ELEMENTS (card_states),
                     cardea_json_get_string (json, "state"), &state))
    return NULL;
  g_autofree char *path = cardea_path_json_get (json, "path");
  UiChatCard *card = ui_chat_card_new (tool, path);
  UiChatCardFacts *facts = ui_chat_card_facts (card);
  facts->state = state;
  for (gsize i = 0; i < G_N_ELEMENTS (card_texts); i++)
    ui_chat_card_set_text (&G_STRUCT_MEMBER (char *, facts, card_texts[i].offset),
                           cardea_json_get_string (json, card_texts[i].name));
  ui_chat_card_set_detail (card, cardea_json_get_string (json, "detail"));
  cardea_json_get_boolean (json, "foreign", &facts->foreign);
  cardea_json_get_boolean (json, "undoable", &facts->undoable);
  cardea_json_get_boolean (json, "was_read", &facts->was_read);
  cardea_json_get_int (json, "count", &facts->count);
  cardea_json_get_int (json, "added", &facts->added);
  cardea_json_get_int (json, "removed", &facts->removed);
  if (items != NULL && cardea_json_type (items) == CARDEA_JSON_ARRAY)
    facts->items = cardea_json_ref (items);
  return UI_CHAT_ENTRY (card);
}

/* They are records of their own, not said anew with their card. */
static void
take_over_pictures (UiChatEntry *entry, UiChatEntry *former)
{
  if (UI_IS_CHAT_CARD (entry) && UI_IS_CHAT_CARD (former))
    ui_chat_card_facts (UI_CHAT_CARD (entry))->pictures
        = g_steal_pointer (&ui_chat_card_facts (UI_CHAT_CARD (former))->pictures);
}

static gboolean
take_entry (UiChatRecords *self, const CardeaJson *record, guint number)
{
  CardeaJson *card = cardea_json_get (record, "card");
  CardeaJson *message = cardea_json_get (record, "message");
  gint64 time = 0;
  g_autoptr (UiChatEntry) entry = card != NULL      ? card_from_json (card)
                                  : message != NULL ? message_from_json (message)
                                                    : NULL;

  if (entry == NULL || !cardea_json_get_int64_string (record, "time", &time))
    return FALSE;
  ui_chat_entry_set_number (entry, number);
  ui_chat_entry_set_time (entry, time);
  if (message != NULL)
    self->time = MAX (self->time, time);

  guint place = GPOINTER_TO_UINT (g_hash_table_lookup (self->places, GUINT_TO_POINTER (number)));
  if (place > 0)
    {
      take_over_pictures (entry, self->entries->pdata[place - 1]);
      g_object_unref (self->entries->pdata[place - 1]);
      self->entries->pdata[place - 1] = g_steal_pointer (&entry);
      return TRUE;
    }
  if (self->entries->len >= ENTRIES_LIMIT)
    return FALSE;
  g_ptr_array_add (self->entries, g_steal_pointer (&entry));
  g_hash_table_insert (self->places, GUINT_TO_POINTER (number),
                       GUINT_TO_POINTER (self->entries->len));
  return TRUE;
}

static UiChatEntry *
find_entry (UiChatRecords *self, guint number)
{
  guint place = GPOINTER_TO_UINT (g_hash_table_lookup (self->places, GUINT_TO_POINTER (number)));
  return place > 0 ? self->entries->pdata[place - 1] : NULL;
}

static gboolean
take_text (UiChatRecords *self, const CardeaJson *record, guint number)
{
  UiChatEntry *entry = find_entry (self, number);
  const char *text = cardea_json_get_string (record, "text");

  if (text == NULL || entry == NULL || !UI_IS_CHAT_MESSAGE (entry))
    return FALSE;
  ui_chat_message_extend (UI_CHAT_MESSAGE (entry), text);
  ui_chat_message_set_saved (UI_CHAT_MESSAGE (entry),
                             ui_chat_message_get_size (UI_CHAT_MESSAGE (entry)));
  return TRUE;
}

static gboolean
take_state (UiChatRecords *self, const CardeaJson *record, guint number)
{
  UiChatEntry *entry = find_entry (self, number);
  guint state;

  if (entry == NULL || !UI_IS_CHAT_MESSAGE (entry)
      || !find_name (states, G_N_ELEMENTS (states), cardea_json_get_string (record, "state"),
                     &state))
    return FALSE;
  ui_chat_message_set_status (UI_CHAT_MESSAGE (entry), cardea_json_get_string (record, "status"));
  ui_chat_message_finish (UI_CHAT_MESSAGE (entry), state);
  take_files (UI_CHAT_MESSAGE (entry), record);
  return TRUE;
}

static gboolean
take_picture (UiChatRecords *self, const CardeaJson *record, guint number)
{
  UiChatEntry *entry = find_entry (self, number);
  g_autoptr (UiChatPicture) picture = ui_chat_picture_read (cardea_json_get (record, "picture"));

  return picture != NULL && entry != NULL && UI_IS_CHAT_CARD (entry)
         && ui_chat_card_add_picture (UI_CHAT_CARD (entry), picture);
}

static gboolean
take_gone (UiChatRecords *self, const CardeaJson *record, guint number)
{
  UiChatEntry *entry = find_entry (self, number);
  if (entry == NULL)
    return FALSE;
  ui_chat_entry_set_number (entry, 0);
  g_hash_table_remove (self->places, GUINT_TO_POINTER (number));
  return TRUE;
}

static gboolean
take_flow (UiChatRecords *self, const CardeaJson *record)
{
  CardeaJson *flow = ui_chat_before_join (NULL, cardea_json_get (record, "flow"));
  gint64 since;

  if (flow == NULL)
    return FALSE;
  g_clear_pointer (&self->flow, cardea_json_unref);
  self->flow = flow;
  if (!cardea_json_get_int (record, "since", &since) || since < 0 || since > G_MAXINT32)
    return FALSE;
  self->flow_since = (guint) since;
  return TRUE;
}

static gboolean
take_session (UiChatRecords *self, const CardeaJson *record)
{
  const char *id = cardea_json_get_string (record, "session");

  if (id == NULL || *id == '\0')
    return FALSE;
  if (self->sessions->len < UI_CHAT_RECORD_SESSIONS)
    g_ptr_array_add (self->sessions, g_strdup (id));
  return TRUE;
}

static const struct {
  const char *kind;
  gboolean (*take) (UiChatRecords *self, const CardeaJson *record, guint number);
} kinds[] = {
  { "entry", take_entry }, { "text", take_text },       { "state", take_state },
  { "gone", take_gone },   { "picture", take_picture },
};

gboolean
ui_chat_records_take (UiChatRecords *self, const CardeaJson *record)
{
  const char *kind = cardea_json_get_string (record, "kind");
  gint64 number = 0;

  if (kind == NULL)
    return FALSE;
  if (g_str_equal (kind, "title"))
    {
      const char *title = cardea_json_get_string (record, "title");
      g_free (self->title);
      self->title = title != NULL && *title != '\0' ? g_strdup (title) : NULL;
      return TRUE;
    }
  if (g_str_equal (kind, "with"))
    {
      g_clear_pointer (&self->foreign, ui_chat_foreign_free);
      self->foreign = ui_chat_foreign_read (record);
      return self->foreign != NULL;
    }
  if (g_str_equal (kind, "flow"))
    return take_flow (self, record);
  if (g_str_equal (kind, "session"))
    return take_session (self, record);
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_str_equal (kind, kinds[i].kind))
      return cardea_json_get_int (record, "number", &number) && number > 0 && number < G_MAXINT32
             && kinds[i].take (self, record, (guint) number);
  return TRUE;
}

void
ui_chat_records_finish (UiChatRecords *self)
{
  GPtrArray *kept = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < self->entries->len; i++)
    {
      UiChatEntry *entry = self->entries->pdata[i];
      if (ui_chat_entry_get_number (entry) == 0)
        continue;
      if (UI_IS_CHAT_CARD (entry) && ui_chat_card_is_open (UI_CHAT_CARD (entry)))
        ui_chat_card_facts (UI_CHAT_CARD (entry))->state = UI_CHAT_CARD_FAILED;
      if (UI_IS_CHAT_MESSAGE (entry)
          && ui_chat_message_get_state (UI_CHAT_MESSAGE (entry)) == UI_CHAT_STATE_STREAMING)
        ui_chat_message_finish (UI_CHAT_MESSAGE (entry), UI_CHAT_STATE_STOPPED);
      g_ptr_array_add (kept, g_object_ref (entry));
    }
  g_ptr_array_unref (self->entries);
  self->entries = kept;
  g_hash_table_remove_all (self->places);
}
