/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/content/agent-error.h"
#include "agent/models/agent-answer-stream.h"
#include "agent/models/agent-mend.h"

#include <string.h>

#define EVENTS "text/event-stream"
#define JSON "application/json"

/* What servers send, and what it comes to: "text|id:name{arguments} …|stop|in/out|problem". */
typedef struct {
  const char *kind;
  const char *type;
  const char *bytes;
  const char *reply; /* NULL: refused */
} Stream;

static const Stream streams[] = {
  /* as documented */
  { "openai", EVENTS,
    "data: {\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":\"\"}}]}\n\n"
    "data: {\"choices\":[{\"delta\":{\"content\":\"Hal\"}}]}\n\n"
    "data: {\"choices\":[{\"delta\":{\"content\":\"l\xc3\xb6 \xf0\x9f\x99\x82\"}}]}\n\n"
    "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n"
    "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":4}}\n\n"
    "data: [DONE]\n\n",
    "Hall\xc3\xb6 \xf0\x9f\x99\x82||stop|9/4|" },
  { "openai", EVENTS,
    "data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"a\",\"type\":"
    "\"function\",\"function\":{\"name\":\"read\",\"arguments\":\"\"}}]}}]}\n\n"
    "data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":"
    "\"{\\\"file\\\":\"}}]}}]}\n\n"
    "data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":"
    "\"\\\"\xe2\x82\xac\\\"}\"}}]}}]}\n\n"
    "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"tool_calls\"}]}\n\n"
    "data: [DONE]\n\n",
    "|a:read{\"file\":\"\xe2\x82\xac\"} |tool_calls|-1/-1|" },
  /* neither [DONE] nor the last blank line; CRLF; a comment; finish_reason "stop" with calls;
   * arguments as an object; no index, no id */
  { "openai", EVENTS,
    ": OPENROUTER PROCESSING\r\n\r\n"
    "data: {\"choices\":[{\"delta\":{\"content\":null,\"tool_calls\":[{\"function\":{\"name\":"
    "\"list\",\"arguments\":{\"folder\":\"/\"}}}]},\"finish_reason\":\"\"}]}\r\n\r\n"
    "data: {\"choices\":[{\"delta\":{\"content\":\"\"},\"finish_reason\":\"stop\"}]}",
    "|call_3_1:list{\"folder\":\"/\"} |stop|-1/-1|" },
  /* no finish_reason at all */
  { "openai", EVENTS, "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n", "a|||-1/-1|" },
  /* reasoning is no answer; content in parts; the older way of calling */
  { "openai", EVENTS,
    "data: {\"choices\":[{\"delta\":{\"reasoning_content\":\"hm\"}}]}\n\n"
    "data: {\"choices\":[{\"delta\":{\"content\":[{\"type\":\"text\",\"text\":\"a\"},{\"type\":"
    "\"thinking\"}]}}]}\n\n"
    "data: {\"choices\":[{\"delta\":{\"function_call\":{\"name\":\"list\",\"arguments\":"
    "\"{}\"}}}]}\n\ndata: [DONE]\n\n",
    "a|call_3_1:list{} ||-1/-1|" },
  /* text that looks like a call is text */
  { "openai", EVENTS,
    "data: {\"choices\":[{\"delta\":{\"content\":\"<tool_call>{\\\"name\\\":\\\"delete\\\"}"
    "</tool_call>\"}}]}\n\ndata: [DONE]\n\n",
    "<tool_call>{\"name\":\"delete\"}</tool_call>|||-1/-1|" },
  /* errors in the middle: in an event, without "data:", of vLLM's kind, as a text */
  { "openai", EVENTS,
    "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n"
    "data: {\"error\":{\"message\":\"overloaded\",\"code\":503}}\n\n",
    "a|||-1/-1|overloaded" },
  { "openai", EVENTS, "{\"error\":{\"message\":\"boom\"}}\n", "|||-1/-1|boom" },
  { "openai", EVENTS, "data: {\"object\":\"error\",\"message\":\"too bad\"}\n\n",
    "|||-1/-1|too bad" },
  { "openai", EVENTS, "data: {\"error\":\"no \\u001b[31mcolour\"}\n\n",
    "|||-1/-1|no \xef\xbf\xbd[31mcolour" },
  /* bytes that are no UTF-8, half a pair, NaN, a NUL, a control character in a string */
  { "openai", EVENTS,
    "data: {\"choices\":[{\"delta\":{\"content\":\"a\xff\"},\"logprobs\":NaN}]}\n\n"
    "data: {\"choices\":[{\"delta\":{\"content\":\"\\ud83d\\u0000\\u0007\x01\\r\\nb\"}}]}\n\n"
    "data: [DONE]\n\n",
    "a\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\nb|||-1/-1|" },
  /* what comes after the end does not count; events that are no objects */
  { "openai", EVENTS,
    "data: 7\n\ndata: []\n\ndata: null\n\ndata: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n"
    "data: [DONE]\n\ndata: {\"choices\":[{\"delta\":{\"content\":\"b\"}}]}\n\n",
    "a|||-1/-1|" },
  /* members of other types */
  { "openai", EVENTS,
    "data: {\"choices\":{\"delta\":1}}\n\ndata: {\"choices\":[7]}\n\n"
    "data: {\"choices\":[{\"delta\":{\"content\":7,\"tool_calls\":7}}],\"usage\":\"x\"}\n\n"
    "data: {\"choices\":[{\"delta\":{\"tool_calls\":[7,{\"function\":\"x\"}]}}]}\n\n"
    "data: [DONE]\n\n",
    "|||-1/-1|" },
  /* all at once, whatever the type says; two calls of one index */
  { "openai", JSON,
    "{\"choices\":[{\"message\":{\"content\":\"a\",\"tool_calls\":[{\"index\":0,\"id\":\"x\","
    "\"function\":{\"name\":\"list\",\"arguments\":\"{}\"}},{\"index\":0,\"id\":\"y\","
    "\"function\":{\"name\":\"list\",\"arguments\":\"{}\"}}]},\"finish_reason\":\"stop\"}],"
    "\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2}}",
    "a|x:list{} y:list{} |stop|1/2|" },
  { "openai", "", " \n{\"choices\":[{\"message\":{\"content\":\"a\"}}]}", "a|||-1/-1|" },
  { "openai", "", "\xef\xbb\xbf{\"choices\":[{\"message\":{\"content\":\"a\"}}]}", "a|||-1/-1|" },
  { "openai", "", "\xef\xbb\xbf<html>", NULL },
  { "openai", JSON, "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n", "a|||-1/-1|" },
  { "openai", JSON, "{\"error\":{\"message\":\"no\"}}", "|||-1/-1|no" },
  /* what is no answer */
  { "openai", "text/html", "<!DOCTYPE html><title>Sign in</title>", NULL },
  { "openai", EVENTS, "\n<html>", NULL },
  { "openai", EVENTS, "data: {\"choices\":\n\n", NULL },
  { "openai", JSON, "{\"choices\":", NULL },
  { "openai", EVENTS, "data: {\"a\":1,\"a\":2}\n\n", NULL },
  { "openai", EVENTS, "", "|||-1/-1|" },

  { "anthropic", EVENTS,
    "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"usage\":"
    "{\"input_tokens\":9,\"output_tokens\":1}}}\n\n"
    "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,"
    "\"content_block\":{\"type\":\"thinking\",\"thinking\":\"\"}}\n\n"
    "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":"
    "{\"type\":\"thinking_delta\",\"thinking\":\"hm\"}}\n\n"
    "event: ping\ndata: {\"type\":\"ping\"}\n\n"
    "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":1,\"delta\":"
    "{\"type\":\"text_delta\",\"text\":\"I read \xe2\x82\xac\"}}\n\n"
    "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":2,"
    "\"content_block\":{\"type\":\"tool_use\",\"id\":\"t1\",\"name\":\"read\",\"input\":{}}}\n\n"
    "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":2,\"delta\":"
    "{\"type\":\"input_json_delta\",\"partial_json\":\"\"}}\n\n"
    "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":2,\"delta\":"
    "{\"type\":\"input_json_delta\",\"partial_json\":\"{\\\"file\\\":\"}}\n\n"
    "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":2,\"delta\":"
    "{\"type\":\"input_json_delta\",\"partial_json\":\"\\\"x\\\"}\"}}\n\n"
    "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":2}\n\n"
    "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":3,"
    "\"content_block\":{\"type\":\"tool_use\",\"id\":\"t2\",\"name\":\"list\",\"input\":{}}}\n\n"
    "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":"
    "\"tool_use\"},\"usage\":{\"output_tokens\":40}}\n\n"
    "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n",
    "I read \xe2\x82\xac|t1:read{\"file\":\"x\"} t2:list{} |tool_use|9/40|" },
  /* the input at once, in the block's beginning */
  { "anthropic", EVENTS,
    "data: {\"type\":\"content_block_start\",\"content_block\":{\"type\":\"tool_use\",\"id\":"
    "\"a\",\"name\":\"list\",\"input\":{\"folder\":\"/\"}}}\r\r"
    "data: {\"type\":\"message_stop\"}\r\r",
    "|a:list{\"folder\":\"/\"} ||-1/-1|" },
  { "anthropic", EVENTS,
    "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\","
    "\"message\":\"Overloaded\"}}\n\n",
    "|||-1/-1|Overloaded" },
  { "anthropic", EVENTS, "data: {\"error\":{\"message\":\"no\"}}\n\n", "|||-1/-1|no" },
  { "anthropic", JSON,
    "{\"type\":\"message\",\"content\":[{\"type\":\"text\",\"text\":\"a\"},{\"type\":\"tool_use\","
    "\"id\":\"x\",\"name\":\"list\",\"input\":{}}],\"stop_reason\":\"tool_use\",\"usage\":"
    "{\"input_tokens\":1,\"output_tokens\":2}}",
    "a|x:list{} |tool_use|1/2|" },
  { "anthropic", EVENTS,
    "data: {\"type\":7}\n\ndata: {\"type\":\"content_block_delta\",\"index\":\"x\",\"delta\":7}\n\n"
    "data: {\"type\":\"content_block_start\",\"content_block\":7}\n\n"
    "data: {\"type\":\"message_delta\"}\n\n",
    "|||-1/-1|" },
};

static char *
describe (AgentReply *reply)
{
  GString *text = g_string_new (reply->text->str);
  g_autoptr (GPtrArray) calls = agent_assembly_take (reply->assembly);
  g_string_append_c (text, '|');
  for (guint i = 0; i < calls->len; i++)
    {
      const AgentCall *call = calls->pdata[i];
      g_autofree char *arguments = agent_call_write (call);
      g_string_append_printf (text, "%s:%s%s ", call->id, call->name,
                              call->arguments != NULL ? arguments : "!");
    }
  g_string_append_printf (text, "|%s|%d/%d|%s", reply->stop != NULL ? reply->stop : "",
                          (int) reply->tokens_in, (int) reply->tokens_out,
                          reply->problem != NULL ? reply->problem : "");
  return g_string_free (text, FALSE);
}

/* NULL when it was refused. */
static char *
read_pieces (const Stream *from, gsize first, gsize piece)
{
  g_autoptr (AgentReply) reply = agent_reply_new (3);
  g_autoptr (AgentAnswerStream) stream
      = agent_answer_stream_new (agent_protocol_find (from->kind), from->type, reply);
  g_autoptr (GError) error = NULL;
  gsize size = strlen (from->bytes);
  gboolean ok = TRUE;
  for (gsize at = 0, next = first; ok && at < size; at = next, next += piece)
    ok = agent_answer_stream_push (stream, from->bytes + at, MIN (next, size) - at, &error);
  if (ok && agent_answer_stream_finish (stream, &error))
    return describe (reply);
  g_assert_error (error, AGENT_ERROR, AGENT_ERROR_UNSUITABLE);
  return NULL;
}

/* Cut in two at every byte, and into pieces of every small size. */
static void
test_streams (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (streams); i++)
    {
      const Stream *stream = &streams[i];
      gsize size = strlen (stream->bytes);
      for (gsize cut = 1; cut <= size + 1; cut++)
        {
          g_autofree char *two = read_pieces (stream, cut, size + 1);
          g_autofree char *many = read_pieces (stream, cut % 7 + 1, cut % 7 + 1);
          g_assert_cmpstr (two, ==, stream->reply);
          g_assert_cmpstr (many, ==, stream->reply);
        }
    }
}

/* --- requests --- */

static AgentEndpoint *
new_endpoint (const char *kind, const char *url, const char *limits)
{
  g_autofree char *text = g_strdup_printf ("{\"name\":\"Mine\",\"kind\":\"%s\",\"url\":\"%s\","
                                           "\"model\":\"m-1\"%s}",
                                           kind, url, limits);
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaJson) json = cardea_json_parse (text, strlen (text), &error);
  g_assert_no_error (error);
  AgentEndpoint *endpoint = agent_endpoint_read (json, &error);
  g_assert_no_error (error);
  return endpoint;
}

static GPtrArray *
new_calls (const char *id, const char *name, const char *arguments)
{
  GPtrArray *calls = g_ptr_array_new_with_free_func ((GDestroyNotify) agent_call_free);
  if (id != NULL)
    g_ptr_array_add (
        calls, agent_call_new (id, name, cardea_json_parse (arguments, strlen (arguments), NULL)));
  return calls;
}

static AgentTranscript *
new_transcript (void)
{
  AgentTranscript *transcript = agent_transcript_new ();
  agent_transcript_add_user (transcript, "Read x");
  agent_transcript_add_assistant (transcript, "", new_calls ("a", "read", "{\"file\":\"x\"}"));
  agent_transcript_add_result (transcript, "a", "no", TRUE);
  agent_transcript_add_assistant (transcript, "Sorry", new_calls (NULL, NULL, NULL));
  return transcript;
}

static char *
compose (const char *kind, const char *limits, guint without)
{
  static const char tools_text[] = "[{\"name\":\"read\",\"description\":\"d\",\"parameters\":{}}]";
  g_autoptr (AgentEndpoint) endpoint = new_endpoint (kind, "http://h", limits);
  g_autoptr (AgentTranscript) transcript = new_transcript ();
  g_autoptr (CardeaJson) tools = cardea_json_parse (tools_text, sizeof tools_text - 1, NULL);
  const AgentPrompt prompt = { "S", transcript, tools };
  g_autoptr (CardeaJson) body = agent_protocol_find (kind)->compose (endpoint, &prompt, without);
  return cardea_json_write (body, NULL, NULL);
}

static void
test_requests (void)
{
  static const struct {
    const char *kind;
    const char *limits;
    guint without;
    const char *body;
  } cases[] = {
    { "openai", "", 0,
      "{\"messages\":[{\"content\":\"S\",\"role\":\"system\"},{\"content\":\"Read x\",\"role\":"
      "\"user\"},{\"content\":\"\",\"role\":\"assistant\",\"tool_calls\":[{\"function\":"
      "{\"arguments\":\"{\\\"file\\\":\\\"x\\\"}\",\"name\":\"read\"},\"id\":\"a\",\"type\":"
      "\"function\"}]},{\"content\":\"no\",\"role\":\"tool\",\"tool_call_id\":\"a\"},{\"content\":"
      "\"Sorry\",\"role\":\"assistant\"}],\"model\":\"m-1\",\"stream\":true,\"stream_options\":"
      "{\"include_usage\":true},\"tools\":[{\"function\":{\"description\":\"d\",\"name\":\"read\","
      "\"parameters\":{}},\"type\":\"function\"}]}" },
    { "openai", ",\"limits\":{\"output\":5}",
      AGENT_WITHOUT_USAGE | AGENT_WITHOUT_MAX_TOKENS | AGENT_WITHOUT_TOOLS,
      "{\"max_completion_tokens\":5,\"messages\":[{\"content\":\"S\",\"role\":\"system\"},"
      "{\"content\":\"Read x\",\"role\":\"user\"},{\"content\":\"\",\"role\":\"assistant\","
      "\"tool_calls\":[{\"function\":{\"arguments\":\"{\\\"file\\\":\\\"x\\\"}\",\"name\":"
      "\"read\"},\"id\":\"a\",\"type\":\"function\"}]},{\"content\":\"no\",\"role\":\"tool\","
      "\"tool_call_id\":\"a\"},{\"content\":\"Sorry\",\"role\":\"assistant\"}],\"model\":\"m-1\","
      "\"stream\":true}" },
    { "anthropic", ",\"limits\":{\"output\":5}", AGENT_WITHOUT_STREAM,
      "{\"max_tokens\":5,\"messages\":[{\"content\":[{\"text\":\"Read x\",\"type\":\"text\"}],"
      "\"role\":\"user\"},{\"content\":[{\"id\":\"a\",\"input\":{\"file\":\"x\"},\"name\":"
      "\"read\",\"type\":\"tool_use\"}],\"role\":\"assistant\"},{\"content\":[{\"content\":\"no\","
      "\"is_error\":true,\"tool_use_id\":\"a\",\"type\":\"tool_result\"}],\"role\":\"user\"},"
      "{\"content\":[{\"text\":\"Sorry\",\"type\":\"text\"}],\"role\":\"assistant\"}],\"model\":"
      "\"m-1\",\"system\":\"S\",\"tools\":[{\"description\":\"d\",\"input_schema\":{},\"name\":"
      "\"read\"}]}" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *body = compose (cases[i].kind, cases[i].limits, cases[i].without);
      g_assert_cmpstr (body, ==, cases[i].body);
    }
}

static void
test_addresses (void)
{
  static const struct {
    const char *kind;
    const char *url;
    const char *asked;
    const char *host;
  } cases[] = {
    { "openai", "http://127.0.0.1:11434", "http://127.0.0.1:11434/v1/chat/completions",
      "127.0.0.1:11434" },
    { "openai", "http://127.0.0.1:11434/", "http://127.0.0.1:11434/v1/chat/completions",
      "127.0.0.1:11434" },
    { "openai", "https://h/v1", "https://h/v1/chat/completions", "h" },
    { "openai", "https://h/api/v1/", "https://h/api/v1/chat/completions", "h" },
    { "openai", "https://h/v1/chat/completions", "https://h/v1/chat/completions", "h" },
    { "openai", "https://h/o?api-version=1", "https://h/o/chat/completions?api-version=1", "h" },
    { "anthropic", "https://api.h", "https://api.h/v1/messages", "api.h" },
    { "anthropic", "https://api.h/v1", "https://api.h/v1/messages", "api.h" },
    { "anthropic", "https://h/a", "https://h/a/v1/messages", "h" },
    { "anthropic", "https://h/a/v1/messages", "https://h/a/v1/messages", "h" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (AgentEndpoint) endpoint = new_endpoint (cases[i].kind, cases[i].url, "");
      const AgentProtocol *protocol = agent_protocol_find (cases[i].kind);
      g_autofree char *asked
          = agent_endpoint_locate (endpoint, protocol->root, protocol->path, protocol->rooted);
      g_autofree char *host = agent_endpoint_host (endpoint);
      g_assert_cmpstr (asked, ==, cases[i].asked);
      g_assert_cmpstr (host, ==, cases[i].host);
    }
}

static void
test_endpoints (void)
{
  static const char *const bad[] = {
    "{}",
    "{\"name\":\"a\",\"kind\":\"openai\",\"url\":\"ftp://h\",\"model\":\"m\"}",
    "{\"name\":\"a\",\"url\":\"http://h\",\"model\":\"m\"}",
    "{\"name\":7,\"kind\":\"openai\",\"url\":\"http://h\",\"model\":\"m\"}",
  };
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (CardeaJson) json = cardea_json_parse (bad[i], strlen (bad[i]), NULL);
      g_assert_null (agent_endpoint_read (json, &error));
      g_assert_error (error, AGENT_ERROR, AGENT_ERROR_UNSUITABLE);
    }
  g_autoptr (AgentEndpoint) limited
      = new_endpoint ("openai", "http://h", ",\"limits\":{\"context\":1,\"output\":-1}");
  g_assert_cmpuint (limited->context, ==, AGENT_ENDPOINT_CONTEXT_MIN);
  g_assert_cmpuint (limited->output, ==, 0);
  g_assert_null (agent_protocol_find ("other"));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/protocol/streams", test_streams);
  g_test_add_func ("/protocol/requests", test_requests);
  g_test_add_func ("/protocol/addresses", test_addresses);
  g_test_add_func ("/protocol/endpoints", test_endpoints);
  return g_test_run ();
}
