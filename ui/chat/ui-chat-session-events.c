/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/chat/ui-chat-session-private.h"

#include "common/base/cardea-paths.h"
#include "common/protocol/cardea-path-json.h"
#include "ui/chat/ui-chat-clipboard.h"
#include "ui/chat/ui-picture-loader.h"
#include "ui/consent/ui-consent-change.h"
#include "ui/consent/ui-consent-question.h"
#include "ui/consent/ui-consent-wording.h"

#include <glib/gi18n.h>
#include <unistd.h>

#define REVOKED_MS 200u   /* what is revoked together is told together */
#define REVOKED_LIMIT 16u /* paths of one notice */

/* A session of this chat: the conversation's, or that of the agent's program. */
static gboolean
is_ours (UiChatSession *self, const char *session)
{
  const char *run = self->run != NULL ? ui_chat_run_get_id (self->run) : NULL;
  return session != NULL && (g_strcmp0 (session, self->id) == 0 || g_strcmp0 (session, run) == 0);
}

static void
handle_chat_event (UiChatSession *self, CardeaMessage *event)
{
  const char *kind = cardea_message_get_string (event, "kind");
  const char *text = cardea_message_get_string (event, "text");

  /* Before the words that it is about: a crash between the two forgets nothing. */
  if (cardea_message_get_json (event, "flow") != NULL)
    ui_chat_add_flow (self->chat, cardea_message_get_json (event, "flow"));
  if (!ui_chat_turn_is_open (self->turn))
    return;
  if (self->state == UI_CHAT_SESSION_STOPPING && !g_str_equal (kind, "delta")
      && !g_str_equal (kind, "tool") && !g_str_equal (kind, "status"))
    {
      ui_chat_turn_end (self->turn, UI_CHAT_STATE_STOPPED, NULL);
      ui_chat_session_set_state (self, UI_CHAT_SESSION_READY);
    }
  else if (!ui_chat_turn_take (self->turn, kind, text, cardea_message_get_json (event, "data")))
    ui_chat_session_set_state (self, UI_CHAT_SESSION_READY);
}

/* Too late, or none: then it is not shown. */
static void
handle_picture (UiChatSession *self, CardeaMessage *event)
{
  g_autoptr (GError) error = NULL;
  const char *name = cardea_message_get_string (event, "name");
  g_autoptr (UiChatPicture) picture
      = ui_chat_picture_take (event, CARDEA_PICTURE_EDGE_MOST, name, &error);

  if (picture == NULL)
    g_warning ("a picture is not shown: %s", error->message);
  else if (ui_chat_turn_is_open (self->turn))
    ui_chat_turn_take_picture (self->turn, picture);
}

static void
add_picture (GStrvBuilder *paths, guint *count, const char *path)
{
  if (*count >= UI_CHAT_CARD_PICTURES || !ui_picture_loader_knows (path))
    return;
  g_strv_builder_add (paths, path);
  (*count)++;
}

/* What an answer is about, as the guardian resolved it: files that are there and would be read,
 * changed, moved or deleted. What would be in their place comes from the agent. */
static char **
list_pictures (const UiConsentQuestion *question)
{
  g_autoptr (GStrvBuilder) paths = g_strv_builder_new ();
  guint count = 0;

  if (question->action == UI_CONSENT_ACTION_READ && !question->folder)
    add_picture (paths, &count, question->path);
  for (guint i = 0; question->changes != NULL && i < question->changes->len; i++)
    {
      const UiConsentChange *change = question->changes->pdata[i];
      if (change->exists && !change->folder)
        add_picture (paths, &count, change->path);
    }
  return count > 0 ? g_strv_builder_end (paths) : NULL;
}

static void
handle_question (UiChatSession *self, CardeaMessage *event)
{
  g_autoptr (UiConsentQuestion) question = ui_consent_question_new (event, NULL);
  if (question == NULL || !is_ours (self, question->session))
    return;
  g_autofree char *home = cardea_paths_home ();
  g_autoptr (UiConsentWording) wording = ui_consent_wording_new (question, home, getuid ());
  g_auto (GStrv) pictures = list_pictures (question);
  ui_chat_session_set_waiting (self, cardea_message_get_string (event, "id"), wording->sentence,
                               (const char *const *) pictures);
}

static void
handle_change (UiChatSession *self, CardeaMessage *event)
{
  CardeaJson *change = cardea_message_get_json (event, "change");
  const char *session = cardea_json_get_string (change, "session");
  const char *of = cardea_json_get_string (change, "of");
  gboolean ours
      = is_ours (self, session) || ui_chat_turn_find_change (self->turn, of) != NULL
        || ui_chat_turn_find_change (self->turn, cardea_json_get_string (change, "id")) != NULL;
  if (!ours)
    return;
  UiChatCard *card = ui_chat_turn_take_change (self->turn, change);
  const UiChatCardFacts *facts = ui_chat_card_facts (card);
  if (of == NULL && !facts->asked && facts->undoable && facts->state != UI_CHAT_CARD_UNDONE)
    ui_chat_session_tell_silent (self, card);
}

static gboolean
tell_revoked_cb (gpointer user_data)
{
  UiChatSession *self = user_data;

  self->revoked_source = 0;
  g_ptr_array_add (self->revoked, NULL);
  g_autofree char *paths = g_strjoinv (", ", (char **) self->revoked->pdata);
  g_ptr_array_set_size (self->revoked, 0);
  /* Translators: %s is one or several files or folders. */
  g_autofree char *text = g_strdup_printf (_ ("Not shared with this chat any more: %s"), paths);
  g_autoptr (UiChatMessage) notice = ui_chat_message_new (UI_CHAT_AUTHOR_NOTICE, text);
  ui_chat_append (self->chat, G_OBJECT (notice));
  return G_SOURCE_REMOVE;
}

static gboolean
says_read (const CardeaJson *record)
{
  return g_strcmp0 (cardea_json_get_string (record, "type"), "outcome") == 0
         && g_strcmp0 (cardea_json_get_string (record, "action"), "file.read") == 0
         && g_strcmp0 (cardea_json_get_string (record, "outcome"), "done") == 0;
}

/* The log says what was read, and what was revoked elsewhere. The end of a session revokes all it
 * had, which is no news: that follows at once and drops what waits here. */
static void
handle_record (UiChatSession *self, CardeaMessage *event)
{
  CardeaJson *record = cardea_message_get_json (event, "record");
  const CardeaJson *resource = cardea_json_get (record, "resource");
  g_autofree char *path = resource != NULL ? cardea_path_json_get (resource, "path") : NULL;
  g_autofree char *home = cardea_paths_home ();

  if (path != NULL && says_read (record)
      && is_ours (self, cardea_json_get_string (record, "session")))
    ui_chat_turn_note_read (self->turn, path);
  if (path == NULL || g_strcmp0 (cardea_json_get_string (record, "type"), "capability.revoke") != 0
      || g_strcmp0 (cardea_json_get_string (record, "session"), self->id) != 0
      || self->revoked->len >= REVOKED_LIMIT)
    return;
  g_ptr_array_add (self->revoked, ui_consent_wording_path (path, home));
  if (self->revoked_source == 0)
    self->revoked_source = g_timeout_add (REVOKED_MS, tell_revoked_cb, self);
}

static gboolean
is_own (UiChatSession *self, CardeaMessage *event)
{
  return self->id != NULL && g_strcmp0 (cardea_message_session (event), self->id) == 0;
}

void
ui_chat_session_events_drop (UiChatSession *self)
{
  g_clear_handle_id (&self->revoked_source, g_source_remove);
  g_ptr_array_set_size (self->revoked, 0);
}

void
ui_chat_session_events_take (UiLink *link, CardeaMessage *event, UiChatSession *self)
{
  if (cardea_message_is (event, "chat.event") && is_own (self, event))
    handle_chat_event (self, event);
  else if (cardea_message_is (event, "chat.pictured") && is_own (self, event))
    handle_picture (self, event);
  else if (cardea_message_is (event, "clipboard.wanted") && is_own (self, event))
    ui_chat_clipboard_serve (link, event);
  else if (cardea_message_is (event, "consent.question"))
    handle_question (self, event);
  else if (cardea_message_is (event, "consent.closed")
           && g_strcmp0 (cardea_message_get_string (event, "id"), self->waiting_id) == 0)
    ui_chat_session_set_waiting (self, NULL, NULL, NULL);
  else if (cardea_message_is (event, "change.made"))
    handle_change (self, event);
  else if (cardea_message_is (event, "audit.record") && self->id != NULL)
    handle_record (self, event);
  else if (cardea_message_is (event, "session.ended") && is_own (self, event))
    ui_chat_session_close (self, cardea_message_get_string (event, "reason"));
}
