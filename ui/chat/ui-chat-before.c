/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts the guardian's word of what a session has read. Refuses to pass on words of which that is
 * not known: a new session would not count as having read what they tell of. */

#include "ui/chat/ui-chat-before.h"

#include "common/base/cardea-limits.h"

#include <string.h>

#define CUT "…"

static const char *const authors[] = {
  [UI_CHAT_AUTHOR_PERSON] = "person",
  [UI_CHAT_AUTHOR_ASSISTANT] = "assistant",
  [UI_CHAT_AUTHOR_NOTICE] = NULL,
};

static char *
cut (const char *text)
{
  gsize size = strlen (text);

  if (size <= UI_CHAT_BEFORE_TEXT)
    return g_strdup (text);
  size = UI_CHAT_BEFORE_TEXT;
  while (size > 0 && (text[size] & 0xc0) == 0x80)
    size--; /* not within a character */
  g_autofree char *kept = g_strndup (text, size);
  return g_strconcat (kept, CUT, NULL);
}

/* NULL: nobody's words. */
static CardeaJson *
describe (UiChat *chat, UiChatEntry *entry)
{
  guint number = ui_chat_entry_get_number (entry);

  if (!UI_IS_CHAT_MESSAGE (entry) || number <= ui_chat_get_flow_since (chat))
    return NULL;
  UiChatMessage *message = UI_CHAT_MESSAGE (entry);
  const char *author = authors[ui_chat_message_get_author (message)];
  if (author == NULL || ui_chat_message_get_size (message) == 0)
    return NULL;
  g_autofree char *text = cut (ui_chat_message_get_text (message));
  CardeaJson *one = cardea_json_new_object ();
  cardea_json_set_string (one, "author", author);
  cardea_json_set_string (one, "text", text);
  return one;
}

static guint
find (GListModel *entries, UiChatMessage *question)
{
  guint n_entries = g_list_model_get_n_items (entries);

  for (guint i = n_entries; i > 0; i--)
    {
      g_autoptr (GObject) entry = g_list_model_get_item (entries, i - 1);
      if ((gpointer) entry == question)
        return i - 1;
    }
  return n_entries;
}

CardeaJson *
ui_chat_before_new (UiChat *chat, UiChatMessage *question)
{
  GListModel *entries = ui_chat_get_entries (chat);
  g_autoptr (GPtrArray) newest
      = g_ptr_array_new_with_free_func ((GDestroyNotify) cardea_json_unref);
  gsize bytes = 2; /* the brackets */

  const CardeaJson *flow = ui_chat_get_flow (chat);
  if (flow == NULL || cardea_json_size (cardea_json_get (flow, "labels")) > CARDEA_LIMIT_LABELS)
    return NULL;
  for (guint i = find (entries, question); i > 0 && newest->len < CARDEA_LIMIT_BEFORE; i--)
    {
      g_autoptr (UiChatEntry) entry = g_list_model_get_item (entries, i - 1);
      g_autoptr (CardeaJson) one = describe (chat, entry);
      gsize size = 0;
      if (one == NULL)
        continue;
      g_autofree char *text = cardea_json_write (one, &size, NULL);
      if (text == NULL || bytes + size + 1 > CARDEA_LIMIT_BEFORE_BYTES)
        break;
      bytes += size + 1;
      g_ptr_array_add (newest, g_steal_pointer (&one));
    }
  if (newest->len == 0)
    return NULL;
  CardeaJson *before = cardea_json_new_array ();
  for (guint i = newest->len; i > 0; i--)
    cardea_json_append (before, cardea_json_ref (newest->pdata[i - 1]));
  return before;
}

static gboolean
has_label (const CardeaJson *labels, const char *label)
{
  for (guint i = 0; i < cardea_json_size (labels); i++)
    if (g_strcmp0 (cardea_json_string (cardea_json_nth (labels, i)), label) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
join (CardeaJson *labels, const CardeaJson *flow, gboolean *untrusted)
{
  const CardeaJson *more = flow != NULL ? cardea_json_get (flow, "labels") : NULL;
  gboolean taken_in;

  if (more == NULL || cardea_json_type (more) != CARDEA_JSON_ARRAY
      || !cardea_json_get_boolean (flow, "untrusted", &taken_in))
    return FALSE;
  for (guint i = 0; i < cardea_json_size (more); i++)
    {
      const char *label = cardea_json_string (cardea_json_nth (more, i));
      if (label == NULL)
        return FALSE;
      if (!has_label (labels, label))
        cardea_json_append (labels, cardea_json_new_string (label));
    }
  *untrusted = *untrusted || taken_in;
  return TRUE;
}

CardeaJson *
ui_chat_before_join (const CardeaJson *known, const CardeaJson *told)
{
  CardeaJson *labels = cardea_json_new_array ();
  g_autoptr (CardeaJson) flow = cardea_json_new_object ();
  gboolean untrusted = FALSE;

  cardea_json_set (flow, "labels", labels);
  if ((known != NULL && !join (labels, known, &untrusted)) || !join (labels, told, &untrusted))
    return NULL;
  cardea_json_set_boolean (flow, "untrusted", untrusted);
  return g_steal_pointer (&flow);
}
