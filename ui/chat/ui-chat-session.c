/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/chat/ui-chat-session-private.h"

#include "ui/chat/ui-chat-before.h"
#include "ui/chat/ui-chat-clipboard.h"

#include "common/base/cardea-paths.h"
#include "common/base/cardea-text.h"
#include "common/client/cardea-client-error.h"

#include <glib/gi18n.h>

/* A turn that was told to stop and goes on longer is ended with its agent. */
#define STOP_SECONDS 3u
#define FOREIGN_STOP_SECONDS 8u /* somebody else's asks its server first */
#define SESSION_TITLE_CHARACTERS 60u

enum { PROP_STATE = 1, PROP_WAITING, N_PROPS };
static GParamSpec *properties[N_PROPS];
enum { SILENT_CHANGE, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (UiChatSession, ui_chat_session, G_TYPE_OBJECT)

void
ui_chat_session_set_state (UiChatSession *self, UiChatSessionState state)
{
  if (state != UI_CHAT_SESSION_STOPPING)
    g_clear_handle_id (&self->stop_source, g_source_remove);
  if (self->state == state)
    return;
  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}

void
ui_chat_session_set_waiting (UiChatSession *self, const char *id, const char *sentence,
                             const char *const *about)
{
  ui_chat_turn_set_waiting (self->turn, sentence != NULL, about);
  g_free (self->waiting_id);
  self->waiting_id = g_strdup (id);
  if (g_strcmp0 (self->waiting, sentence) == 0)
    return;
  g_free (self->waiting);
  self->waiting = g_strdup (sentence);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_WAITING]);
}

static gboolean
was_stopped (UiChatSession *self)
{
  return self->state == UI_CHAT_SESSION_STOPPING;
}

void
ui_chat_session_close (UiChatSession *self, const char *reason)
{
  UiChatState end = was_stopped (self) ? UI_CHAT_STATE_STOPPED : UI_CHAT_STATE_FAILED;

  g_clear_pointer (&self->unsent, cardea_message_unref);
  g_clear_pointer (&self->id, g_free);
  g_clear_pointer (&self->model, g_free);
  if (self->run != NULL)
    g_signal_handlers_disconnect_by_data (self->run, self);
  g_clear_object (&self->run);
  self->opening++;
  self->told = FALSE;
  ui_chat_session_set_waiting (self, NULL, NULL, NULL);
  ui_chat_turn_end (self->turn, end, end == UI_CHAT_STATE_STOPPED ? NULL : reason);
  ui_chat_session_events_drop (self);
  ui_chat_session_set_state (self, UI_CHAT_SESSION_CLOSED);
}

void
ui_chat_session_tell_silent (UiChatSession *self, UiChatCard *card)
{
  g_signal_emit (self, signals[SILENT_CHANGE], 0, card);
}

static const char *
gone (void)
{
  return _ ("The guardian went away. Your next message starts it again.");
}

static void
link_state_cb (UiChatSession *self)
{
  if (ui_link_get_state (self->link) == UI_LINK_DOWN && self->id != NULL)
    ui_chat_session_close (self, gone ());
}

/* A call that waits hears of the guardian's end before the link's state says it. */
static gboolean
went_with_guardian (const GError *error)
{
  return g_error_matches (error, CARDEA_CLIENT_ERROR, CARDEA_CLIENT_ERROR_LOST);
}

/* --- sending --- */

static void
sent_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (UiChatSession) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaMessage) reply = ui_link_call_finish (UI_LINK (source), result, &error);
  g_autofree char *trouble = ui_link_describe_trouble (reply, error);

  if (trouble == NULL || !ui_chat_turn_is_open (self->turn))
    return;
  if (went_with_guardian (error))
    {
      ui_chat_session_close (self, gone ());
      return;
    }
  ui_chat_turn_end (self->turn, UI_CHAT_STATE_REFUSED, trouble);
  if (self->id != NULL)
    ui_chat_session_set_state (self, UI_CHAT_SESSION_READY);
}

static void
transmit (UiChatSession *self, CardeaMessage *message)
{
  cardea_message_set_session (message, self->id);
  ui_chat_turn_set_status (self->turn, NULL);
  ui_chat_session_set_state (self, UI_CHAT_SESSION_ANSWERING);
  ui_link_call_async (self->link, message, self->cancellable, sent_cb, g_object_ref (self));
}

static void
end_session (UiChatSession *self, const char *id)
{
  g_autoptr (CardeaMessage) message = cardea_message_new ("session.end");
  cardea_message_set_session (message, id);
  ui_link_call_async (self->link, message, NULL, NULL, NULL);
}

/* An answer to one opening, which may have been given up meanwhile. */
typedef struct {
  UiChatSession *session;
  guint number;
} Opening;

static Opening *
new_opening (UiChatSession *self)
{
  Opening *opening = g_new0 (Opening, 1);
  opening->session = g_object_ref (self);
  opening->number = self->opening;
  return opening;
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree Opening *opening = user_data;
  g_autoptr (UiChatSession) self = opening->session;
  gboolean wanted = opening->number == self->opening;
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaMessage) reply = ui_link_call_finish (UI_LINK (source), result, &error);
  g_autofree char *trouble = ui_link_describe_trouble (reply, error);

  if (trouble != NULL && wanted)
    ui_chat_session_close (self, went_with_guardian (error) ? gone () : trouble);
  if (reply == NULL || trouble != NULL)
    return;
  /* Given up while it was being made. */
  if (!wanted || self->unsent == NULL)
    {
      end_session (self, cardea_message_session (reply));
      return;
    }
  self->id = g_strdup (cardea_message_session (reply));
  ui_chat_add_session (self->chat, self->id);
  const char *model = cardea_message_get_string (reply, "model");
  self->model = g_strdup (model != NULL ? model : UI_CHAT_SESSION_OFFLINE);
  g_autoptr (CardeaMessage) unsent = g_steal_pointer (&self->unsent);
  transmit (self, unsent);
}

static void
send_opening (UiChatSession *self, CardeaMessage *open)
{
  ui_link_call_async (self->link, open, self->cancellable, opened_cb, new_opening (self));
}

/* --- somebody else's agent --- */

static void
run_ended_cb (UiChatSession *self, const char *sentence)
{
  if (self->id != NULL)
    end_session (self, self->id);
  if (!ui_chat_turn_is_open (self->turn))
    {
      g_autoptr (UiChatMessage) notice = ui_chat_message_new (UI_CHAT_AUTHOR_NOTICE, sentence);
      ui_chat_append (self->chat, G_OBJECT (notice));
    }
  ui_chat_session_close (self, sentence);
}

static void
run_started_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree Opening *opening = user_data;
  g_autoptr (UiChatSession) self = opening->session;
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaMessage) open = ui_chat_run_start_finish (UI_CHAT_RUN (source), result, &error);

  if (opening->number != self->opening)
    return; /* given up: it goes with its last reference */
  if (open != NULL)
    {
      ui_chat_add_session (self->chat, ui_chat_run_get_id (self->run));
      send_opening (self, open);
    }
  else
    ui_chat_session_close (self, error->message);
}

/* Takes nothing; FALSE: ours is wanted. */
static gboolean
start_foreign (UiChatSession *self, CardeaMessage *open)
{
  const UiChatForeign *foreign = ui_chat_get_foreign (self->chat);

  if (foreign == NULL)
    return FALSE;
  self->run = ui_chat_run_new (self->link, foreign);
  g_signal_connect_swapped (self->run, "ended", G_CALLBACK (run_ended_cb), self);
  ui_chat_run_start_async (self->run, open, self->cancellable, run_started_cb, new_opening (self));
  return TRUE;
}

static void
open_session (UiChatSession *self)
{
  g_autofree char *folder = g_get_current_dir ();
  g_autofree char *home = cardea_paths_home ();
  g_autofree char *title
      = cardea_text_shorten (ui_chat_get_title (self->chat), SESSION_TITLE_CHARACTERS);
  g_autoptr (CardeaMessage) open = cardea_message_new ("session.open");

  cardea_message_set_string (open, "title", title);
  cardea_message_set_string (open, "mode", "ask");
  if (ui_chat_get_foreign (self->chat) == NULL)
    cardea_message_set_string (open, "model", self->choice);
  cardea_message_set_path (open, "folder", folder);
  cardea_message_set_path (open, "home", home);
  cardea_message_set_boolean (open, "clipboard", ui_chat_clipboard_is_there ());
  ui_chat_session_set_state (self, UI_CHAT_SESSION_OPENING);
  ui_chat_turn_set_status (self->turn, _ ("Starting…"));
  if (!start_foreign (self, open))
    send_opening (self, open);
}

gboolean
ui_chat_session_is_busy (UiChatSession *self)
{
  return self->state != UI_CHAT_SESSION_CLOSED && self->state != UI_CHAT_SESSION_READY;
}

/* The agent of a new session is told what stands above, where it is known what that was taken from;
 * it has the files no more. The person should know both. */
static void
tell_of_new_session (UiChatSession *self)
{
  g_autoptr (UiChatMessage) notice = NULL;

  if (self->told)
    return;
  self->told = TRUE;
  if (g_list_model_get_n_items (ui_chat_get_entries (self->chat)) == 0)
    return;
  const UiChatForeign *foreign = ui_chat_get_foreign (self->chat);
  /* Translators: %s is an agent, "opencode". */
  g_autoptr (CardeaJson) before = ui_chat_before_new (self->chat, NULL);
  g_autofree char *text = NULL;
  if (foreign != NULL)
    text = g_strdup_printf (_ ("A new session begins: %s does not remember what was said above."),
                            foreign->title);
  else if (before != NULL)
    text = g_strdup (_ ("A new session begins: the assistant is told what was said above, and sees "
                        "only files you give it from here on."));
  else
    text = g_strdup (_ ("A new session begins: the assistant does not remember what was said "
                        "above, and sees only files you give it from here on."));
  notice = ui_chat_message_new (UI_CHAT_AUTHOR_NOTICE, text);
  ui_chat_append (self->chat, G_OBJECT (notice));
}

static void
set_before (UiChatSession *self, CardeaMessage *message, UiChatMessage *question)
{
  g_autoptr (CardeaJson) before = ui_chat_before_new (self->chat, question);

  if (before == NULL || ui_chat_get_foreign (self->chat) != NULL)
    return;
  cardea_message_set_json (message, "before", g_steal_pointer (&before));
  cardea_message_set_json (message, "flow", cardea_json_ref (ui_chat_get_flow (self->chat)));
}

static void
say (UiChatSession *self, UiChatMessage *question)
{
  const char *text = ui_chat_message_get_text (question);
  const char *const *files = ui_chat_message_get_files (question);
  g_autoptr (CardeaMessage) message = cardea_message_new ("chat.send");

  cardea_message_set_string (message, "text", text);
  if (files[0] != NULL)
    cardea_message_set_paths (message, "files", files);
  ui_chat_turn_begin (self->turn);
  if (self->state == UI_CHAT_SESSION_READY)
    transmit (self, message);
  else
    {
      set_before (self, message, question);
      self->unsent = g_steal_pointer (&message);
      open_session (self);
    }
}

gboolean
ui_chat_session_send (UiChatSession *self, const char *text, const char *const *files)
{
  if (ui_chat_session_is_busy (self) || ui_chat_get_phase (self->chat) == UI_CHAT_DAMAGED)
    return FALSE;
  tell_of_new_session (self);
  g_autoptr (UiChatMessage) question = ui_chat_message_new (UI_CHAT_AUTHOR_PERSON, text);
  ui_chat_message_set_files (question, files);
  ui_chat_append (self->chat, G_OBJECT (question));
  say (self, question);
  return TRUE;
}

void
ui_chat_session_retry (UiChatSession *self)
{
  GListModel *entries = ui_chat_get_entries (self->chat);
  g_autoptr (GObject) question = NULL;

  if (ui_chat_session_is_busy (self))
    return;
  for (guint i = g_list_model_get_n_items (entries); i > 0 && question == NULL; i--)
    {
      g_autoptr (GObject) entry = g_list_model_get_item (entries, i - 1);
      if (!UI_IS_CHAT_MESSAGE (entry))
        continue;
      UiChatMessage *message = UI_CHAT_MESSAGE (entry);
      if (ui_chat_message_get_author (message) == UI_CHAT_AUTHOR_PERSON)
        question = g_object_ref (entry);
      else if (ui_chat_message_get_size (message) == 0)
        ui_chat_remove (self->chat, entry);
    }
  if (question == NULL)
    return;
  tell_of_new_session (self);
  say (self, UI_CHAT_MESSAGE (question));
}

/* --- stopping --- */

void
ui_chat_session_end (UiChatSession *self)
{
  if (self->id != NULL)
    end_session (self, self->id);
  if (self->id != NULL || self->state != UI_CHAT_SESSION_CLOSED)
    ui_chat_session_close (self, _ ("Ended."));
}

static gboolean
stop_due_cb (gpointer user_data)
{
  UiChatSession *self = user_data;
  self->stop_source = 0;
  ui_chat_session_end (self);
  return G_SOURCE_REMOVE;
}

void
ui_chat_session_stop (UiChatSession *self)
{
  if (self->state == UI_CHAT_SESSION_OPENING)
    {
      ui_chat_session_set_state (self, UI_CHAT_SESSION_STOPPING);
      ui_chat_session_close (self, NULL);
      return;
    }
  if (self->state != UI_CHAT_SESSION_ANSWERING)
    return;
  g_autoptr (CardeaMessage) cancel = cardea_message_new ("chat.cancel");
  cardea_message_set_session (cancel, self->id);
  ui_chat_session_set_state (self, UI_CHAT_SESSION_STOPPING);
  self->stop_source = g_timeout_add_seconds (
      self->run != NULL ? FOREIGN_STOP_SECONDS : STOP_SECONDS, stop_due_cb, self);
  ui_link_call_async (self->link, cancel, self->cancellable, NULL, NULL);
}

/* --- taking back --- */

typedef struct {
  UiChatSession *session;
  UiChatCard *card;
} Undo;

static void
undone_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree Undo *undo = user_data;
  g_autoptr (UiChatSession) self = undo->session;
  g_autoptr (UiChatCard) card = undo->card;
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaMessage) reply = ui_link_call_finish (UI_LINK (source), result, &error);
  UiChatCardFacts *facts = ui_chat_card_facts (card);

  g_clear_pointer (&facts->trouble, g_free);
  facts->trouble = ui_link_describe_trouble (reply, error);
  if (facts->state == UI_CHAT_CARD_UNDOING)
    facts->state
        = reply != NULL && facts->trouble == NULL ? UI_CHAT_CARD_UNDONE : UI_CHAT_CARD_DONE;
  ui_chat_entry_changed (UI_CHAT_ENTRY (card));
  ui_chat_note (self->chat, G_OBJECT (card));
}

void
ui_chat_session_undo (UiChatSession *self, UiChatCard *card)
{
  if (!ui_chat_card_can_undo (card))
    return;
  g_autoptr (CardeaMessage) apply = cardea_message_new ("undo.apply");
  Undo *undo = g_new0 (Undo, 1);
  undo->session = g_object_ref (self);
  undo->card = g_object_ref (card);
  cardea_message_set_string (apply, "id", ui_chat_card_facts (card)->change);
  ui_chat_card_set_state (card, UI_CHAT_CARD_UNDOING);
  ui_link_call_async (self->link, apply, self->cancellable, undone_cb, undo);
}

/* --- looking --- */

UiChat *
ui_chat_session_get_chat (UiChatSession *self)
{
  return self->chat;
}

UiLink *
ui_chat_session_get_link (UiChatSession *self)
{
  return self->link;
}

const char *
ui_chat_session_get_id (UiChatSession *self)
{
  return self->id;
}

UiChatSessionState
ui_chat_session_get_state (UiChatSession *self)
{
  return self->state;
}

const char *
ui_chat_session_get_waiting (UiChatSession *self)
{
  return self->waiting;
}

gboolean
ui_chat_session_set_model (UiChatSession *self, const char *model)
{
  if (g_strcmp0 (self->choice, model) == 0)
    return TRUE;
  if (ui_chat_session_is_busy (self))
    return FALSE;
  g_free (self->choice);
  self->choice = g_strdup (model);
  ui_chat_session_end (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
  return TRUE;
}

const char *
ui_chat_session_get_choice (UiChatSession *self)
{
  return self->choice;
}

const char *
ui_chat_session_get_model (UiChatSession *self)
{
  return self->model != NULL ? self->model : self->choice;
}

static void
ui_chat_session_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  UiChatSession *self = UI_CHAT_SESSION (object);
  switch (id)
    {
    case PROP_STATE:
      g_value_set_int (value, self->state);
      break;
    case PROP_WAITING:
      g_value_set_string (value, self->waiting);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
ui_chat_session_dispose (GObject *object)
{
  UiChatSession *self = UI_CHAT_SESSION (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->stop_source, g_source_remove);
  g_clear_handle_id (&self->revoked_source, g_source_remove);
  if (self->link != NULL && self->id != NULL)
    end_session (self, self->id);
  g_clear_pointer (&self->id, g_free);
  if (self->run != NULL)
    g_signal_handlers_disconnect_by_data (self->run, self);
  g_clear_object (&self->run);
  g_clear_object (&self->link);
  g_clear_pointer (&self->unsent, cardea_message_unref);
  G_OBJECT_CLASS (ui_chat_session_parent_class)->dispose (object);
}

static void
ui_chat_session_finalize (GObject *object)
{
  UiChatSession *self = UI_CHAT_SESSION (object);

  g_object_unref (self->cancellable);
  g_ptr_array_unref (self->revoked);
  g_object_unref (self->turn);
  g_object_unref (self->chat);
  g_free (self->waiting);
  g_free (self->waiting_id);
  g_free (self->choice);
  g_free (self->model);
  G_OBJECT_CLASS (ui_chat_session_parent_class)->finalize (object);
}

static void
ui_chat_session_class_init (UiChatSessionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  object_class->get_property = ui_chat_session_get_property;
  object_class->dispose = ui_chat_session_dispose;
  object_class->finalize = ui_chat_session_finalize;

  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  properties[PROP_STATE]
      = g_param_spec_int ("state", NULL, NULL, UI_CHAT_SESSION_CLOSED, UI_CHAT_SESSION_STOPPING,
                          UI_CHAT_SESSION_CLOSED, flags);
  properties[PROP_WAITING] = g_param_spec_string ("waiting", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  signals[SILENT_CHANGE] = g_signal_new ("silent-change", UI_TYPE_CHAT_SESSION, G_SIGNAL_RUN_LAST,
                                         0, NULL, NULL, NULL, G_TYPE_NONE, 1, UI_TYPE_CHAT_CARD);
}

static void
ui_chat_session_init (UiChatSession *self)
{
  self->cancellable = g_cancellable_new ();
  self->revoked = g_ptr_array_new_with_free_func (g_free);
}

UiChatSession *
ui_chat_session_new (UiChat *chat, UiLink *link)
{
  UiChatSession *self = g_object_new (UI_TYPE_CHAT_SESSION, NULL);

  self->chat = g_object_ref (chat);
  self->link = g_object_ref (link);
  self->turn = ui_chat_turn_new (chat);
  g_signal_connect_object (link, "message", G_CALLBACK (ui_chat_session_events_take), self, 0);
  g_signal_connect_object (link, "notify::state", G_CALLBACK (link_state_cb), self,
                           G_CONNECT_SWAPPED);
  return self;
}
