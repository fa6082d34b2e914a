/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/models/agent-model-remote.h"

#include "agent/models/agent-asker.h"
#include "agent/models/agent-prompt.h"
#include "agent/models/agent-repeat.h"

#include <string.h>

#define BROKEN_OFF "(The answer broke off here.)"
#define BYTES_PER_TOKEN 4 /* where a server does not count them */

typedef struct {
  AgentModel base;
  AgentAsker *asker;
  AgentTranscript *transcript;
  guint round; /* of the conversation */
} AgentModelRemote;

typedef struct {
  AgentModelRemote *model;
  const AgentModelRequest *request;
  const AgentModelHost *host;
  AgentRepeat *repeat;
  gint64 started;
  gint64 in_tools; /* microseconds: a person's time to answer is not the model's */
  gsize received;  /* when it began */
  gint64 tokens;
  guint calls;
  gboolean spoke; /* something was said in this turn */
  gboolean fresh; /* the next text begins a new answer of the model */
} Turn;

/* --- what the model says --- */

static void
say_cb (const char *text, gpointer user_data)
{
  Turn *turn = user_data;
  if (turn->fresh && turn->spoke)
    turn->host->say ("\n\n", turn->host->user_data);
  turn->fresh = FALSE;
  turn->spoke = TRUE;
  turn->host->say (text, turn->host->user_data);
}

static void
status_cb (const char *text, gpointer user_data)
{
  Turn *turn = user_data;
  turn->host->status (text, turn->host->user_data);
}

static char *
system_cb (gboolean tools, gpointer user_data)
{
  Turn *turn = user_data;
  return agent_prompt_system (turn->request->designated, tools, turn->model->transcript);
}

/* --- what it calls --- */

/* null for what is not given is a habit of models. */
static CardeaJson *
copy_arguments (const CardeaJson *given)
{
  CardeaJson *arguments = cardea_json_new_object ();
  for (guint i = 0; i < cardea_json_size (given); i++)
    {
      CardeaJson *value = cardea_json_nth (given, i);
      if (cardea_json_type (value) != CARDEA_JSON_NULL)
        cardea_json_set (arguments, cardea_json_nth_name (given, i), cardea_json_ref (value));
    }
  return arguments;
}

static void
give_back (Turn *turn, const AgentCall *call, char *taken, gboolean failed)
{
  agent_transcript_add_result (turn->model->transcript, call->id, taken, failed);
  g_free (taken);
}

/* A failure of the agent itself ends the turn; all others the model is told. */
static gboolean
is_fatal (const GError *error)
{
  return error->domain != AGENT_ERROR || error->code == AGENT_ERROR_LOST
         || error->code == AGENT_ERROR_STOPPED;
}

static gboolean
run_call (Turn *turn, const AgentCall *call, GError **error)
{
  g_autoptr (GError) local = NULL;
  gint64 begun = g_get_monotonic_time ();
  g_autoptr (AgentToolResult) result = turn->host->run (
      call->name, copy_arguments (call->arguments), turn->host->user_data, &local);
  turn->in_tools += g_get_monotonic_time () - begun;
  if (result != NULL)
    {
      gsize limit = CLAMP (agent_asker_result_limit (turn->model->asker), AGENT_PROMPT_RESULT_MIN,
                           AGENT_PROMPT_RESULT_MAX);
      if (result->change != NULL)
        agent_repeat_forget (turn->repeat);
      give_back (turn, call, agent_prompt_result (result, limit), FALSE);
      return TRUE;
    }
  if (is_fatal (local) || g_cancellable_is_cancelled (turn->request->cancellable))
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  gboolean refused = g_error_matches (local, AGENT_ERROR, AGENT_ERROR_REFUSED);
  give_back (turn, call, agent_prompt_failure (local->message, refused), TRUE);
  return TRUE;
}

static gboolean
set_limit (const Turn *turn, const char *what, GError **error)
{
  g_set_error (error, AGENT_ERROR, AGENT_ERROR_LIMIT, "I stopped %s: %s. Ask again to go on.",
               turn->model->base.name, what);
  return FALSE;
}

static gboolean
take_call (Turn *turn, const AgentCall *call, GError **error)
{
  static const char again[] = "This very call was made before, with the same result. Do something "
                              "else, or answer the person.";
  AgentRepeatVerdict verdict = agent_repeat_judge (turn->repeat, call);
  if (verdict == AGENT_REPEAT_END)
    return set_limit (turn, "it went round in circles, calling the same again and again", error);
  if (turn->calls == AGENT_MODEL_REMOTE_CALLS_MAX)
    return set_limit (turn, "it used the tools 60 times without coming to an end", error);
  turn->calls++;
  if (verdict == AGENT_REPEAT_REFUSE)
    give_back (turn, call, agent_prompt_failure (again, FALSE), TRUE);
  else if (call->arguments == NULL)
    give_back (turn, call,
               agent_prompt_failure ("The arguments are no JSON object; nothing was done.", FALSE),
               TRUE);
  else
    return run_call (turn, call, error);
  return TRUE;
}

/* calls may go away with the transcript's entry, which is not while the turn lasts. */
static gboolean
take_calls (Turn *turn, const GPtrArray *calls, GError **error)
{
  for (guint i = 0; i < calls->len; i++)
    if (g_cancellable_set_error_if_cancelled (turn->request->cancellable, error)
        || !take_call (turn, calls->pdata[i], error))
      return FALSE;
  return TRUE;
}

/* --- the turn --- */

static gint64
deadline (const Turn *turn)
{
  return turn->started + turn->in_tools + (gint64) AGENT_MODEL_REMOTE_SECONDS_MAX * G_USEC_PER_SEC;
}

static void
count_tokens (Turn *turn, const AgentReply *reply)
{
  turn->tokens
      += reply->tokens_out >= 0 ? reply->tokens_out : (gint64) reply->text->len / BYTES_PER_TOKEN;
}

static gboolean
check_limits (const Turn *turn, guint rounds, GError **error)
{
  if (rounds == AGENT_MODEL_REMOTE_ROUNDS_MAX)
    return set_limit (turn, "it did not come to an end in 40 steps", error);
  if (turn->tokens >= AGENT_MODEL_REMOTE_TOKENS_MAX)
    return set_limit (turn, "it said more than 200000 tokens", error);
  if (agent_asker_received (turn->model->asker) - turn->received >= AGENT_MODEL_REMOTE_BYTES_MAX)
    return set_limit (turn, "it sent more than 32 MiB", error);
  if (g_get_monotonic_time () >= deadline (turn))
    return set_limit (turn, "it took more than 20 minutes", error);
  return TRUE;
}

/* Reasons to end in a server's word that the person should know of. */
static const struct {
  const char *stop;
  const char *note;
} stops[] = {
  { "length", "The answer was cut off: the model’s limit of one answer was reached." },
  { "max_tokens", "The answer was cut off: the model’s limit of one answer was reached." },
  { "model_context_window_exceeded", "The answer was cut off: the conversation is too long." },
  { "content_filter", "The answer was cut off by its provider’s filter." },
  { "refusal", "The model’s provider does not let it answer this." },
};

static void
tell_stop (Turn *turn, const AgentReply *reply)
{
  for (gsize i = 0; reply->stop != NULL && i < G_N_ELEMENTS (stops); i++)
    if (strcmp (reply->stop, stops[i].stop) == 0)
      {
        g_autofree char *note = g_strdup_printf ("\n\n*%s*", stops[i].note);
        say_cb (note, turn);
      }
}

/* One request and what the model wants done. *ret_done: it called nothing, the turn is over. */
static gboolean
go_round (Turn *turn, gboolean *ret_done, GError **error)
{
  AgentModelRemote *model = turn->model;
  const AgentAskerHost host = { say_cb, status_cb, system_cb, turn };
  g_autoptr (GError) local = NULL;
  turn->fresh = TRUE;
  g_autoptr (AgentReply) reply
      = agent_asker_ask (model->asker, model->transcript, ++model->round, deadline (turn), &host,
                         turn->request->cancellable, &local);
  g_autoptr (GPtrArray) calls = agent_assembly_take (reply->assembly);
  count_tokens (turn, reply);
  if (local != NULL)
    {
      if (reply->text->len > 0)
        agent_transcript_add_assistant (
            model->transcript, reply->text->str,
            g_ptr_array_new_with_free_func ((GDestroyNotify) agent_call_free));
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  agent_transcript_add_assistant (model->transcript, reply->text->str, g_ptr_array_ref (calls));
  *ret_done = calls->len == 0;
  if (*ret_done)
    tell_stop (turn, reply);
  return take_calls (turn, calls, error);
}

/* A question that was never answered, before the next one. */
static void
close_former (AgentModelRemote *model)
{
  if (agent_transcript_size (model->transcript) > 0)
    agent_transcript_close (model->transcript, BROKEN_OFF);
}

/* Servers want them in turns, a person's first: an answer to nothing is left out. */
static void
remote_remember (AgentModel *base, gboolean person, const char *text)
{
  AgentModelRemote *model = (AgentModelRemote *) base;
  guint size = agent_transcript_size (model->transcript);

  if (person)
    {
      close_former (model);
      agent_transcript_add_user (model->transcript, text);
    }
  else if (size > 0
           && agent_transcript_nth (model->transcript, size - 1)->kind == AGENT_TRANSCRIPT_USER)
    agent_transcript_add_assistant (
        model->transcript, text, g_ptr_array_new_with_free_func ((GDestroyNotify) agent_call_free));
}

static gboolean
remote_answer (AgentModel *base, const AgentModelRequest *request, const AgentModelHost *host,
               GError **error)
{
  AgentModelRemote *model = (AgentModelRemote *) base;
  g_autoptr (AgentRepeat) repeat = agent_repeat_new ();
  Turn turn = {
    .model = model,
    .request = request,
    .host = host,
    .repeat = repeat,
    .started = g_get_monotonic_time (),
    .received = agent_asker_received (model->asker),
  };
  gboolean done = FALSE, ok = TRUE;
  g_autofree char *text = g_strdup_printf ("Asking %s", base->name);
  host->status (text, host->user_data);
  close_former (model);
  agent_transcript_add_user (model->transcript, request->text);
  for (guint rounds = 0; ok && !done; rounds++)
    ok = check_limits (&turn, rounds, error) && go_round (&turn, &done, error);
  agent_transcript_close (model->transcript, BROKEN_OFF);
  return ok;
}

static void
remote_dispose (AgentModel *base)
{
  AgentModelRemote *model = (AgentModelRemote *) base;
  agent_asker_free (model->asker);
  agent_transcript_free (model->transcript);
}

AgentModel *
agent_model_remote_new (AgentEndpoint *taken_endpoint, AgentWay *taken_way, GError **error)
{
  static const AgentModelClass class = { remote_answer, remote_dispose, remote_remember };
  g_autoptr (AgentEndpoint) endpoint = taken_endpoint;
  g_autoptr (AgentWay) way = taken_way;
  const AgentProtocol *protocol = agent_protocol_find (endpoint->kind);
  if (protocol == NULL)
    {
      g_set_error (error, AGENT_ERROR, AGENT_ERROR_UNSUITABLE,
                   "%s is of a kind that this version does not know; add it again in "
                   "Settings → Models.",
                   endpoint->name);
      return NULL;
    }
  AgentModelRemote *model = g_new0 (AgentModelRemote, 1);
  model->base.class = &class;
  model->asker = agent_asker_new (g_steal_pointer (&endpoint), protocol, g_steal_pointer (&way));
  model->base.name = agent_asker_endpoint (model->asker)->name;
  model->transcript = agent_transcript_new ();
  return &model->base;
}
