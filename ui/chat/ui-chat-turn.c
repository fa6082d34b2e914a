/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/chat/ui-chat-turn.h"

#include "common/protocol/cardea-path-json.h"

#define CARDS_LIMIT 500u /* of one turn; what goes beyond is told by the status line */

struct _UiChatTurn {
  GObject parent_instance;
  UiChat *chat;
  UiChatMessage *answer; /* the last, growing; NULL outside a turn */
  GPtrArray *cards;      /* of this turn */
};

G_DEFINE_FINAL_TYPE (UiChatTurn, ui_chat_turn, G_TYPE_OBJECT)

static void
ui_chat_turn_finalize (GObject *object)
{
  UiChatTurn *self = UI_CHAT_TURN (object);
  g_clear_object (&self->answer);
  g_ptr_array_unref (self->cards);
  g_object_unref (self->chat);
  G_OBJECT_CLASS (ui_chat_turn_parent_class)->finalize (object);
}

static void
ui_chat_turn_class_init (UiChatTurnClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ui_chat_turn_finalize;
}

static void
ui_chat_turn_init (UiChatTurn *self)
{
  self->cards = g_ptr_array_new_with_free_func (g_object_unref);
}

UiChatTurn *
ui_chat_turn_new (UiChat *chat)
{
  UiChatTurn *self = g_object_new (UI_TYPE_CHAT_TURN, NULL);
  self->chat = g_object_ref (chat);
  return self;
}

/* --- the answer --- */

static void
begin_answer (UiChatTurn *self)
{
  g_clear_object (&self->answer);
  self->answer = ui_chat_message_new (UI_CHAT_AUTHOR_ASSISTANT, "");
  ui_chat_append (self->chat, G_OBJECT (self->answer));
}

void
ui_chat_turn_begin (UiChatTurn *self)
{
  g_ptr_array_set_size (self->cards, 0);
  begin_answer (self);
}

gboolean
ui_chat_turn_is_open (UiChatTurn *self)
{
  return self->answer != NULL;
}

void
ui_chat_turn_set_status (UiChatTurn *self, const char *status)
{
  if (self->answer != NULL)
    ui_chat_message_set_status (self->answer, status);
}

static void
take_text (UiChatTurn *self, const char *text)
{
  if (*text == '\0')
    return;
  ui_chat_message_append (self->answer, text);
  ui_chat_note (self->chat, G_OBJECT (self->answer));
}

void
ui_chat_turn_end (UiChatTurn *self, UiChatState state, const char *status)
{
  g_autoptr (UiChatMessage) answer = g_steal_pointer (&self->answer);

  for (guint i = 0; i < self->cards->len; i++)
    {
      UiChatCard *card = self->cards->pdata[i];
      if (!ui_chat_card_is_open (card))
        continue;
      ui_chat_card_set_state (card, UI_CHAT_CARD_FAILED);
      ui_chat_note (self->chat, G_OBJECT (card));
    }
  if (answer == NULL)
    return;
  ui_chat_message_set_status (answer, status);
  ui_chat_message_finish (answer, state);
  if (state == UI_CHAT_STATE_DONE && status == NULL && ui_chat_message_get_size (answer) == 0)
    ui_chat_remove (self->chat, G_OBJECT (answer));
  else
    ui_chat_note (self->chat, G_OBJECT (answer));
}

/* --- cards --- */

static UiChatCard *
last_open_card (UiChatTurn *self)
{
  for (guint i = self->cards->len; i > 0; i--)
    if (ui_chat_card_is_open (self->cards->pdata[i - 1]))
      return self->cards->pdata[i - 1];
  return NULL;
}

/* The open card an event belongs to: by the agent's id, else by what it is about. */
static UiChatCard *
find_card (UiChatTurn *self, const CardeaJson *data, const char *path)
{
  const char *call = cardea_json_get_string (data, "id");
  const char *tool = cardea_json_get_string (data, "tool");

  for (guint i = self->cards->len; i > 0; i--)
    {
      UiChatCard *card = self->cards->pdata[i - 1];
      const UiChatCardFacts *facts = ui_chat_card_facts (card);
      if (call != NULL ? g_strcmp0 (facts->call, call) == 0
                       : ui_chat_card_is_open (card) && g_strcmp0 (facts->tool, tool) == 0
                             && g_strcmp0 (facts->path, path) == 0)
        return card;
    }
  return NULL;
}

static UiChatCard *
add_card (UiChatTurn *self, const char *tool, const char *path)
{
  UiChatCard *card = ui_chat_card_new (tool, path);

  /* What was said before the action stays before it. */
  gboolean said = self->answer != NULL && ui_chat_message_get_size (self->answer) > 0;
  if (said)
    {
      ui_chat_message_set_status (self->answer, NULL);
      ui_chat_message_finish (self->answer, UI_CHAT_STATE_DONE);
      ui_chat_note (self->chat, G_OBJECT (self->answer));
    }
  ui_chat_append (self->chat, G_OBJECT (card));
  g_ptr_array_add (self->cards, card);
  if (said)
    begin_answer (self);
  return card;
}

static void
take_tool (UiChatTurn *self, const char *text, const CardeaJson *data)
{
  const char *tool = data != NULL ? cardea_json_get_string (data, "tool") : NULL;

  if (tool == NULL || self->cards->len >= CARDS_LIMIT)
    {
      ui_chat_turn_set_status (self, text);
      return;
    }
  g_autofree char *path = cardea_path_json_get (data, "path");
  UiChatCard *card = find_card (self, data, path);
  if (card == NULL)
    card = add_card (self, tool, path);
  ui_chat_card_take_event (card, data, text);
  ui_chat_note (self->chat, G_OBJECT (card));
}

void
ui_chat_turn_set_waiting (UiChatTurn *self, gboolean waits, const char *const *about)
{
  UiChatCard *card = last_open_card (self);

  if (card == NULL)
    return;
  UiChatCardFacts *facts = ui_chat_card_facts (card);
  facts->asked |= waits;
  g_strfreev (facts->about);
  facts->about = g_strdupv ((char **) about);
  ui_chat_card_set_state (card, waits ? UI_CHAT_CARD_WAITING : UI_CHAT_CARD_RUNNING);
}

void
ui_chat_turn_take_picture (UiChatTurn *self, UiChatPicture *picture)
{
  UiChatCard *card = last_open_card (self);

  if (card == NULL && self->cards->len >= CARDS_LIMIT)
    return;
  if (card == NULL)
    {
      card = add_card (self, "picture", NULL);
      ui_chat_card_facts (card)->state = UI_CHAT_CARD_DONE;
      ui_chat_note (self->chat, G_OBJECT (card));
    }
  if (ui_chat_card_add_picture (card, picture))
    ui_chat_note_picture (self->chat, card, picture);
}

/* --- changes --- */

UiChatCard *
ui_chat_turn_find_change (UiChatTurn *self, const char *change)
{
  GListModel *entries = ui_chat_get_entries (self->chat);

  for (guint i = g_list_model_get_n_items (entries); change != NULL && i > 0; i--)
    {
      g_autoptr (GObject) entry = g_list_model_get_item (entries, i - 1);
      if (UI_IS_CHAT_CARD (entry)
          && g_strcmp0 (ui_chat_card_facts (UI_CHAT_CARD (entry))->change, change) == 0)
        return UI_CHAT_CARD (entry); /* the list holds it */
    }
  return NULL;
}

UiChatCard *
ui_chat_turn_take_change (UiChatTurn *self, const CardeaJson *change)
{
  const char *id = cardea_json_get_string (change, "id");
  UiChatCard *former = ui_chat_turn_find_change (self, cardea_json_get_string (change, "of"));
  UiChatCard *card = ui_chat_turn_find_change (self, id);

  /* A change that takes another back is told on the card of that one. */
  if (former != NULL)
    {
      ui_chat_card_set_state (former, UI_CHAT_CARD_UNDONE);
      ui_chat_note (self->chat, G_OBJECT (former));
      return former;
    }
  if (card == NULL)
    card = last_open_card (self);
  if (card == NULL
      || (ui_chat_card_facts (card)->change != NULL
          && g_strcmp0 (ui_chat_card_facts (card)->change, id) != 0))
    {
      card = add_card (self, "change", NULL);
      ui_chat_card_facts (card)->state = UI_CHAT_CARD_DONE;
    }
  ui_chat_card_take_change (card, change);
  ui_chat_note (self->chat, G_OBJECT (card));
  return card;
}

void
ui_chat_turn_note_read (UiChatTurn *self, const char *path)
{
  for (guint i = 0; i < self->cards->len; i++)
    {
      UiChatCard *card = self->cards->pdata[i];
      UiChatCardFacts *facts = ui_chat_card_facts (card);
      if (facts->was_read || g_strcmp0 (facts->path, path) != 0)
        continue;
      facts->was_read = TRUE;
      ui_chat_entry_changed (UI_CHAT_ENTRY (card));
      ui_chat_note (self->chat, G_OBJECT (card));
    }
}

/* --- events --- */

static void
take_sources (UiChatTurn *self, const CardeaJson *data)
{
  CardeaJson *sources = data != NULL ? cardea_json_get (data, "sources") : NULL;
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);

  if (sources == NULL || cardea_json_type (sources) != CARDEA_JSON_ARRAY)
    return;
  for (guint i = 0; i < cardea_json_size (sources); i++)
    {
      char *path = cardea_path_json_get (cardea_json_nth (sources, i), "path");
      if (path != NULL)
        g_ptr_array_add (paths, path);
    }
  g_ptr_array_add (paths, NULL);
  ui_chat_message_set_files (self->answer, (const char *const *) paths->pdata);
}

static const struct {
  const char *kind;
  UiChatState state;
} ends[] = {
  { "done", UI_CHAT_STATE_DONE },
  { "refused", UI_CHAT_STATE_REFUSED },
  { "failed", UI_CHAT_STATE_FAILED },
};

gboolean
ui_chat_turn_take (UiChatTurn *self, const char *kind, const char *text, const CardeaJson *data)
{
  if (self->answer == NULL)
    return FALSE;
  if (g_str_equal (kind, "delta"))
    take_text (self, text);
  else if (g_str_equal (kind, "status"))
    ui_chat_turn_set_status (self, text);
  else if (g_str_equal (kind, "tool"))
    take_tool (self, text, data);

  for (gsize i = 0; i < G_N_ELEMENTS (ends); i++)
    if (g_str_equal (kind, ends[i].kind))
      {
        take_text (self, text);
        take_sources (self, data);
        ui_chat_turn_end (self, ends[i].state, NULL);
        return FALSE;
      }
  return TRUE;
}
