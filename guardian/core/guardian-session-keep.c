/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts the view worker for what it put aside and whose that was. Refuses nothing: what cannot be
 * kept the view worker moves to the trash. Known gaps: none. */

#include "guardian/core/guardian-session-keep.h"

#include "guardian/core/guardian-session-table.h"
#include "guardian/core/guardian-undo.h"

#define GATHER_TIMEOUT_MS 60000u
#define LIMIT_LEFT 256u /* messages of one session */

/* One view.kept on its way. Those of a session go one after the other: what is taken back last
 * first has to be in the undo store in that order, and the change worker has several hands. */
typedef struct {
  GuardianContext *context;
  CardeaMessage *message;
} Keeping;

/* Nobody waits for it: without it an undo notices less. */
static void
noted (CardeaMessage *reply, gpointer user_data)
{
  if (reply == NULL || cardea_message_is (reply, "refused"))
    g_debug ("how a program left its files is not known");
}

static void
send_left (GuardianSession *session)
{
  for (guint i = 0; session->n_keeping == 0 && i < session->left->len; i++)
    {
      CardeaMessage *request = cardea_message_new ("change.left");
      cardea_message_set_string (request, "of", session->id);
      cardea_message_set_json (
          request, "items",
          cardea_json_ref (cardea_message_get_json (session->left->pdata[i], "items")));
      (void) !guardian_workers_call (session->context->workers, GUARDIAN_WORKER_CHANGE, request,
                                     GATHER_TIMEOUT_MS, noted, NULL);
    }
  if (session->n_keeping == 0)
    g_ptr_array_set_size (session->left, 0);
}

void
guardian_session_keep_left (GuardianContext *context, CardeaMessage *message)
{
  GuardianSession *session = guardian_session_table_meant (context->sessions, message);

  if (session == NULL || session->left->len >= LIMIT_LEFT)
    return;
  g_ptr_array_add (session->left, cardea_message_ref (message));
  send_left (session);
}

/* The oldest of a session; NULL: none is on its way. */
static Keeping *
find_first (const GuardianContext *context, const char *session)
{
  for (const GList *link = context->keeps.head; link != NULL; link = link->next)
    {
      Keeping *keeping = link->data;
      if (g_strcmp0 (cardea_message_session (keeping->message), session) == 0)
        return keeping;
    }
  return NULL;
}

static void begin (Keeping *keeping);

static void
settle (Keeping *keeping, gboolean kept)
{
  GuardianContext *context = keeping->context;
  GuardianSession *session
      = guardian_session_table_meant (keeping->context->sessions, keeping->message);

  CardeaMessage *event = cardea_message_new ("view.settled");

  cardea_message_set_session (event, cardea_message_session (keeping->message));
  cardea_message_set_string (event, "id", cardea_message_get_string (keeping->message, "id"));
  cardea_message_set_boolean (event, "kept", kept);
  guardian_workers_send (keeping->context->workers, GUARDIAN_WORKER_VIEW, event);
  if (session != NULL && session->n_keeping > 0)
    {
      session->n_keeping--;
      send_left (session);
    }
  g_queue_remove (&context->keeps, keeping);
  Keeping *next = find_first (context, cardea_message_session (keeping->message));
  cardea_message_unref (keeping->message);
  g_free (keeping);
  if (next != NULL)
    begin (next);
}

static void
gathered (CardeaMessage *reply, gpointer user_data)
{
  settle (user_data, reply != NULL && cardea_message_is (reply, "change.kept"));
}

CardeaJson *
guardian_session_keep_context (const GuardianSession *session, const char *request)
{
  CardeaJson *json = cardea_json_new_object ();

  cardea_json_set_string (json, "session", session->id);
  cardea_json_set_string (json, "agent", guardian_session_agent (session));
  if (request != NULL)
    cardea_json_set_string (json, "request", request);
  cardea_json_set_string (json, "trace", session->trace);
  if (session->title != NULL)
    cardea_json_set_string (json, "title", session->title);
  return json;
}

static void
opened (const char *code, const char *reason, gpointer user_data)
{
  Keeping *keeping = user_data;
  const GuardianSession *session
      = guardian_session_table_meant (keeping->context->sessions, keeping->message);

  if (code != NULL || session == NULL)
    {
      settle (keeping, FALSE);
      return;
    }
  CardeaMessage *request = cardea_message_new ("change.gather");
  cardea_message_set_path (request, "folder", cardea_message_get_path (keeping->message, "folder"));
  cardea_message_set_path (request, "home", session->home);
  cardea_message_set_json (request, "items",
                           cardea_json_ref (cardea_message_get_json (keeping->message, "items")));
  cardea_message_set_json (request, "context", guardian_session_keep_context (session, NULL));
  if (guardian_workers_call (keeping->context->workers, GUARDIAN_WORKER_CHANGE, request,
                             GATHER_TIMEOUT_MS, gathered, keeping)
      == 0)
    settle (keeping, FALSE);
}

static void
begin (Keeping *keeping)
{
  if (guardian_undo_is_open (keeping->context->undo))
    opened (NULL, NULL, keeping);
  else
    guardian_undo_open (keeping->context->undo, opened, keeping);
}

void
guardian_session_keep (GuardianContext *context, CardeaMessage *message)
{
  Keeping *keeping = g_new0 (Keeping, 1);

  GuardianSession *session = guardian_session_table_meant (context->sessions, message);

  keeping->context = context;
  keeping->message = cardea_message_ref (message);
  if (session != NULL)
    session->n_keeping++;
  g_queue_push_tail (&context->keeps, keeping);
  if (find_first (context, cardea_message_session (message)) == keeping)
    begin (keeping);
}
