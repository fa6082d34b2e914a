/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/chat/ui-chat-session.h"

#include "common/base/cardea-paths.h"
#include "common/base/cardea-text.h"
#include "common/protocol/cardea-path-json.h"
#include "ui/chat/ui-chat-turn.h"
#include "ui/consent/ui-consent-question.h"
#include "ui/consent/ui-consent-wording.h"

#include <glib/gi18n.h>
#include <unistd.h>

/* A turn that was told to stop and goes on longer is ended with its agent. */
#define STOP_SECONDS 3u
#define REVOKED_MS 200u   /* what is revoked together is told together */
#define REVOKED_LIMIT 16u /* paths of one notice */
#define SESSION_TITLE_CHARACTERS 60u

struct _UiChatSession {
  GObject parent_instance;
  GCancellable *cancellable; /* everything under way; cancelled when this goes */
  UiLink *link;
  UiChat *chat;
  UiChatTurn *turn;
  char *id;
  char *choice; /* the model's name; NULL: the default */
  char *model;  /* that answers in the session; NULL without one */
  UiChatSessionState state;
  char *waiting;
  char *waiting_id;
  CardeaMessage *unsent; /* waits for the agent */
  guint stop_source;
  gboolean told;      /* this session has heard of the chat: nothing needs to be said again */
  GPtrArray *revoked; /* paths that are not shared any more, not yet told */
  guint revoked_source;
};

enum { PROP_STATE = 1, PROP_WAITING, N_PROPS };
static GParamSpec *properties[N_PROPS];
enum { SILENT_CHANGE, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (UiChatSession, ui_chat_session, G_TYPE_OBJECT)

static void
set_state (UiChatSession *self, UiChatSessionState state)
{
  if (state != UI_CHAT_SESSION_STOPPING)
    g_clear_handle_id (&self->stop_source, g_source_remove);
  if (self->state == state)
    return;
  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}

static void
set_waiting (UiChatSession *self, const char *id, const char *sentence)
{
  ui_chat_turn_set_waiting (self->turn, sentence != NULL);
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

/* The session is over: what was under way is told as failed, the text stays. */
static void
close_with (UiChatSession *self, const char *reason)
{
  UiChatState end = was_stopped (self) ? UI_CHAT_STATE_STOPPED : UI_CHAT_STATE_FAILED;

  g_clear_pointer (&self->unsent, cardea_message_unref);
  g_clear_pointer (&self->id, g_free);
  g_clear_pointer (&self->model, g_free);
  self->told = FALSE;
  set_waiting (self, NULL, NULL);
  ui_chat_turn_end (self->turn, end, end == UI_CHAT_STATE_STOPPED ? NULL : reason);
  g_clear_handle_id (&self->revoked_source, g_source_remove);
  g_ptr_array_set_size (self->revoked, 0);
  set_state (self, UI_CHAT_SESSION_CLOSED);
}

/* --- what comes from the guardian --- */

static void
handle_chat_event (UiChatSession *self, CardeaMessage *event)
{
  const char *kind = cardea_message_get_string (event, "kind");
  const char *text = cardea_message_get_string (event, "text");

  if (!ui_chat_turn_is_open (self->turn))
    return;
  if (was_stopped (self) && !g_str_equal (kind, "delta") && !g_str_equal (kind, "tool")
      && !g_str_equal (kind, "status"))
    {
      ui_chat_turn_end (self->turn, UI_CHAT_STATE_STOPPED, NULL);
      set_state (self, UI_CHAT_SESSION_READY);
    }
  else if (!ui_chat_turn_take (self->turn, kind, text, cardea_message_get_json (event, "data")))
    set_state (self, UI_CHAT_SESSION_READY);
}

static void
handle_question (UiChatSession *self, CardeaMessage *event)
{
  g_autoptr (UiConsentQuestion) question = ui_consent_question_new (event, NULL);
  if (question == NULL || g_strcmp0 (question->session, self->id) != 0)
    return;
  g_autofree char *home = cardea_paths_home ();
  g_autoptr (UiConsentWording) wording = ui_consent_wording_new (question, home, getuid ());
  set_waiting (self, cardea_message_get_string (event, "id"), wording->sentence);
}

static void
handle_change (UiChatSession *self, CardeaMessage *event)
{
  CardeaJson *change = cardea_message_get_json (event, "change");
  const char *session = cardea_json_get_string (change, "session");
  const char *of = cardea_json_get_string (change, "of");
  gboolean ours
      = (self->id != NULL && g_strcmp0 (session, self->id) == 0)
        || ui_chat_turn_find_change (self->turn, of) != NULL
        || ui_chat_turn_find_change (self->turn, cardea_json_get_string (change, "id")) != NULL;
  if (!ours)
    return;
  UiChatCard *card = ui_chat_turn_take_change (self->turn, change);
  const UiChatCardFacts *facts = ui_chat_card_facts (card);
  if (of == NULL && !facts->asked && facts->undoable && facts->state != UI_CHAT_CARD_UNDONE)
    g_signal_emit (self, signals[SILENT_CHANGE], 0, card);
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

/* The log says what was revoked elsewhere. The end of a session revokes all it had, which is no
 * news: that follows at once and drops what waits here. */
static void
handle_record (UiChatSession *self, CardeaMessage *event)
{
  CardeaJson *record = cardea_message_get_json (event, "record");
  const CardeaJson *resource = cardea_json_get (record, "resource");
  g_autofree char *path = resource != NULL ? cardea_path_json_get (resource, "path") : NULL;
  g_autofree char *home = cardea_paths_home ();

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

static void
link_message_cb (UiLink *link, CardeaMessage *event, UiChatSession *self)
{
  if (cardea_message_is (event, "chat.event") && is_own (self, event))
    handle_chat_event (self, event);
  else if (cardea_message_is (event, "consent.question"))
    handle_question (self, event);
  else if (cardea_message_is (event, "consent.closed")
           && g_strcmp0 (cardea_message_get_string (event, "id"), self->waiting_id) == 0)
    set_waiting (self, NULL, NULL);
  else if (cardea_message_is (event, "change.made"))
    handle_change (self, event);
  else if (cardea_message_is (event, "audit.record") && self->id != NULL)
    handle_record (self, event);
  else if (cardea_message_is (event, "session.ended") && is_own (self, event))
    close_with (self, cardea_message_get_string (event, "reason"));
}

static void
link_state_cb (UiChatSession *self)
{
  if (ui_link_get_state (self->link) == UI_LINK_DOWN && self->id != NULL)
    close_with (self, _ ("The guardian went away. Your next message starts it again."));
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
  ui_chat_turn_end (self->turn, UI_CHAT_STATE_REFUSED, trouble);
  if (self->id != NULL)
    set_state (self, UI_CHAT_SESSION_READY);
}

static void
transmit (UiChatSession *self, CardeaMessage *message)
{
  cardea_message_set_session (message, self->id);
  ui_chat_turn_set_status (self->turn, NULL);
  set_state (self, UI_CHAT_SESSION_ANSWERING);
  ui_link_call_async (self->link, message, self->cancellable, sent_cb, g_object_ref (self));
}

static void
end_session (UiChatSession *self, const char *id)
{
  g_autoptr (CardeaMessage) message = cardea_message_new ("session.end");
  cardea_message_set_session (message, id);
  ui_link_call_async (self->link, message, NULL, NULL, NULL);
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (UiChatSession) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaMessage) reply = ui_link_call_finish (UI_LINK (source), result, &error);
  g_autofree char *trouble = ui_link_describe_trouble (reply, error);

  if (trouble != NULL)
    {
      close_with (self, trouble);
      return;
    }
  if (reply == NULL)
    return;
  /* Given up while it was being made. */
  if (self->unsent == NULL)
    {
      end_session (self, cardea_message_session (reply));
      return;
    }
  self->id = g_strdup (cardea_message_session (reply));
  const char *model = cardea_message_get_string (reply, "model");
  self->model = g_strdup (model != NULL ? model : UI_CHAT_SESSION_OFFLINE);
  g_autoptr (CardeaMessage) unsent = g_steal_pointer (&self->unsent);
  transmit (self, unsent);
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
  cardea_message_set_string (open, "model", self->choice);
  cardea_message_set_path (open, "folder", folder);
  cardea_message_set_path (open, "home", home);
  set_state (self, UI_CHAT_SESSION_OPENING);
  ui_chat_turn_set_status (self->turn, _ ("Starting…"));
  ui_link_call_async (self->link, open, self->cancellable, opened_cb, g_object_ref (self));
}

gboolean
ui_chat_session_is_busy (UiChatSession *self)
{
  return self->state != UI_CHAT_SESSION_CLOSED && self->state != UI_CHAT_SESSION_READY;
}

/* The agent of a new session knows nothing of what stands above; the person should know that. */
static void
tell_of_new_session (UiChatSession *self)
{
  g_autoptr (UiChatMessage) notice = NULL;

  if (self->told)
    return;
  self->told = TRUE;
  if (g_list_model_get_n_items (ui_chat_get_entries (self->chat)) == 0)
    return;
  notice = ui_chat_message_new (UI_CHAT_AUTHOR_NOTICE,
                                _ ("A new session begins: the assistant does not remember what was "
                                   "said above, and sees only files you give it from here on."));
  ui_chat_append (self->chat, G_OBJECT (notice));
}

static void
say (UiChatSession *self, const char *text, const char *const *files)
{
  g_autoptr (CardeaMessage) message = cardea_message_new ("chat.send");

  cardea_message_set_string (message, "text", text);
  if (files != NULL && files[0] != NULL)
    cardea_message_set_paths (message, "files", files);
  ui_chat_turn_begin (self->turn);
  if (self->state == UI_CHAT_SESSION_READY)
    transmit (self, message);
  else
    {
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
  say (self, text, files);
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
  say (self, ui_chat_message_get_text (UI_CHAT_MESSAGE (question)),
       ui_chat_message_get_files (UI_CHAT_MESSAGE (question)));
}

/* --- stopping --- */

void
ui_chat_session_end (UiChatSession *self)
{
  if (self->id != NULL)
    end_session (self, self->id);
  if (self->id != NULL || self->state != UI_CHAT_SESSION_CLOSED)
    close_with (self, _ ("Ended."));
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
      set_state (self, UI_CHAT_SESSION_STOPPING);
      close_with (self, NULL);
      return;
    }
  if (self->state != UI_CHAT_SESSION_ANSWERING)
    return;
  g_autoptr (CardeaMessage) cancel = cardea_message_new ("chat.cancel");
  cardea_message_set_session (cancel, self->id);
  set_state (self, UI_CHAT_SESSION_STOPPING);
  self->stop_source = g_timeout_add_seconds (STOP_SECONDS, stop_due_cb, self);
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
  g_signal_connect_object (link, "message", G_CALLBACK (link_message_cb), self, 0);
  g_signal_connect_object (link, "notify::state", G_CALLBACK (link_state_cb), self,
                           G_CONNECT_SWAPPED);
  return self;
}
