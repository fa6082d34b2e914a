/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/chat/ui-chat-run.h"

#include "common/base/cardea-autofd.h"
#include "ui/programs/ui-program-agents.h"
#include "ui/programs/ui-program-tail.h"

#include <glib/gi18n.h>

struct _UiChatRun {
  GObject parent_instance;
  UiLink *link;
  UiChatForeign *foreign;
  char *id;
  CardeaMessage *session_open; /* while it is being started */
  UiProgramTail *tail;         /* of what it writes to standard error; NULL: not started */
};

enum { ENDED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (UiChatRun, ui_chat_run, G_TYPE_OBJECT)

/* --- its end --- */

static char *
describe_end (UiChatRun *self, CardeaMessage *event)
{
  const char *title = self->foreign->title;
  const char *reason = cardea_message_get_string (event, "reason");
  gint64 status = cardea_message_get_int (event, "status", -1);
  gint64 number = cardea_message_get_int (event, "signal", -1);

  if (reason != NULL)
    /* Translators: the first %s is an agent, "opencode", the second the guardian's sentence. */
    return g_strdup_printf (_ ("%s was ended: %s."), title, reason);
  if (number >= 0)
    /* Translators: of a program that crashed; %d is the number of a signal. */
    return g_strdup_printf (_ ("%s has ended (signal %d)."), title, (int) number);
  if (status > 0)
    return g_strdup_printf (_ ("%s has ended (status %d)."), title, (int) status);
  return g_strdup_printf (_ ("%s has ended."), title);
}

static void
take_end (UiChatRun *self, CardeaMessage *event)
{
  g_autoptr (UiChatRun) keep = g_object_ref (self);
  g_autofree char *end = describe_end (self, event);
  g_autofree char *line = self->tail != NULL ? ui_program_tail_line (self->tail) : NULL;
  /* Translators: the first %s is the sentence that it ended, the second what it wrote last. */
  g_autofree char *whole
      = line != NULL ? g_strdup_printf (_ ("%s It said: “%s”"), end, line) : g_strdup (end);

  g_clear_pointer (&self->id, g_free);
  g_signal_emit (self, signals[ENDED], 0, whole);
}

static void
link_message_cb (UiChatRun *self, CardeaMessage *event)
{
  if (self->id == NULL || g_strcmp0 (cardea_message_session (event), self->id) != 0)
    return;
  if (cardea_message_is (event, "run.exited") || cardea_message_is (event, "session.ended"))
    take_end (self, event);
}

static void
link_state_cb (UiChatRun *self)
{
  if (ui_link_get_state (self->link) == UI_LINK_DOWN)
    g_clear_pointer (&self->id, g_free); /* over, as every session; the conversation says so */
}

/* --- its beginning --- */

static void
end_session (UiLink *link, const char *id)
{
  g_autoptr (CardeaMessage) message = cardea_message_new ("session.end");
  cardea_message_set_session (message, id);
  ui_link_call_async (link, message, NULL, NULL, NULL);
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  UiChatRun *self = g_task_get_source_object (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaMessage) reply = ui_link_call_finish (UI_LINK (source), result, &error);
  g_autofree char *trouble = ui_link_describe_trouble (reply, error);
  g_autoptr (CardeaMessage) session_open = g_steal_pointer (&self->session_open);

  if (reply != NULL && trouble == NULL)
    self->id = g_strdup (cardea_message_session (reply));
  if (g_task_return_error_if_cancelled (task))
    return;
  if (self->id != NULL)
    {
      cardea_message_set_string (session_open, "beside", self->id);
      g_task_return_pointer (task, g_steal_pointer (&session_open),
                             (GDestroyNotify) cardea_message_unref);
    }
  else
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_FAILED, "%s",
                             trouble != NULL ? trouble : "");
}

static void
composed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  UiChatRun *self = g_task_get_source_object (task);
  GError *error = NULL;
  g_autoptr (UiProgramTalk) talk = ui_program_agents_talk_finish (result, &error);

  if (talk == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  self->session_open = g_steal_pointer (&talk->session_open);
  self->tail = ui_program_tail_new (cardea_fd_steal (&talk->errors));
  /* Not to be cancelled: whoever does not want it any more ends it when it is there. */
  ui_link_call_async (self->link, talk->run, NULL, opened_cb, g_steal_pointer (&task));
}

void
ui_chat_run_start_async (UiChatRun *self, CardeaMessage *session_open, GCancellable *cancellable,
                         GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  g_autofree char *folder = ui_chat_foreign_share (self->foreign);

  ui_program_agents_talk_async (self->foreign->profile, folder, self->foreign->hosts, session_open,
                                cancellable, composed_cb, task);
}

CardeaMessage *
ui_chat_run_start_finish (UiChatRun *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

const char *
ui_chat_run_get_id (UiChatRun *self)
{
  return self->id;
}

/* --- the type --- */

static void
ui_chat_run_dispose (GObject *object)
{
  UiChatRun *self = UI_CHAT_RUN (object);

  if (self->link != NULL)
    g_signal_handlers_disconnect_by_data (self->link, self);
  if (self->link != NULL && self->id != NULL)
    end_session (self->link, self->id);
  g_clear_pointer (&self->id, g_free);
  g_clear_pointer (&self->session_open, cardea_message_unref);
  g_clear_object (&self->link);
  G_OBJECT_CLASS (ui_chat_run_parent_class)->dispose (object);
}

static void
ui_chat_run_finalize (GObject *object)
{
  UiChatRun *self = UI_CHAT_RUN (object);

  ui_chat_foreign_free (self->foreign);
  g_clear_pointer (&self->tail, ui_program_tail_free);
  G_OBJECT_CLASS (ui_chat_run_parent_class)->finalize (object);
}

static void
ui_chat_run_class_init (UiChatRunClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = ui_chat_run_dispose;
  object_class->finalize = ui_chat_run_finalize;
  signals[ENDED] = g_signal_new ("ended", UI_TYPE_CHAT_RUN, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
ui_chat_run_init (UiChatRun *self)
{
}

UiChatRun *
ui_chat_run_new (UiLink *link, const UiChatForeign *foreign)
{
  UiChatRun *self = g_object_new (UI_TYPE_CHAT_RUN, NULL);

  self->link = g_object_ref (link);
  self->foreign = ui_chat_foreign_copy (foreign);
  g_signal_connect_swapped (link, "message", G_CALLBACK (link_message_cb), self);
  g_signal_connect_swapped (link, "notify::state", G_CALLBACK (link_state_cb), self);
  return self;
}
