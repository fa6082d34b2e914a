/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* bench-keep COUNT: writes a chat of COUNT messages into this world's store, as the window would,
 * with the guardian's key. Prints its id. */

#include "ui/chat/ui-chat-keeper.h"

#include <stdio.h>
#include <stdlib.h>

#define WAIT_SECONDS 20u

static const char *const answers[] = {
  "A short answer.",
  "One paragraph of an answer, with **some** words in it, long enough to be wrapped on a window of "
  "the usual width, and then some.",
  "## A part\n\nA paragraph with *emphasis*, **strength** and `code`.\n\n* one\n* two\n* three\n\n"
  "| Month | Rows | Total |\n|---|---:|---:|\n| 2026-01 | 2 | 80.25 |\n| 2026-02 | 2 | 9.25 |\n",
  "It is done like this:\n\n```python\ndef total(rows):\n    return sum(float(r[\"Amount\"]) for r "
  "in rows)\n```\n",
};

static void
fill (UiChatList *list, guint count)
{
  g_autoptr (UiChat) chat = ui_chat_list_begin (list);

  for (guint i = 0; i < count; i++)
    {
      gboolean person = i % 2 == 0;
      g_autoptr (UiChatMessage) message = ui_chat_message_new (
          person ? UI_CHAT_AUTHOR_PERSON : UI_CHAT_AUTHOR_ASSISTANT,
          person ? "What is in the file, and how much of it is what I think it is?"
                 : answers[i / 2 % G_N_ELEMENTS (answers)]);
      ui_chat_message_finish (message, UI_CHAT_STATE_DONE);
      ui_chat_append (chat, G_OBJECT (message));
    }
  puts (ui_chat_get_id (chat));
}

static gboolean
expired_cb (gpointer user_data)
{
  exit (EXIT_FAILURE);
}

int
main (int argc, char **argv)
{
  g_autoptr (UiLink) link = ui_link_new ();
  g_autoptr (UiChatList) list = ui_chat_list_new (link);
  g_autoptr (UiChatKeeper) keeper = ui_chat_keeper_new (list);

  g_timeout_add_seconds (WAIT_SECONDS, expired_cb, NULL);
  ui_chat_keeper_start (keeper);
  while (!ui_chat_keeper_is_settled (keeper))
    g_main_context_iteration (NULL, TRUE);
  if (ui_chat_list_get_trouble (list) != NULL)
    return EXIT_FAILURE;
  fill (list, argc > 1 ? (guint) g_ascii_strtoull (argv[1], NULL, 10) : 200);
  ui_chat_keeper_close (keeper);
  return EXIT_SUCCESS;
}
