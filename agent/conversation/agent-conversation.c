/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/conversation/agent-conversation.h"

#include "agent/access/agent-net.h"
#include "agent/acp/agent-acp.h"
#include "agent/content/agent-text.h"
#include "agent/conversation/agent-turn.h"
#include "agent/models/agent-model-remote.h"
#include "common/protocol/cardea-path-json.h"

#include <string.h>

struct _AgentConversation {
  CardeaClient *client;
  AgentLink *link;
  AgentModel *model; /* since agent.start */
  AgentConversationState state;
  GPtrArray *designated; /* of AgentDesignated */
  GQueue waiting;        /* of CardeaMessage: chat.user that came while working */
  AgentTurn *turn;       /* while WORKING or STOPPING; borrowed */
};

static const struct {
  AgentConversationState from;
  AgentConversationEvent event;
  AgentConversationState to;
} edges[] = {
  { AGENT_CONVERSATION_STARTING, AGENT_CONVERSATION_STARTED, AGENT_CONVERSATION_READY },
  { AGENT_CONVERSATION_STARTING, AGENT_CONVERSATION_LOST, AGENT_CONVERSATION_ENDED },
  { AGENT_CONVERSATION_READY, AGENT_CONVERSATION_USER, AGENT_CONVERSATION_WORKING },
  { AGENT_CONVERSATION_READY, AGENT_CONVERSATION_LOST, AGENT_CONVERSATION_ENDED },
  { AGENT_CONVERSATION_WORKING, AGENT_CONVERSATION_STOP, AGENT_CONVERSATION_STOPPING },
  { AGENT_CONVERSATION_WORKING, AGENT_CONVERSATION_FINISHED, AGENT_CONVERSATION_READY },
  { AGENT_CONVERSATION_WORKING, AGENT_CONVERSATION_LOST, AGENT_CONVERSATION_ENDED },
  { AGENT_CONVERSATION_STOPPING, AGENT_CONVERSATION_FINISHED, AGENT_CONVERSATION_READY },
  { AGENT_CONVERSATION_STOPPING, AGENT_CONVERSATION_LOST, AGENT_CONVERSATION_ENDED },
};

AgentConversationState
agent_conversation_next (AgentConversationState state, AgentConversationEvent event,
                         gboolean *ret_declared)
{
  for (gsize i = 0; i < G_N_ELEMENTS (edges); i++)
    if (edges[i].from == state && edges[i].event == event)
      {
        *ret_declared = TRUE;
        return edges[i].to;
      }
  *ret_declared = FALSE;
  return state;
}

/* TRUE when the event belongs to this state. */
static gboolean
step (AgentConversation *conversation, AgentConversationEvent event)
{
  gboolean declared;
  conversation->state = agent_conversation_next (conversation->state, event, &declared);
  return declared;
}

/* --- what the person designated --- */

static void
designate (AgentConversation *conversation, const char *path, const char *name, gboolean folder,
           gboolean writable)
{
  for (guint i = 0; i < conversation->designated->len; i++)
    {
      AgentDesignated *known = conversation->designated->pdata[i];
      if (g_strcmp0 (known->path, path) != 0)
        continue;
      known->writable |= writable;
      return;
    }
  if (conversation->designated->len >= AGENT_CONVERSATION_DESIGNATED_MAX)
    return;
  AgentDesignated *designated = agent_designated_new (path, name, folder);
  designated->writable = writable;
  g_ptr_array_add (conversation->designated, designated);
}

static void
designate_all (AgentConversation *conversation, const CardeaMessage *message)
{
  const CardeaJson *files = cardea_message_get_json (message, "files");
  for (guint i = 0; files != NULL && i < cardea_json_size (files); i++)
    {
      const CardeaJson *file = cardea_json_nth (files, i);
      g_autofree char *path = cardea_path_json_get (file, "path");
      g_autofree char *name = cardea_path_json_get (file, "name");
      const char *kind = cardea_json_get_string (file, "kind");
      /* What is not UTF-8 cannot be named in a request, but may be the only one that is meant. */
      if (path != NULL && path[0] == '/')
        designate (conversation, path, name, g_strcmp0 (kind, "folder") == 0,
                   g_strcmp0 (cardea_json_get_string (file, "access"), "rw") == 0);
    }
}

/* --- what was said before --- */

static void
remember_all (AgentConversation *conversation, const CardeaMessage *message)
{
  const CardeaJson *before = cardea_message_get_json (message, "before");
  for (guint i = 0; before != NULL && i < cardea_json_size (before); i++)
    {
      const CardeaJson *one = cardea_json_nth (before, i);
      const char *author = cardea_json_get_string (one, "author");
      const char *text = cardea_json_get_string (one, "text");
      if (author != NULL && text != NULL)
        agent_model_remember (conversation->model, strcmp (author, "person") == 0, text);
    }
}

/* --- which model --- */

static AgentModel *
speak_for (CardeaMessage *start)
{
  const char *folder = cardea_message_get_path (start, "folder");
  int input = cardea_message_take_fd (start, "foreign_input");
  int output = cardea_message_take_fd (start, "foreign_output");

  return agent_acp_new (cardea_message_get_string (start, "foreign"), folder, input, output);
}

static AgentModel *
choose_model (AgentConversation *conversation, CardeaMessage *start)
{
  g_autoptr (GError) error = NULL;
  const char *name = cardea_message_get_string (start, "model");
  const CardeaJson *described = cardea_message_get_json (start, "endpoint");
  if (cardea_message_get_string (start, "foreign") != NULL)
    return speak_for (start);
  if (described == NULL && (name == NULL || strcmp (name, "offline") == 0))
    return agent_model_offline_new ();
  AgentEndpoint *endpoint = agent_endpoint_read (described, &error);
  AgentModel *model
      = endpoint != NULL
            ? agent_model_remote_new (endpoint, agent_net_new (conversation->link), &error)
            : NULL;
  if (model != NULL)
    return model;
  const char *called = name != NULL ? name : cardea_json_get_string (described, "name");
  return agent_model_unusable_new (called != NULL ? called : "?", error->message);
}

/* --- turns --- */

static void
refuse_busy (AgentConversation *conversation, const CardeaMessage *message)
{
  g_autoptr (CardeaMessage) event = cardea_message_new ("chat.event");
  g_autoptr (GError) error = NULL;
  cardea_message_set_string (event, "kind", "failed");
  cardea_message_set_string (event, "text", "Too many messages are waiting; please try again.");
  if (cardea_message_trace (message) != NULL)
    cardea_message_set_trace (event, cardea_message_trace (message));
  if (cardea_message_session (message) != NULL)
    cardea_message_set_session (event, cardea_message_session (message));
  if (!cardea_client_send (conversation->client, event, &error))
    g_debug ("%s", error->message);
}

static void
work (AgentConversation *conversation, const CardeaMessage *message)
{
  designate_all (conversation, message);
  remember_all (conversation, message);
  g_autoptr (AgentTurn) turn
      = agent_turn_new (conversation->link, conversation->model, conversation->designated);
  conversation->turn = turn;
  agent_turn_run (turn, message);
  conversation->turn = NULL;
  step (conversation, AGENT_CONVERSATION_FINISHED);
}

static void
message_cb (CardeaClient *client, CardeaMessage *message, gpointer user_data)
{
  AgentConversation *conversation = user_data;
  if (cardea_message_is (message, "chat.user"))
    {
      if (conversation->waiting.length < AGENT_CONVERSATION_WAITING_MAX)
        g_queue_push_tail (&conversation->waiting, cardea_message_ref (message));
      else
        refuse_busy (conversation, message);
    }
  else if (cardea_message_is (message, "capability.changed"))
    agent_link_take_capability (conversation->link, message);
  else if (cardea_message_is (message, "chat.stop") && step (conversation, AGENT_CONVERSATION_STOP))
    agent_turn_stop (conversation->turn);
}

static void
closed_cb (CardeaClient *client, GError *error, gpointer user_data)
{
  AgentConversation *conversation = user_data;
  step (conversation, AGENT_CONVERSATION_LOST);
  if (conversation->turn != NULL)
    agent_turn_stop (conversation->turn);
}

AgentConversation *
agent_conversation_new (CardeaClient *client)
{
  AgentConversation *conversation = g_new0 (AgentConversation, 1);
  conversation->client = g_object_ref (client);
  conversation->link = agent_link_new (client);
  conversation->designated
      = g_ptr_array_new_with_free_func ((GDestroyNotify) agent_designated_free);
  g_queue_init (&conversation->waiting);
  g_signal_connect (client, "message", G_CALLBACK (message_cb), conversation);
  g_signal_connect (client, "closed", G_CALLBACK (closed_cb), conversation);
  return conversation;
}

void
agent_conversation_free (AgentConversation *conversation)
{
  g_signal_handlers_disconnect_by_data (conversation->client, conversation);
  g_queue_clear_full (&conversation->waiting, (GDestroyNotify) cardea_message_unref);
  g_clear_pointer (&conversation->model, agent_model_free); /* before the link, which it uses */
  agent_link_free (conversation->link);
  g_ptr_array_unref (conversation->designated);
  g_object_unref (conversation->client);
  g_free (conversation);
}

gboolean
agent_conversation_run (AgentConversation *conversation, GError **error)
{
  g_autoptr (CardeaMessage) start = agent_link_start (conversation->link, error);
  if (start == NULL)
    {
      step (conversation, AGENT_CONVERSATION_LOST);
      return FALSE;
    }
  step (conversation, AGENT_CONVERSATION_STARTED);
  conversation->model = choose_model (conversation, start);
  designate_all (conversation, start);

  while (conversation->state != AGENT_CONVERSATION_ENDED)
    {
      g_autoptr (CardeaMessage) message = g_queue_pop_head (&conversation->waiting);
      if (message == NULL)
        g_main_context_iteration (NULL, TRUE);
      else if (step (conversation, AGENT_CONVERSATION_USER))
        work (conversation, message);
    }
  return TRUE;
}
