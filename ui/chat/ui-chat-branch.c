/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/chat/ui-chat-branch.h"

#include "ui/chat/ui-chat-record.h"

#include <glib/gi18n.h>

static gboolean
copy_pictures (UiChatRecords *records, UiChatEntry *entry)
{
  const GPtrArray *pictures
      = UI_IS_CHAT_CARD (entry) ? ui_chat_card_facts (UI_CHAT_CARD (entry))->pictures : NULL;
  gboolean taken = TRUE;

  for (guint i = 0; taken && pictures != NULL && i < pictures->len; i++)
    {
      g_autoptr (CardeaJson) record
          = ui_chat_record_picture (UI_CHAT_CARD (entry), pictures->pdata[i]);
      taken = ui_chat_records_take (records, record);
    }
  return taken;
}

/* As if the entries before message had been read from the disk. *ret_unknown: how many of them are
 * older than what is known of what was taken in. */
static UiChatRecords *
copy_before (UiChat *chat, UiChatMessage *message, guint *ret_unknown)
{
  UiChatRecords *records = ui_chat_records_new ();
  GListModel *entries = ui_chat_get_entries (chat);

  for (guint i = 0; i < g_list_model_get_n_items (entries); i++)
    {
      g_autoptr (UiChatEntry) entry = g_list_model_get_item (entries, i);
      if ((gpointer) entry == message)
        break;
      g_autoptr (CardeaJson) record = ui_chat_record_entry (entry);
      if (!ui_chat_records_take (records, record) || !copy_pictures (records, entry))
        break;
      if (ui_chat_entry_get_number (entry) <= ui_chat_get_flow_since (chat))
        (*ret_unknown)++;
    }
  ui_chat_records_finish (records);
  return records;
}

UiChat *
ui_chat_branch_new (UiChatList *list, UiChat *chat, UiChatMessage *message)
{
  const UiChatForeign *foreign = ui_chat_get_foreign (chat);
  UiChat *branch
      = foreign != NULL ? ui_chat_list_begin_with (list, foreign) : ui_chat_list_begin (list);
  guint unknown = 0;
  g_autoptr (UiChatRecords) records = copy_before (chat, message, &unknown);

  for (guint i = 0; i < records->entries->len; i++)
    {
      ui_chat_entry_set_number (records->entries->pdata[i], 0);
      ui_chat_append (branch, records->entries->pdata[i]);
    }
  for (guint i = 0; i < ui_chat_get_sessions (chat)->len && records->entries->len > 0; i++)
    ui_chat_add_session (branch, ui_chat_get_sessions (chat)->pdata[i]);
  if (ui_chat_get_flow (chat) != NULL && records->entries->len > 0)
    ui_chat_inherit_flow (branch, ui_chat_get_flow (chat), unknown);
  ui_chat_set_draft (branch, ui_chat_message_get_text (message),
                     ui_chat_message_get_files (message));
  return branch;
}
