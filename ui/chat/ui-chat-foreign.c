/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/chat/ui-chat-foreign.h"

#include "common/base/cardea-text.h"
#include "common/protocol/cardea-path-json.h"

#include <string.h>

#define LIMIT_PROFILE 32u /* bytes, data/profiles/README.md */
#define LIMIT_HOSTS 64u   /* of run.open */

UiChatForeign *
ui_chat_foreign_new (const char *profile, const char *title, const char *folder, gboolean writable)
{
  UiChatForeign *foreign = g_new0 (UiChatForeign, 1);

  foreign->profile = g_strdup (profile);
  foreign->title = cardea_text_shorten (title, UI_CHAT_FOREIGN_TITLE);
  foreign->folder = g_strdup (folder);
  foreign->writable = writable;
  foreign->hosts = g_new0 (char *, 1);
  return foreign;
}

void
ui_chat_foreign_set_hosts (UiChatForeign *foreign, const char *const *hosts)
{
  char **copy = g_strdupv ((char **) hosts);
  g_strfreev (foreign->hosts);
  foreign->hosts = copy;
}

UiChatForeign *
ui_chat_foreign_copy (const UiChatForeign *foreign)
{
  UiChatForeign *copy
      = ui_chat_foreign_new (foreign->profile, foreign->title, foreign->folder, foreign->writable);
  ui_chat_foreign_set_hosts (copy, (const char *const *) foreign->hosts);
  return copy;
}

void
ui_chat_foreign_free (UiChatForeign *foreign)
{
  g_free (foreign->profile);
  g_free (foreign->title);
  g_free (foreign->folder);
  g_strfreev (foreign->hosts);
  g_free (foreign);
}

void
ui_chat_foreign_write (const UiChatForeign *foreign, CardeaJson *record)
{
  cardea_json_set_string (record, "profile", foreign->profile);
  cardea_json_set_string (record, "title", foreign->title);
  cardea_path_json_set (record, "folder", foreign->folder);
  cardea_json_set_string (record, "access", foreign->writable ? "rw" : "ro");
  if (foreign->hosts[0] == NULL)
    return;
  CardeaJson *hosts = cardea_json_new_array ();
  for (char **host = foreign->hosts; *host != NULL; host++)
    cardea_json_append (hosts, cardea_json_new_string (*host));
  cardea_json_set (record, "hosts", hosts);
}

/* What is no text is left out: fewer hosts than there were are no danger. */
static void
read_hosts (UiChatForeign *foreign, const CardeaJson *hosts)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; hosts != NULL && i < MIN (cardea_json_size (hosts), LIMIT_HOSTS); i++)
    {
      const char *host = cardea_json_string (cardea_json_nth (hosts, i));
      if (host != NULL)
        g_strv_builder_add (builder, host);
    }
  g_auto (GStrv) list = g_strv_builder_end (builder);
  ui_chat_foreign_set_hosts (foreign, (const char *const *) list);
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
  UiChatForeign *foreign
      = ui_chat_foreign_new (profile, title, folder, g_strcmp0 (access, "rw") == 0);
  read_hosts (foreign, cardea_json_get (record, "hosts"));
  return foreign;
}

char *
ui_chat_foreign_share (const UiChatForeign *foreign)
{
  return g_strconcat (foreign->folder, foreign->writable ? ":rw" : ":ro", NULL);
}
