/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts the session's own front end for what is in its clipboard, and for putting there what was
 * allowed; the scan worker for what was found in a text on its way there. Refuses where there is
 * none, before anybody is asked, and answers of another front end. Known gap: what lies in the
 * clipboard may change between the question and the reading; what the agent gets is what lies there
 * then. */

#include "guardian/core/guardian-action-clipboard.h"

#include "guardian/core/guardian-outgoing.h"
#include "guardian/core/guardian-pipeline.h"
#include "guardian/core/guardian-session-table.h"

#include <string.h>

#define WAIT_SECONDS 10

static gboolean
is_write (const GuardianRequest *request)
{
  return strcmp (request->action->action, "clipboard.write") == 0;
}

int
guardian_action_clipboard_resolve (GuardianRequest *request)
{
  const GuardianSession *session = request->session;
  const char *text
      = is_write (request) ? cardea_message_get_string (request->message, "text") : NULL;

  if (request->scanning)
    return guardian_outgoing_settle (request);
  if (session->owner == NULL || !session->has_clipboard)
    return guardian_request_refuse (
        request, "unsuitable", "there is no clipboard here: the person is in a terminal", NULL);
  request->deed = cardea_json_new_object ();
  cardea_json_set_string (request->deed, "kind", "clipboard");
  if (text == NULL)
    return GUARDIAN_STEP_NEXT;
  cardea_json_set_int64_string (request->deed, "size", (gint64) strlen (text));
  cardea_json_set_string (request->deed, "text", text);
  return guardian_outgoing_begin (request);
}

/* --- the front end --- */

void
guardian_action_clipboard_forget (GuardianRequest *request)
{
  request->waits_clipboard = FALSE;
  g_clear_handle_id (&request->clipboard_source, g_source_remove);
}

static gboolean
late_cb (gpointer user_data)
{
  GuardianRequest *request = user_data;

  request->clipboard_source = 0;
  guardian_action_clipboard_forget (request);
  guardian_request_refuse (request, "unavailable", "the clipboard does not answer", NULL);
  guardian_pipeline_resume (request);
  return G_SOURCE_REMOVE;
}

int
guardian_action_clipboard_perform (GuardianRequest *request)
{
  GuardianLink *owner = request->session->owner;

  if (request->decision.redact)
    return guardian_request_refuse (request, "denied",
                                    "parts are to be left out, which a clipboard does not allow",
                                    request->decision.policy);
  if (owner == NULL)
    return guardian_request_refuse (request, "unavailable", "the front end has gone", NULL);
  CardeaMessage *event = cardea_message_new ("clipboard.wanted");
  cardea_message_set_session (event, request->session->id);
  cardea_message_set_trace (event, request->session->trace);
  cardea_message_set_string (event, "id", request->id);
  if (is_write (request))
    cardea_message_set_string (event, "text", cardea_message_get_string (request->message, "text"));
  if (!guardian_link_send (owner, event))
    return guardian_request_refuse (request, "unavailable", "the front end has gone", NULL);
  request->waits_clipboard = TRUE;
  request->clipboard_source = g_timeout_add_seconds (WAIT_SECONDS, late_cb, request);
  return guardian_pipeline_wait (request, GUARDIAN_REQUEST_ASK_WORKER);
}

static GuardianRequest *
find_waiting (const GuardianSession *session, const char *id)
{
  for (guint i = 0; i < session->requests->len; i++)
    {
      GuardianRequest *request = session->requests->pdata[i];
      if (request->waits_clipboard && strcmp (request->id, id) == 0)
        return request;
    }
  return NULL;
}

void
guardian_action_clipboard_given (GuardianLink *link, CardeaMessage *message)
{
  const GuardianSession *session
      = guardian_session_table_find (link->context->sessions, cardea_message_session (message));
  GuardianRequest *request = session != NULL && session->owner == link
                                 ? find_waiting (session, cardea_message_get_string (message, "id"))
                                 : NULL;
  const char *problem = cardea_message_get_string (message, "reason");

  if (request == NULL) /* it was late, or is another's */
    {
      guardian_link_refuse (link, message, "not-found", "nobody waits for this");
      return;
    }
  guardian_link_done (link, message);
  guardian_action_clipboard_forget (request);
  if (problem != NULL)
    guardian_request_refuse (request, "unavailable", problem, NULL);
  else if (!is_write (request) && cardea_message_get_string (message, "text") == NULL)
    guardian_request_refuse (request, "not-found", "there is no text in the clipboard", NULL);
  else
    request->result = cardea_message_ref (message);
  guardian_pipeline_resume (request);
}

/* --- the answer --- */

void
guardian_action_clipboard_reply_read (GuardianRequest *request)
{
  const char *text = cardea_message_get_string (request->result, "text");

  request->reply = cardea_message_new_reply (request->message, "clipboard.content");
  cardea_message_set_string (request->reply, "text", text);
  request->bytes = (gint64) strlen (text);
  /* It may come from anywhere. */
  guardian_flow_take_in (&request->session->flow, FALSE);
}

void
guardian_action_clipboard_reply_write (GuardianRequest *request)
{
  request->reply = cardea_message_new_reply (request->message, "done");
  request->bytes = (gint64) strlen (cardea_message_get_string (request->message, "text"));
}
