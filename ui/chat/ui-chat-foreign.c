/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/chat/ui-chat-foreign.h"

#include "common/base/cardea-text.h"
#include "common/protocol/cardea-path-json.h"

#include <string.h>

#define LIMIT_PROFILE 32u /* bytes, data/profiles/README.md */

UiChatForeign *
ui_chat_foreign_new (const char *profile, const char *title, const char *folder, gboolean writable)
{
  UiChatForeign *foreign = g_new0 (UiChatForeign, 1);

  foreign->profile = g_strdup (profile);
  foreign->title = cardea_text_shorten (title, UI_CHAT_FOREIGN_TITLE);
  foreign->folder = g_strdup (folder);
  foreign->writable = writable;
  return foreign;
}

UiChatForeign *
ui_chat_foreign_copy (const UiChatForeign *foreign)
{
  return ui_chat_foreign_new (foreign->profile, foreign->title, foreign->folder, foreign->writable);
}

void
ui_chat_foreign_free (UiChatForeign *foreign)
{
  g_free (foreign->profile);
  g_free (foreign->title);
  g_free (foreign->folder);
  g_free (foreign);
}

void
ui_chat_foreign_write (const UiChatForeign *foreign, CardeaJson *record)
{
  cardea_json_set_string (record, "profile", foreign->profile);
  cardea_json_set_string (record, "title", foreign->title);
  cardea_path_json_set (record, "folder", foreign->folder);
  cardea_json_set_string (record, "access", foreign->writable ? "rw" : "ro");
}

UiChatForeign *
ui_chat_foreign_read (const CardeaJson *record)
{
  const char *profile = cardea_json_get_string (record, "profile");
  const char *title = cardea_json_get_string (record, "title");
  const char *access = cardea_json_get_string (record, "access");
  g_autofree char *folder = cardea_path_json_get (record, "folder");

  if (profile == NULL || *profile == '\0' || strlen (profile) > LIMIT_PROFILE || title == NULL
      || folder == NULL || !g_path_is_absolute (folder))
    return NULL;
  return ui_chat_foreign_new (profile, title, folder, g_strcmp0 (access, "rw") == 0);
}

char *
ui_chat_foreign_share (const UiChatForeign *foreign)
{
  return g_strconcat (foreign->folder, foreign->writable ? ":rw" : ":ro", NULL);
}
