/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts the guardian, which asked the person. Refuses what is no text or too much of it. Known
 * gaps: none. */

#include "ui/chat/ui-chat-clipboard.h"

#include "common/base/cardea-limits.h"

#include <gdk/gdk.h>
#include <glib/gi18n.h>
#include <string.h>

gboolean
ui_chat_clipboard_is_there (void)
{
  return gdk_display_get_default () != NULL;
}

typedef struct {
  UiLink *link;
  CardeaMessage *answer;
} Answer;

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaMessage) reply = ui_link_call_finish (UI_LINK (source), result, &error);

  if (reply == NULL)
    g_debug ("the clipboard's answer did not arrive: %s", error->message);
}

static void
answer_free (Answer *answer)
{
  g_object_unref (answer->link);
  cardea_message_unref (answer->answer);
  g_free (answer);
}

static void
send_answer (Answer *answer)
{
  ui_link_call_async (answer->link, answer->answer, NULL, answered_cb, NULL);
  answer_free (answer);
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Answer *answer = user_data;
  /* Without a text there is an error: then there is none in the answer either. */
  g_autofree char *text = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (source), result, NULL);

  if (text != NULL && strlen (text) > CARDEA_LIMIT_CHAT_TEXT)
    cardea_message_set_string (answer->answer, "reason",
                               _ ("what is in the clipboard is too much for an assistant"));
  else if (text != NULL)
    cardea_message_set_string (answer->answer, "text", text);
  send_answer (answer);
}

void
ui_chat_clipboard_serve (UiLink *link, CardeaMessage *wanted)
{
  const char *text = cardea_message_get_string (wanted, "text");
  GdkDisplay *display = gdk_display_get_default ();
  Answer *answer = g_new0 (Answer, 1);

  answer->link = g_object_ref (link);
  answer->answer = cardea_message_new ("clipboard.given");
  cardea_message_set_session (answer->answer, cardea_message_session (wanted));
  cardea_message_set_string (answer->answer, "id", cardea_message_get_string (wanted, "id"));
  if (display == NULL)
    cardea_message_set_string (answer->answer, "reason", _ ("there is no clipboard here"));
  else if (text != NULL)
    gdk_clipboard_set_text (gdk_display_get_clipboard (display), text);
  else
    {
      gdk_clipboard_read_text_async (gdk_display_get_clipboard (display), NULL, read_cb, answer);
      return;
    }
  send_answer (answer);
}
