/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/access/agent-link.h"

#include "common/base/cardea-text.h"

#include <string.h>

#define PIECE_MAX 16384u      /* bytes of text in one chat.event */
#define RENEW_AT_PERCENT 60   /* of a capability's life */
#define RENEW_AGAIN_SECONDS 2 /* after a renewal that the guardian could not serve */
#define REASON_MAX 120        /* characters: below the 512 bytes of the field */

struct _AgentLink {
  CardeaClient *client;
  char *capability;
  guint renewal; /* GSource id of the timer */
  GCancellable *life;
  char *session;
  char *trace;
  char *reason; /* the turn's */
  char *step;   /* reason of the step that runs; NULL: the turn's */
  AgentRefusal *refusal;
};

static void schedule_renewal (AgentLink *link, gint64 seconds);

static void
refusal_free (AgentRefusal *refusal)
{
  if (refusal == NULL)
    return;
  g_free (refusal->code);
  g_free (refusal->policy);
  g_free (refusal->note);
  g_free (refusal->reason);
  g_free (refusal);
}

AgentLink *
agent_link_new (CardeaClient *client)
{
  AgentLink *link = g_new0 (AgentLink, 1);
  link->client = g_object_ref (client);
  link->life = g_cancellable_new ();
  return link;
}

void
agent_link_free (AgentLink *link)
{
  g_cancellable_cancel (link->life);
  g_clear_handle_id (&link->renewal, g_source_remove);
  g_object_unref (link->life);
  g_object_unref (link->client);
  g_free (link->capability);
  g_free (link->session);
  g_free (link->trace);
  g_free (link->reason);
  g_free (link->step);
  refusal_free (link->refusal);
  g_free (link);
}

/* --- the capability --- */

void
agent_link_take_capability (AgentLink *link, const CardeaMessage *message)
{
  const char *capability = cardea_message_get_string (message, "capability");
  if (capability == NULL)
    return;
  g_free (link->capability);
  link->capability = g_strdup (capability);
  schedule_renewal (link, cardea_message_get_int (message, "seconds", 0) * RENEW_AT_PERCENT / 100);
}

static void
renewed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaMessage) reply
      = cardea_client_call_finish (CARDEA_CLIENT (source), result, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return; /* the link is gone */

  AgentLink *link = user_data;
  if (reply != NULL && cardea_message_is (reply, "capability.issued"))
    agent_link_take_capability (link, reply);
  else if (reply != NULL)
    {
      const char *code = cardea_message_get_string (reply, "code");
      g_debug ("the capability was not renewed: %s", code);
      if (g_strcmp0 (code, "busy") == 0 || g_strcmp0 (code, "unavailable") == 0)
        schedule_renewal (link, RENEW_AGAIN_SECONDS);
    }
}

static gboolean
renew_cb (gpointer user_data)
{
  AgentLink *link = user_data;
  link->renewal = 0;
  g_autoptr (CardeaMessage) request = cardea_message_new ("capability.renew");
  cardea_message_set_string (request, "capability", link->capability);
  if (link->session != NULL)
    cardea_message_set_session (request, link->session);
  cardea_client_call_async (link->client, request, link->life, renewed_cb, link);
  return G_SOURCE_REMOVE;
}

static void
schedule_renewal (AgentLink *link, gint64 seconds)
{
  g_clear_handle_id (&link->renewal, g_source_remove);
  link->renewal = g_timeout_add_seconds ((guint) CLAMP (seconds, 1, 3600), renew_cb, link);
}

/* --- refusals in words --- */

typedef struct {
  const char *code;
  AgentErrorCode error;
  const char *before; /* the sentence's begin; then "read bank.csv" */
  const char *after;  /* NULL: the guardian's reason */
} Refusal;

static const Refusal refusals[] = {
  { "declined", AGENT_ERROR_REFUSED, "I was not allowed to", "you declined" },
  { "denied", AGENT_ERROR_REFUSED, "I was not allowed to", NULL },
  { "unanswered", AGENT_ERROR_REFUSED, "I was not allowed to", "nobody answered the question" },
  { "unauthorized", AGENT_ERROR_REFUSED, "I may not",
    "this session's permission has run out; please start a new one" },
  { "not-found", AGENT_ERROR_NOT_FOUND, "I could not", NULL },
  { "ambiguous", AGENT_ERROR_AMBIGUOUS, "I could not",
    "there are several of that name; please say which folder" },
  { "unsuitable", AGENT_ERROR_UNSUITABLE, "I could not", NULL },
  { "changed", AGENT_ERROR_CHANGED, "I could not", "it changed while I was reading it" },
  { "busy", AGENT_ERROR_UNAVAILABLE, "I could not", "the guardian is busy; please try again" },
  { "unavailable", AGENT_ERROR_UNAVAILABLE, "I could not", NULL },
  { NULL, AGENT_ERROR_UNAVAILABLE, "I could not", NULL },
};

/* What was going to be done, by the request: how its refusals end. */
static const struct {
  const char *request;
  const char *refused; /* after a no */
  const char *failed;  /* after everything else that is known to have left all as it was */
  const char *changed; /* in place of the sentence for "changed" */
} endings[] = {
  { "file.change", " Nothing was changed.", " Nothing was changed.",
    "it was changed by someone else meanwhile; please ask again" },
  { "net.request", " Nothing was sent.", "", NULL },
  { "exec.run", " It was not run.", " It was not run.",
    "it, or a script of it, changed after you were asked" },
  { "chat.picture", " It was not shown.", "", NULL },
  { NULL, " Nothing was read.", "", NULL },
};

static void
keep_refusal (AgentLink *link, const CardeaMessage *reply)
{
  g_clear_pointer (&link->refusal, refusal_free);
  link->refusal = g_new0 (AgentRefusal, 1);
  link->refusal->code = g_strdup (cardea_message_get_string (reply, "code"));
  link->refusal->policy = g_strdup (cardea_message_get_string (reply, "policy"));
  link->refusal->note = g_strdup (cardea_message_get_string (reply, "note"));
  link->refusal->reason = g_strdup (cardea_message_get_string (reply, "reason"));
}

void
agent_link_forget_refusal (AgentLink *link)
{
  g_clear_pointer (&link->refusal, refusal_free);
}

static char *
strip_end (const char *sentence)
{
  char *copy
      = g_strdup (sentence != NULL && sentence[0] != '\0' ? sentence : "no reason was given");
  g_strchomp (copy);
  while (g_str_has_suffix (copy, "."))
    copy[strlen (copy) - 1] = '\0';
  return copy;
}

static const Refusal *
find_refusal (const char *code)
{
  const Refusal *row = refusals;
  while (row->code != NULL && g_strcmp0 (code, row->code) != 0)
    row++;
  return row;
}

static void
set_refused (AgentLink *link, const char *request, const CardeaMessage *reply, const char *doing,
             const char *object, GError **error)
{
  const char *code = cardea_message_get_string (reply, "code");
  const char *note = cardea_message_get_string (reply, "note");
  const Refusal *row = find_refusal (code);
  gsize end = 0;
  while (endings[end].request != NULL && strcmp (request, endings[end].request) != 0)
    end++;
  keep_refusal (link, reply);

  gboolean changed = row->error == AGENT_ERROR_CHANGED && endings[end].changed != NULL;
  const char *after = changed ? endings[end].changed : row->after;
  g_autofree char *reason
      = strip_end (after != NULL ? after : cardea_message_get_string (reply, "reason"));
  g_autofree char *words
      = note != NULL && note[0] != '\0' ? g_strdup_printf (" (“%s”)", note) : g_strdup ("");
  const char *last = row->error == AGENT_ERROR_REFUSED ? endings[end].refused : endings[end].failed;
  if (strcmp (doing, AGENT_LINK_GO_ON) == 0 || row->error == AGENT_ERROR_UNAVAILABLE)
    last = "";
  g_set_error (error, AGENT_ERROR, row->error, "%s %s %s: %s%s.%s", row->before, doing, object,
               reason, words, last);
}

static void
set_failed (GError *cause, const char *doing, const char *object, GError **error)
{
  if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, cause->message);
  else
    g_set_error (error, AGENT_ERROR, AGENT_ERROR_LOST, "I could not %s %s: %s.", doing, object,
                 cause->message);
}

/* --- messages --- */

void
agent_link_begin_turn (AgentLink *link, const char *session, const char *trace, const char *reason)
{
  g_free (link->trace);
  g_free (link->reason);
  if (session != NULL)
    {
      g_free (link->session);
      link->session = g_strdup (session);
    }
  link->trace = g_strdup (trace);
  link->reason = reason != NULL ? cardea_text_shorten (reason, REASON_MAX) : NULL;
  g_clear_pointer (&link->step, g_free);
  g_clear_pointer (&link->refusal, refusal_free);
}

const char *
agent_link_reason (const AgentLink *link)
{
  return link->step != NULL ? link->step : link->reason;
}

void
agent_link_set_reason (AgentLink *link, const char *reason)
{
  g_free (link->step);
  link->step = reason != NULL ? cardea_text_shorten (reason, REASON_MAX) : NULL;
}

const AgentRefusal *
agent_link_refusal (const AgentLink *link)
{
  return link->refusal;
}

static void
address (const AgentLink *link, CardeaMessage *message, gboolean action)
{
  if (link->trace != NULL)
    cardea_message_set_trace (message, link->trace);
  if (link->session != NULL)
    cardea_message_set_session (message, link->session);
  if (action && link->capability != NULL)
    cardea_message_set_string (message, "cap", link->capability);
}

CardeaMessage *
agent_link_start (AgentLink *link, GError **error)
{
  g_autoptr (CardeaMessage) ready = cardea_message_new ("agent.ready");
  cardea_message_set_string (ready, "version", AGENT_LINK_VERSION);
  g_autoptr (CardeaMessage) reply = cardea_client_call (link->client, ready, NULL, error);
  if (reply == NULL)
    return NULL;
  if (!cardea_message_is (reply, "agent.start"))
    {
      g_set_error_literal (error, AGENT_ERROR, AGENT_ERROR_UNAVAILABLE,
                           "the guardian did not start the session");
      return NULL;
    }
  g_free (link->session);
  link->session = g_strdup (cardea_message_session (reply));
  agent_link_take_capability (link, reply);
  return g_steal_pointer (&reply);
}

static CardeaMessage *
call (AgentLink *link, CardeaMessage *request, const char *wanted, const char *doing,
      const char *object, GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (CardeaMessage) reply = cardea_client_call (link->client, request, cancellable, &local);
  if (reply == NULL)
    {
      set_failed (local, doing, object, error);
      return NULL;
    }
  if (cardea_message_is (reply, "refused"))
    {
      set_refused (link, cardea_message_name (request), reply, doing, object, error);
      return NULL;
    }
  if (!cardea_message_is (reply, wanted))
    {
      g_set_error (error, AGENT_ERROR, AGENT_ERROR_UNAVAILABLE,
                   "I could not %s %s: the guardian gave an answer I do not know.", doing, object);
      return NULL;
    }
  return g_steal_pointer (&reply);
}

CardeaMessage *
agent_link_act (AgentLink *link, CardeaMessage *request, const char *wanted, const char *doing,
                const char *object, GCancellable *cancellable, GError **error)
{
  address (link, request, TRUE);
  return call (link, request, wanted, doing, object, cancellable, error);
}

CardeaMessage *
agent_link_ask (AgentLink *link, CardeaMessage *request, const char *wanted, const char *doing,
                const char *object, GCancellable *cancellable, GError **error)
{
  address (link, request, FALSE);
  return call (link, request, wanted, doing, object, cancellable, error);
}

void
agent_link_act_forget (AgentLink *link, CardeaMessage *request)
{
  address (link, request, TRUE);
  if (cardea_client_is_connected (link->client))
    cardea_client_call_async (link->client, request, NULL, NULL, NULL);
}

void
agent_link_tell (AgentLink *link, CardeaMessage *event)
{
  g_autoptr (GError) error = NULL;
  address (link, event, FALSE);
  if (!cardea_client_send (link->client, event, &error))
    g_debug ("an event was not sent: %s", error->message);
}

CardeaClient *
agent_link_client (AgentLink *link)
{
  return link->client;
}

static void
send_event (AgentLink *link, const char *kind, const char *text, CardeaJson *data)
{
  g_autoptr (CardeaMessage) event = cardea_message_new ("chat.event");
  cardea_message_set_string (event, "kind", kind);
  cardea_message_set_string (event, "text", text);
  if (data != NULL)
    cardea_message_set_json (event, "data", data);
  agent_link_tell (link, event);
}

void
agent_link_say (AgentLink *link, const char *kind, const char *text, CardeaJson *data)
{
  while (strlen (text) > PIECE_MAX)
    {
      gsize size = PIECE_MAX;
      while (((guint8) text[size] & 0xc0) == 0x80)
        size--;
      g_autofree char *piece = g_strndup (text, size);
      send_event (link, "delta", piece, NULL);
      text += size;
    }
  send_event (link, kind, text, data);
}
