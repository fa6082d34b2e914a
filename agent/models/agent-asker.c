/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: that what the guardian lets through is from the host that was named. Trusts nothing in
 * it. Refuses more than its limits of attempts, bytes and time; what was said to the person already
 * is never asked for again. */

#include "agent/models/agent-asker.h"

#include "agent/models/agent-answer-stream.h"
#include "agent/models/agent-catalogue.h"
#include "agent/models/agent-complaint.h"
#include "agent/models/agent-mend.h"
#include "agent/tools/agent-tool-schema.h"
#include "common/base/cardea-limits.h"

#include <string.h>

#define BYTES_PER_TOKEN 3u /* fewer than in plain English, more than in a table of figures */
#define OUTPUT_SHARE 4u    /* of what is taken in at once, left for the answer */
#define OUTPUT_TOKENS 4096u
#define CONTEXT_MIN 512u /* tokens: below that there is no asking */
#define END_MS 500       /* for the end of an answer that is over */
#define END_BYTES 65536u
#define RESULTS_AT_ONCE 4u

struct _AgentAsker {
  AgentEndpoint *endpoint;
  const AgentProtocol *protocol;
  AgentWay *way;
  char *url;
  char *host;
  guint without; /* AgentWithout: what this server does not know */
  guint context; /* tokens; less than the endpoint's once the server complained */
  gsize received;
};

/* One question, until it is answered. */
typedef struct {
  AgentAsker *asker;
  AgentTranscript *transcript;
  gint64 deadline;
  const AgentAskerHost *host;
  GCancellable *cancellable;
  AgentReply *reply;
  guint attempts;
  guint remedies;
  AgentComplaintRemedy remedy; /* of the last failure */
  guint without;
  gint64 wait;
} Asking;

AgentAsker *
agent_asker_new (AgentEndpoint *endpoint, const AgentProtocol *protocol, AgentWay *way)
{
  AgentAsker *asker = g_new0 (AgentAsker, 1);
  asker->endpoint = endpoint;
  asker->protocol = protocol;
  asker->way = way;
  asker->url = agent_endpoint_locate (endpoint, protocol->root, protocol->path, protocol->rooted);
  asker->host = agent_endpoint_host (endpoint);
  asker->context = endpoint->context;
  return asker;
}

void
agent_asker_free (AgentAsker *asker)
{
  agent_endpoint_free (asker->endpoint);
  agent_way_free (asker->way);
  g_free (asker->url);
  g_free (asker->host);
  g_free (asker);
}

const AgentEndpoint *
agent_asker_endpoint (const AgentAsker *asker)
{
  return asker->endpoint;
}

gsize
agent_asker_received (const AgentAsker *asker)
{
  return asker->received;
}

gboolean
agent_asker_lacks_tools (const AgentAsker *asker)
{
  return (asker->without & AGENT_WITHOUT_TOOLS) != 0;
}

static gsize
input_bytes (const AgentAsker *asker)
{
  guint output = asker->endpoint->output > 0 ? asker->endpoint->output : OUTPUT_TOKENS;
  guint kept = MIN (output, asker->context / OUTPUT_SHARE);
  return (gsize) (asker->context - kept) * BYTES_PER_TOKEN;
}

gsize
agent_asker_result_limit (const AgentAsker *asker)
{
  return input_bytes (asker) / RESULTS_AT_ONCE;
}

/* --- the request --- */

static gboolean
set_too_long (const Asking *asking, GError **error)
{
  g_set_error (error, AGENT_ERROR, AGENT_ERROR_LIMIT,
               "This is more than %s takes in at once. Ask about less, or begin a new chat.",
               asking->asker->endpoint->name);
  return FALSE;
}

static void
tell_left_out (const Asking *asking, guint before)
{
  if (agent_transcript_left_out (asking->transcript) > before)
    asking->host->status ("The beginning of this conversation is too long by now; the model is "
                          "only told what it was about",
                          asking->host->user_data);
}

static char *
write_body (const Asking *asking, gsize *ret_size, GError **error)
{
  const AgentAsker *asker = asking->asker;
  gboolean tools = !agent_asker_lacks_tools (asker);
  g_autoptr (CardeaJson) list
      = agent_tool_schema_list ((asker->without & AGENT_WITHOUT_CLOSED) == 0);
  g_autofree char *written = cardea_json_write (list, NULL, NULL);
  g_autofree char *fixed = asking->host->system (tools, asking->host->user_data);
  gsize overhead = strlen (fixed) + (tools && written != NULL ? strlen (written) : 0);
  gsize all = input_bytes (asker);
  guint before = agent_transcript_left_out (asking->transcript);
  if (all <= overhead || !agent_transcript_fit (asking->transcript, all - overhead))
    return set_too_long (asking, error), NULL;
  tell_left_out (asking, before);

  /* Anew: it tells of what was left out just now. */
  g_autofree char *system = asking->host->system (tools, asking->host->user_data);
  const AgentPrompt prompt = { system, asking->transcript, list };
  g_autoptr (CardeaJson) body = asker->protocol->compose (asker->endpoint, &prompt, asker->without);
  g_autofree char *text = cardea_json_write (body, ret_size, NULL);
  if (text == NULL || *ret_size > CARDEA_LIMIT_MEMFD)
    return set_too_long (asking, error), NULL;
  return g_steal_pointer (&text);
}

#define HEADERS_MAX 8

static AgentExchange *
open_exchange (const Asking *asking, GError **error)
{
  const AgentAsker *asker = asking->asker;
  gsize size, count = 0;
  g_autofree char *text = write_body (asking, &size, error);
  if (text == NULL)
    return NULL;
  AgentExchangeHeader headers[HEADERS_MAX + 1] = { { NULL, NULL } };
  headers[count++] = (AgentExchangeHeader){ "Content-Type", "application/json" };
  headers[count++] = (AgentExchangeHeader){ "Accept", "text/event-stream, application/json" };
  for (const AgentProtocolHeader *more = asker->protocol->headers;
       more->name != NULL && count < HEADERS_MAX; more++)
    headers[count++] = (AgentExchangeHeader){ more->name, more->value };

  g_autoptr (GBytes) body = g_bytes_new_take (g_steal_pointer (&text), size);
  const AgentExchangeRequest request = {
    .method = "POST",
    .url = asker->url,
    .headers = headers,
    .body = body,
    .object = asker->host,
    .model = TRUE,
    .max_bytes = AGENT_ASKER_ANSWER_MAX,
    .timeout = AGENT_ASKER_QUIET_SECONDS,
  };
  return agent_exchange_open (asker->way, &request, asking->cancellable, error);
}

/* --- the answer --- */

static gboolean
set_broken (Asking *asking, const char *what, const char *words, GError **error)
{
  const AgentAsker *asker = asking->asker;
  g_autofree char *said = words != NULL ? g_strdup_printf (" It says: “%s”", words) : g_strdup ("");
  g_set_error (error, AGENT_ERROR, AGENT_ERROR_UNAVAILABLE, "%s (%s) %s.%s", asker->endpoint->name,
               asker->host, what, said);
  return FALSE;
}

/* A fragment of a sentence becomes one. */
static gboolean
set_unreadable (Asking *asking, const GError *cause, GError **error)
{
  const AgentAsker *asker = asking->asker;
  asking->remedy = AGENT_COMPLAINT_FINAL;
  g_set_error (error, AGENT_ERROR, (int) cause->code,
               "I cannot make use of what %s (%s) answers: %s. Check its address and its kind in "
               "Settings → Models.",
               asker->endpoint->name, asker->host, cause->message);
  return FALSE;
}

static void
hand_on (Asking *asking)
{
  AgentReply *reply = asking->reply;
  if (reply->text->len > reply->said)
    asking->host->say (reply->text->str + reply->said, asking->host->user_data);
  reply->said = reply->text->len;
}

static gboolean
grace_over_cb (gpointer user_data)
{
  g_cancellable_cancel (user_data);
  return G_SOURCE_CONTINUE;
}

/* An answer that is over has an end; where that comes at once, the connection need not be cut. */
static void
drain (AgentExchange *exchange)
{
  g_autoptr (GCancellable) grace = g_cancellable_new ();
  guint timer = g_timeout_add (END_MS, grace_over_cb, grace);
  gsize drained = 0;
  while (drained < END_BYTES)
    {
      g_autoptr (GBytes) piece = agent_exchange_next (exchange, grace, NULL);
      if (piece == NULL)
        break;
      drained += g_bytes_get_size (piece);
    }
  g_source_remove (timer);
}

static gboolean
check_limits (Asking *asking, gsize size, GError **error)
{
  asking->asker->received += size;
  if (g_get_monotonic_time () <= asking->deadline)
    return TRUE;
  asking->remedy = AGENT_COMPLAINT_FINAL;
  g_set_error (error, AGENT_ERROR, AGENT_ERROR_LIMIT,
               "%s took too long, so I stopped it. Ask again, or for less at once.",
               asking->asker->endpoint->name);
  return FALSE;
}

static gboolean
take_piece (Asking *asking, AgentAnswerStream *stream, GBytes *piece, gboolean *thinking,
            GError **error)
{
  gsize size;
  g_autoptr (GError) local = NULL;
  const void *bytes = g_bytes_get_data (piece, &size);
  gboolean ok = agent_answer_stream_push (stream, bytes, size, &local);
  hand_on (asking);
  if (!ok)
    return set_unreadable (asking, local, error);
  if (asking->reply->thinking && !*thinking)
    {
      g_autofree char *text = g_strdup_printf ("%s is thinking", asking->asker->endpoint->name);
      asking->host->status (text, asking->host->user_data);
      *thinking = TRUE;
    }
  return check_limits (asking, size, error);
}

static gboolean
read_pieces (Asking *asking, AgentExchange *exchange, AgentAnswerStream *stream, GError **error)
{
  AgentReply *reply = asking->reply;
  gboolean thinking = FALSE;
  while (!reply->over && reply->problem == NULL)
    {
      g_autoptr (GError) local = NULL;
      g_autoptr (GBytes) piece = agent_exchange_next (exchange, asking->cancellable, &local);
      if (local != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
      if (piece == NULL)
        return agent_answer_stream_finish (stream, &local) || set_unreadable (asking, local, error);
      if (!take_piece (asking, stream, piece, &thinking, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
judge_reply (Asking *asking, GError **error)
{
  const AgentReply *reply = asking->reply;
  if (reply->problem != NULL)
    {
      asking->remedy
          = agent_complaint_judge (500, reply->problem, asking->asker->without, &asking->without);
      return set_broken (asking, "broke off its answer", reply->problem, error);
    }
  if (reply->text->len > 0 || agent_assembly_size (reply->assembly) > 0)
    return TRUE;
  return set_broken (asking,
                     reply->ended || reply->pieces > 0
                         ? "answered nothing; ask again, or another model"
                         : "broke off before it said anything; ask again",
                     NULL, error);
}

static gboolean
read_answer (Asking *asking, AgentExchange *exchange, GError **error)
{
  g_autoptr (AgentAnswerStream) stream
      = agent_answer_stream_new (asking->asker->protocol, exchange->type, asking->reply);
  asking->remedy = AGENT_COMPLAINT_AGAIN;
  gboolean ok = read_pieces (asking, exchange, stream, error);
  hand_on (asking);
  if (!ok)
    return FALSE;
  if (asking->reply->over)
    drain (exchange);
  return judge_reply (asking, error);
}

/* --- a complaint in place of an answer --- */

static char *
read_complaint (Asking *asking, AgentExchange *exchange)
{
  g_autoptr (GString) text = g_string_new (NULL);
  while (text->len < AGENT_ASKER_PROBLEM_MAX)
    {
      gsize size;
      g_autoptr (GBytes) piece = agent_exchange_next (exchange, asking->cancellable, NULL);
      const char *bytes = piece != NULL ? g_bytes_get_data (piece, &size) : NULL;
      if (bytes == NULL)
        break;
      g_string_append_len (text, bytes, (gssize) size);
    }
  g_autoptr (CardeaJson) json = agent_mend_parse (text->str, text->len, NULL);
  return json != NULL ? agent_reply_read_problem (json) : NULL;
}

static gboolean
take_complaint (Asking *asking, AgentExchange *exchange, GError **error)
{
  const AgentAsker *asker = asking->asker;
  g_autofree char *words = read_complaint (asking, exchange);
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  if (g_cancellable_set_error_if_cancelled (asking->cancellable, error))
    return FALSE;
  asking->wait = agent_complaint_read_wait (exchange->retry_after, now);
  asking->remedy
      = agent_complaint_judge (exchange->status, words, asker->without, &asking->without);
  agent_complaint_set (asker->endpoint, exchange->status, words, asking->wait, error);
  return FALSE;
}

/* --- asking again --- */

static gboolean
try_without (Asking *asking)
{
  AgentAsker *asker = asking->asker;
  gboolean lacked = agent_asker_lacks_tools (asker);
  asker->without = asking->without;
  if (agent_asker_lacks_tools (asker) && !lacked)
    {
      g_autofree char *text = g_strdup_printf (
          "%s cannot use tools: it can talk, but not work with files", asker->endpoint->name);
      asking->host->status (text, asking->host->user_data);
    }
  return asking->remedies++ < AGENT_ASKER_REMEDIES_MAX;
}

static gboolean
try_shorter (Asking *asking)
{
  asking->asker->context /= 2;
  return asking->asker->context >= CONTEXT_MIN && asking->remedies++ < AGENT_ASKER_REMEDIES_MAX;
}

static gboolean
try_again (Asking *asking)
{
  const AgentAsker *asker = asking->asker;
  gint64 wait = asking->wait >= 0 ? asking->wait : (gint64) 1 << asking->attempts;
  if (++asking->attempts >= AGENT_ASKER_ATTEMPTS_MAX || wait > AGENT_COMPLAINT_WAIT_MAX)
    return FALSE;
  g_autofree char *text = g_strdup_printf (
      "%s does not answer now; I ask again in %" G_GINT64_FORMAT " s", asker->endpoint->name, wait);
  asking->host->status (text, asking->host->user_data);
  return agent_way_wait (asker->way, (guint) wait * 1000, asking->cancellable, NULL);
}

static gboolean
try_nothing (Asking *asking)
{
  return FALSE;
}

static gboolean (*const remedies[]) (Asking *asking) = {
  [AGENT_COMPLAINT_FINAL] = try_nothing,
  [AGENT_COMPLAINT_WITHOUT] = try_without,
  [AGENT_COMPLAINT_SHORTER] = try_shorter,
  [AGENT_COMPLAINT_AGAIN] = try_again,
};

/* Once in a session: nobody said which of the server's models it is. */
static gboolean
find_model (Asking *asking, GError **error)
{
  AgentAsker *asker = asking->asker;
  if (asker->endpoint->model == NULL)
    asker->endpoint->model = agent_catalogue_find (asker->way, asker->endpoint, asker->protocol,
                                                   asking->cancellable, error);
  return asker->endpoint->model != NULL;
}

static gboolean
attempt (Asking *asking, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (AgentExchange) exchange = NULL;
  asking->wait = -1;
  if (find_model (asking, &local))
    exchange = open_exchange (asking, &local);
  if (exchange == NULL)
    {
      /* A server that is about to start is there a second later; one that is not is not. */
      gboolean again
          = g_error_matches (local, AGENT_ERROR, AGENT_ERROR_UNAVAILABLE) && asking->attempts == 0;
      asking->remedy = again ? AGENT_COMPLAINT_AGAIN : AGENT_COMPLAINT_FINAL;
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  return exchange->status >= 200 && exchange->status < 300
             ? read_answer (asking, exchange, error)
             : take_complaint (asking, exchange, error);
}

/* Whether a failure may be followed by another request at all. */
static gboolean
may_go_on (const Asking *asking, const GError *failure)
{
  return asking->reply->said == 0 && !g_cancellable_is_cancelled (asking->cancellable)
         && !g_error_matches (failure, AGENT_ERROR, AGENT_ERROR_LOST)
         && !g_error_matches (failure, AGENT_ERROR, AGENT_ERROR_REFUSED);
}

AgentReply *
agent_asker_ask (AgentAsker *asker, AgentTranscript *transcript, guint round, gint64 deadline,
                 const AgentAskerHost *host, GCancellable *cancellable, GError **error)
{
  Asking asking = { asker, transcript, deadline, host, cancellable };
  for (;;)
    {
      g_autoptr (GError) local = NULL;
      g_clear_pointer (&asking.reply, agent_reply_free);
      asking.reply = agent_reply_new (round);
      if (attempt (&asking, &local))
        return asking.reply;
      if (may_go_on (&asking, local) && remedies[asking.remedy](&asking))
        continue;
      if (!g_cancellable_set_error_if_cancelled (cancellable, error))
        g_propagate_error (error, g_steal_pointer (&local));
      return asking.reply;
    }
}
