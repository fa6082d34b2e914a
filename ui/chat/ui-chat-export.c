/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/chat/ui-chat-export.h"

#include "common/base/cardea-text.h"
#include "common/base/cardea-time.h"
#include "ui/chat/ui-card-wording.h"
#include "ui/chat/ui-chat-record.h"

#include <glib/gi18n.h>
#include <string.h>

#define NAME_CHARACTERS 80u

static const char *const endings[] = {
  [UI_CHAT_EXPORT_MARKDOWN] = ".md",
  [UI_CHAT_EXPORT_JSON] = ".json",
};

char *
ui_chat_export_name (UiChat *chat, UiChatExportFormat format)
{
  g_autofree char *name = cardea_text_shorten (ui_chat_get_title (chat), NAME_CHARACTERS);

  g_strdelimit (name, "/\\:*?\"<>|\t\r\n", '-');
  if (*name == '.')
    *name = '-';
  return g_strconcat (*name != '\0' ? name : "chat", endings[format], NULL);
}

/* --- Markdown --- */

static const struct {
  const char *heading;
} authors[] = {
  [UI_CHAT_AUTHOR_PERSON] = { N_ ("You") },
  [UI_CHAT_AUTHOR_ASSISTANT] = { N_ ("Assistant") },
  [UI_CHAT_AUTHOR_NOTICE] = { N_ ("Notice") },
};

static void
add_message (GString *text, UiChatMessage *message)
{
  const char *const *files = ui_chat_message_get_files (message);
  g_autofree char *time = cardea_time_format (ui_chat_entry_get_time (UI_CHAT_ENTRY (message)));

  g_string_append_printf (text, "\n## %s, %s\n\n%s\n",
                          _ (authors[ui_chat_message_get_author (message)].heading), time,
                          ui_chat_message_get_text (message));
  for (guint i = 0; files[i] != NULL; i++)
    {
      g_autofree char *shown = cardea_text_escape (files[i], strlen (files[i]), NULL);
      g_string_append_printf (text, "%s- `%s`\n", i == 0 ? "\n" : "", shown);
    }
  if (ui_chat_message_get_status (message) != NULL)
    g_string_append_printf (text, "\n*%s*\n", ui_chat_message_get_status (message));
}

static void
add_card (GString *text, UiChatCard *card)
{
  g_autofree char *title = ui_card_wording_title (card);
  g_autofree char *state = ui_card_wording_state (card);
  g_autofree char *why = ui_card_wording_why (card);

  g_string_append_printf (text, "\n> %s%s%s%s%s\n", title, *state != '\0' ? " · " : "", state,
                          why != NULL ? " · " : "", why != NULL ? why : "");
}

static char *
to_markdown (UiChat *chat)
{
  GListModel *entries = ui_chat_get_entries (chat);
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, "# %s\n", ui_chat_get_title (chat));
  for (guint i = 0; i < g_list_model_get_n_items (entries); i++)
    {
      g_autoptr (GObject) entry = g_list_model_get_item (entries, i);
      if (UI_IS_CHAT_MESSAGE (entry))
        add_message (text, UI_CHAT_MESSAGE (entry));
      else
        add_card (text, UI_CHAT_CARD (entry));
    }
  return g_string_free (text, FALSE);
}

/* --- JSON --- */

static char *
to_json (UiChat *chat)
{
  GListModel *entries = ui_chat_get_entries (chat);
  g_autofree char *now = cardea_time_format (g_get_real_time ());
  g_autoptr (CardeaJson) json = cardea_json_new_object ();
  CardeaJson *array = cardea_json_new_array ();

  cardea_json_set_string (json, "format", "cardea-chat-1");
  cardea_json_set_string (json, "id", ui_chat_get_id (chat));
  cardea_json_set_string (json, "title", ui_chat_get_title (chat));
  cardea_json_set_string (json, "exported", now);
  for (guint i = 0; i < g_list_model_get_n_items (entries); i++)
    {
      g_autoptr (UiChatEntry) entry = g_list_model_get_item (entries, i);
      CardeaJson *record = ui_chat_record_entry (entry);
      g_autofree char *time = cardea_time_format (ui_chat_entry_get_time (entry));
      cardea_json_remove (record, "kind");
      cardea_json_set_string (record, "time", time);
      cardea_json_append (array, record);
    }
  cardea_json_set (json, "entries", array);
  return cardea_json_write (json, NULL, NULL);
}

static char *(*const writers[]) (UiChat *chat) = {
  [UI_CHAT_EXPORT_MARKDOWN] = to_markdown,
  [UI_CHAT_EXPORT_JSON] = to_json,
};

GBytes *
ui_chat_export (UiChat *chat, UiChatExportFormat format)
{
  char *text = writers[format](chat);
  return g_bytes_new_take (text, text != NULL ? strlen (text) : 0);
}
