/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/chat/ui-chat-card.h"

#include "common/base/cardea-text.h"
#include "common/protocol/cardea-path-json.h"

#define TEXT_CHARACTERS 1000u /* what is kept of a sentence an agent sends */
#define DETAIL_CHARACTERS 16384u
#define ITEMS_LIMIT 50u /* objects.md: lists have no more */

struct _UiChatCard {
  UiChatEntry parent_instance;
  UiChatCardFacts facts;
};

G_DEFINE_FINAL_TYPE (UiChatCard, ui_chat_card, UI_TYPE_CHAT_ENTRY)

static const struct {
  const char *name;
  UiChatCardState state;
} event_states[] = {
  { "started", UI_CHAT_CARD_RUNNING }, { "running", UI_CHAT_CARD_RUNNING },
  { "done", UI_CHAT_CARD_DONE },       { "refused", UI_CHAT_CARD_REFUSED },
  { "failed", UI_CHAT_CARD_FAILED },
};

static void
ui_chat_card_finalize (GObject *object)
{
  UiChatCardFacts *facts = &UI_CHAT_CARD (object)->facts;
  g_free (facts->tool);
  g_free (facts->path);
  g_free (facts->call);
  g_free (facts->text);
  g_free (facts->code);
  g_free (facts->policy);
  g_free (facts->reason);
  g_free (facts->note);
  g_free (facts->change);
  g_free (facts->why_not);
  g_free (facts->trouble);
  g_free (facts->detail);
  g_strfreev (facts->about);
  g_clear_pointer (&facts->items, cardea_json_unref);
  g_clear_pointer (&facts->pictures, g_ptr_array_unref);
  G_OBJECT_CLASS (ui_chat_card_parent_class)->finalize (object);
}

static void
ui_chat_card_class_init (UiChatCardClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ui_chat_card_finalize;
}

static void
ui_chat_card_init (UiChatCard *self)
{
}

UiChatCard *
ui_chat_card_new (const char *tool, const char *path)
{
  UiChatCard *self = g_object_new (UI_TYPE_CHAT_CARD, NULL);
  self->facts.tool = g_strdup (tool);
  self->facts.path = g_strdup (path);
  return self;
}

UiChatCardFacts *
ui_chat_card_facts (UiChatCard *self)
{
  return &self->facts;
}

UiChatCardState
ui_chat_card_get_state (UiChatCard *self)
{
  return self->facts.state;
}

void
ui_chat_card_set_state (UiChatCard *self, UiChatCardState state)
{
  if (self->facts.state == state)
    return;
  self->facts.state = state;
  ui_chat_entry_changed (UI_CHAT_ENTRY (self));
}

gboolean
ui_chat_card_is_open (UiChatCard *self)
{
  return self->facts.state == UI_CHAT_CARD_RUNNING || self->facts.state == UI_CHAT_CARD_WAITING;
}

void
ui_chat_card_set_text (char **member, const char *text)
{
  if (text == NULL)
    return;
  g_free (*member);
  *member = cardea_text_shorten (text, TEXT_CHARACTERS);
}

gboolean
ui_chat_card_add_picture (UiChatCard *self, UiChatPicture *picture)
{
  UiChatCardFacts *facts = &self->facts;

  if (facts->pictures == NULL)
    facts->pictures = g_ptr_array_new_with_free_func (g_object_unref);
  if (facts->pictures->len >= UI_CHAT_CARD_PICTURES)
    return FALSE;
  g_ptr_array_add (facts->pictures, g_object_ref (picture));
  ui_chat_entry_changed (UI_CHAT_ENTRY (self));
  return TRUE;
}

void
ui_chat_card_set_detail (UiChatCard *self, const char *detail)
{
  if (detail == NULL)
    return;
  g_free (self->facts.detail);
  self->facts.detail = cardea_text_shorten (detail, DETAIL_CHARACTERS);
}

void
ui_chat_card_take_event (UiChatCard *self, const CardeaJson *data, const char *text)
{
  UiChatCardFacts *facts = &self->facts;
  const char *state = cardea_json_get_string (data, "state");

  for (gsize i = 0; i < G_N_ELEMENTS (event_states); i++)
    if (g_strcmp0 (event_states[i].name, state) == 0
        && !(event_states[i].state == UI_CHAT_CARD_RUNNING && facts->state == UI_CHAT_CARD_WAITING)
        && facts->state < UI_CHAT_CARD_UNDOING)
      facts->state = event_states[i].state;
  if (*text != '\0')
    ui_chat_card_set_text (&facts->text, text);
  if (facts->path == NULL)
    facts->path = cardea_path_json_get (data, "path");
  ui_chat_card_set_text (&facts->call, cardea_json_get_string (data, "id"));
  ui_chat_card_set_text (&facts->code, cardea_json_get_string (data, "code"));
  ui_chat_card_set_text (&facts->policy, cardea_json_get_string (data, "policy"));
  ui_chat_card_set_text (&facts->reason, cardea_json_get_string (data, "reason"));
  ui_chat_card_set_text (&facts->note, cardea_json_get_string (data, "note"));
  cardea_json_get_int (data, "count", &facts->count);
  cardea_json_get_boolean (data, "foreign", &facts->foreign);
  ui_chat_card_set_detail (self, cardea_json_get_string (data, "detail"));
  /* The agent's word which change it was; only the guardian's makes it one that can be undone. */
  if (facts->change == NULL)
    ui_chat_card_set_text (&facts->change, cardea_json_get_string (data, "change"));
  ui_chat_entry_changed (UI_CHAT_ENTRY (self));
}

static CardeaJson *
copy_items (CardeaJson *items)
{
  if (items == NULL || cardea_json_type (items) != CARDEA_JSON_ARRAY)
    return NULL;
  CardeaJson *copy = cardea_json_new_array ();
  for (guint i = 0; i < cardea_json_size (items) && i < ITEMS_LIMIT; i++)
    cardea_json_append (copy, cardea_json_ref (cardea_json_nth (items, i)));
  return copy;
}

void
ui_chat_card_take_change (UiChatCard *self, const CardeaJson *change)
{
  UiChatCardFacts *facts = &self->facts;
  const char *state = cardea_json_get_string (change, "state");
  CardeaJson *items = copy_items (cardea_json_get (change, "items"));

  ui_chat_card_set_text (&facts->change, cardea_json_get_string (change, "id"));
  ui_chat_card_set_text (&facts->why_not, cardea_json_get_string (change, "why_not"));
  cardea_json_get_boolean (change, "undoable", &facts->undoable);
  cardea_json_get_int (change, "count", &facts->count);
  cardea_json_get_int (change, "added", &facts->added);
  cardea_json_get_int (change, "removed", &facts->removed);
  if (items != NULL)
    {
      g_clear_pointer (&facts->items, cardea_json_unref);
      facts->items = items;
    }
  if (g_strcmp0 (state, "undone") == 0)
    facts->state = UI_CHAT_CARD_UNDONE;
  else if (g_strcmp0 (state, "expired") == 0)
    facts->undoable = FALSE;
  if (facts->state == UI_CHAT_CARD_UNDONE)
    g_clear_pointer (&facts->trouble, g_free);
  ui_chat_entry_changed (UI_CHAT_ENTRY (self));
}

static char *
find_result (const CardeaJson *item)
{
  char *to = cardea_path_json_get (item, "to");

  if (to != NULL)
    return to;
  return g_strcmp0 (cardea_json_get_string (item, "op"), "delete") != 0
             ? cardea_path_json_get (item, "path")
             : NULL;
}

char **
ui_chat_card_files (UiChatCard *self)
{
  const UiChatCardFacts *facts = &self->facts;
  guint count = facts->items != NULL ? cardea_json_size (facts->items) : 0;
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  gboolean any = FALSE;

  if (facts->state != UI_CHAT_CARD_DONE)
    return NULL;
  for (guint i = 0; i < count; i++)
    {
      g_autofree char *path = find_result (cardea_json_nth (facts->items, i));
      if (path == NULL || !g_path_is_absolute (path))
        continue;
      g_strv_builder_add (builder, path);
      any = TRUE;
    }
  if (!any && facts->was_read && facts->path != NULL && g_path_is_absolute (facts->path))
    {
      g_strv_builder_add (builder, facts->path);
      any = TRUE;
    }
  return any ? g_strv_builder_end (builder) : NULL;
}

gboolean
ui_chat_card_can_undo (UiChatCard *self)
{
  return self->facts.state == UI_CHAT_CARD_DONE && self->facts.change != NULL
         && self->facts.undoable;
}
