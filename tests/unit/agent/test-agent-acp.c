/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/acp/agent-acp-peer.h"
#include "agent/acp/agent-acp.h"
#include "agent/content/agent-error.h"

#include <fcntl.h>
#include <glib-unix.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

/* A foreign agent that follows a script: after each line that it hears and that holds "hears", it
 * says "says" (lines, each with its line feed). A thread of its own, as it would be a process of
 * its own. */
typedef struct {
  const char *hears;
  const char *says;
} Exchange;

#define LINE(text) "{'jsonrpc':'2.0'," text "}\n"
#define ANSWER(number, result) LINE ("'id':" number ",'result':" result)
#define FAILURE(number, error) LINE ("'id':" number ",'error':" error)
#define UPDATE(members)                                                                            \
  LINE ("'method':'session/update','params':{'sessionId':'s','update':{" members "}}")
#define ASKED(method, members)                                                                     \
  LINE ("'id':'a','method':'" method "','params':{'sessionId':'s'," members "}")
#define HELLO                                                                                      \
  {                                                                                                \
    "'initialize'", ANSWER ("1", "{'protocolVersion':1,'unknown':[]}")                             \
  }
#define BEGIN                                                                                      \
  HELLO, { "'session/new'", ANSWER ("2", "{'sessionId':'s'}") }
#define END ANSWER ("3", "{'stopReason':'end_turn'}")

typedef struct {
  const Exchange *script;
  int input;
  int output;
  GString *heard; /* all of it */
  GThread *thread;
} Agent;

typedef struct {
  GString *said;
  GString *steps; /* "STATE TOOL TITLE PATH|" */
  char *ran;      /* the tool that was run last, with its arguments */
  gboolean refuse;
  gboolean permit;
  guint questions;
  GCancellable *cancellable;
} Host;

/* Scripts are written with ' in the place of ". */
static gboolean
hear (Agent *agent, GString *line)
{
  char byte;

  g_string_truncate (line, 0);
  while (read (agent->input, &byte, 1) == 1)
    {
      if (byte != '\n')
        {
          g_string_append_c (line, byte == '"' ? '\'' : byte);
          continue;
        }
      g_string_append_printf (agent->heard, "%s\n", line->str);
      return TRUE;
    }
  return FALSE;
}

static void
speak (Agent *agent, const char *text)
{
  g_autofree char *quoted = g_strdelimit (g_strdup (text), "'", '"');
  gssize written = 1;

  for (const char *next = quoted; written > 0 && *next != '\0'; next += written)
    written = write (agent->output, next, strlen (next));
}

static gpointer
play (gpointer user_data)
{
  Agent *agent = user_data;
  const Exchange *next = agent->script;
  g_autoptr (GString) line = g_string_new (NULL);

  while (next->hears != NULL && hear (agent, line))
    if (strstr (line->str, next->hears) != NULL)
      {
        if (next->says == NULL)
          break;
        speak (agent, next->says);
        next++;
      }
  close (agent->output);
  while (hear (agent, line))
    ;
  close (agent->input);
  return NULL;
}

static void
say_cb (const char *markdown, gpointer user_data)
{
  g_string_append (((Host *) user_data)->said, markdown);
}

static void
status_cb (const char *text, gpointer user_data)
{
}

static AgentToolResult *
run_cb (const char *tool, CardeaJson *taken, gpointer user_data, GError **error)
{
  Host *host = user_data;
  g_autoptr (CardeaJson) arguments = taken;
  g_autofree char *text = cardea_json_write (arguments, NULL, NULL);

  g_free (host->ran);
  host->ran = g_strdup_printf ("%s %s", tool, text);
  if (host->refuse)
    {
      g_set_error_literal (error, AGENT_ERROR, AGENT_ERROR_REFUSED, "I was not allowed to.");
      return NULL;
    }
  AgentToolResult *result = agent_tool_result_new ();
  cardea_json_set_string (result->data, "text", "one\ntwo\n");
  cardea_json_set_boolean (result->data, "more", FALSE);
  return result;
}

static AgentTerminal *
terminal_cb (const AgentProgramTerms *terms, gsize limit, gpointer user_data, GError **error)
{
  Host *host = user_data;
  g_autofree char *arguments = g_strjoinv ("|", (char **) terms->arguments);
  g_autofree char *variables = g_strjoinv ("|", (char **) terms->variables);
  g_autofree char *readable = g_strjoinv ("|", (char **) terms->readable);

  g_free (host->ran);
  host->ran = g_strdup_printf ("%s;%s;%s;%s;%" G_GSIZE_FORMAT, arguments, variables, readable,
                               terms->folder, limit);
  g_set_error_literal (error, AGENT_ERROR, AGENT_ERROR_REFUSED, "No programs.");
  return NULL;
}

static void
step_cb (const AgentModelStep *step, gpointer user_data)
{
  g_string_append_printf (((Host *) user_data)->steps, "%s %s %s %s %s|", step->state, step->tool,
                          step->title, step->path != NULL ? step->path : "-",
                          step->detail != NULL ? step->detail : "-");
}

static gboolean
permit_cb (const AgentModelStep *step, gpointer user_data, GError **error)
{
  Host *host = user_data;

  host->questions++;
  if (!host->permit)
    g_set_error_literal (error, AGENT_ERROR, AGENT_ERROR_REFUSED, "No.");
  return host->permit;
}

static gboolean
picture_cb (GBytes *bytes, const char *name, gpointer user_data, GError **error)
{
  Host *host = user_data;

  g_string_append_printf (host->steps, "picture %s %" G_GSIZE_FORMAT "|", name,
                          g_bytes_get_size (bytes));
  g_set_error_literal (error, AGENT_ERROR, AGENT_ERROR_UNSUITABLE, "No picture.");
  return FALSE;
}

static gboolean
turn (const Exchange *script, Host *host, char **ret_heard, GError **error)
{
  int to[2], from[2];
  g_assert_true (g_unix_open_pipe (to, FD_CLOEXEC, NULL));
  g_assert_true (g_unix_open_pipe (from, FD_CLOEXEC, NULL));
  Agent agent = { script, to[0], from[1], g_string_new (NULL), NULL };
  AgentModel *model = agent_acp_new ("opencode", "/home/u/project", from[0], to[1]);
  g_autoptr (GPtrArray) designated = g_ptr_array_new ();
  AgentDesignated file = { (char *) "/home/u/a b.txt", (char *) "a b.txt", FALSE };
  g_ptr_array_add (designated, &file);
  const AgentModelRequest request = { "Do it", designated, host->cancellable };
  const AgentModelHost faces
      = { say_cb, status_cb, run_cb, step_cb, permit_cb, terminal_cb, picture_cb, host };

  host->said = g_string_new (NULL);
  host->steps = g_string_new (NULL);
  agent.thread = g_thread_new ("agent", play, &agent);
  gboolean done = agent_model_answer (model, &request, &faces, error);
  agent_model_free (model);
  g_thread_join (agent.thread);
  *ret_heard = g_string_free (agent.heard, FALSE);
  return done;
}

static void
host_clear (Host *host)
{
  g_string_free (host->said, TRUE);
  g_string_free (host->steps, TRUE);
  g_free (host->ran);
}

#define TEXT_CHUNK(session, text)                                                                  \
  LINE ("'method':'session/update','params':{'sessionId':'" session "','update':{"                 \
        "'sessionUpdate':'agent_message_chunk','content':{'type':'text','text':'" text "'}}}")

static void
test_words (void)
{
  static const char says[]
      = TEXT_CHUNK ("s", "Good ") UPDATE ("'sessionUpdate':'made_up','content':7")
          LINE ("'method':'_vendor/thing'") "not json at all\n" TEXT_CHUNK ("s", "day")
              TEXT_CHUNK ("other", "X")
                  UPDATE ("'sessionUpdate':'plan','entries':["
                          "{'content':'a','status':'completed'},{'content':'b'}]")
                      UPDATE ("'sessionUpdate':'tool_call','toolCallId':'1','kind':'edit',"
                              "'title':'Edit \\u001b[31m','locations':[{'path':'/p/x'}]")
                          UPDATE ("'sessionUpdate':'tool_call_update','toolCallId':'1',"
                                  "'status':'completed','content':[{'type':'diff',"
                                  "'path':'/p/x','oldText':'a\\n','newText':'b\\n'}]")
                              UPDATE ("'sessionUpdate':'tool_call','toolCallId':'2',"
                                      "'title':'Left'") END;
  const Exchange script[] = { BEGIN, { "'session/prompt'", says }, { NULL, NULL } };
  Host host = { 0 };
  g_autoptr (GError) error = NULL;
  g_autofree char *heard = NULL;

  g_assert_true (turn (script, &host, &heard, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (host.said->str, ==, "Good day");
  g_assert_nonnull (strstr (host.steps->str, "done plan Plan: 1 of 2 done - ☑ a\n☐ b|"));
  g_assert_nonnull (strstr (host.steps->str, "running edit Edit \\u{001b}[31m /p/x -|"));
  g_assert_nonnull (strstr (host.steps->str, "done edit Edit \\u{001b}[31m /p/x /p/x\n-a\n+b|"));
  g_assert_nonnull (strstr (host.steps->str, "failed other Left - -|"));
  g_assert_nonnull (strstr (heard, "'cwd':'/home/u/project'"));
  g_assert_nonnull (strstr (heard, "'uri':'file:///home/u/a%20b.txt'"));
  g_assert_nonnull (strstr (heard, "'text':'Do it'"));
  host_clear (&host);
}

#define PICTURE(data)                                                                              \
  "{'type':'content','content':{'type':'image','mimeType':'image/png','data':'" data "'}}"

/* While the call is at work, each once however often it is sent; what is none, is none. */
static void
test_pictures (void)
{
  const char *says
      = UPDATE ("'sessionUpdate':'tool_call','toolCallId':'1','kind':'read','title':'Look',"
                "'content':[" PICTURE ("QUJD") "," PICTURE ("QUJDRA==") "]")
          UPDATE ("'sessionUpdate':'tool_call_update','toolCallId':'1','status':'completed',"
                  "'content':[" PICTURE ("QUJD") "," PICTURE ("QQ==") ",{'type':'terminal'},7]")
              UPDATE ("'sessionUpdate':'agent_message_chunk','content':"
                      "{'type':'image','mimeType':'image/png','data':'WFla'}")
                  UPDATE ("'sessionUpdate':'agent_message_chunk','content':{'type':'image'}") END;
  const Exchange script[] = { BEGIN, { "'session/prompt'", says }, { NULL, NULL } };
  Host host = { 0 };
  g_autoptr (GError) error = NULL;
  g_autofree char *heard = NULL;

  g_assert_true (turn (script, &host, &heard, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (host.steps->str, ==,
                   "running read Look - -|picture Look 3|picture Look 4|running read Look - -|"
                   "running read Look - -|picture Look 1|done read Look - -|picture A picture 3|");
  host_clear (&host);
}

/* As many as an agent likes: a bounded number. */
static void
test_many_pictures (void)
{
  g_autoptr (GString) says = g_string_new (NULL);
  for (guint i = 0; i < 3 * AGENT_ACP_PICTURES_MAX; i++)
    g_string_append_printf (says,
                            "{'jsonrpc':'2.0','method':'session/update','params':{'sessionId':'s',"
                            "'update':{'sessionUpdate':'agent_message_chunk','content':"
                            "{'type':'image','data':'QU%02uJD'}}}}\n",
                            i);
  g_string_append (says, END);
  const Exchange script[] = { BEGIN, { "'session/prompt'", says->str }, { NULL, NULL } };
  Host host = { 0 };
  g_autoptr (GError) error = NULL;
  g_autofree char *heard = NULL;
  guint shown = 0;

  g_assert_true (turn (script, &host, &heard, &error));
  for (const char *at = host.steps->str; (at = strstr (at, "picture ")) != NULL; at++)
    shown += strncmp (at, "picture A", 9) == 0;
  g_assert_cmpuint (shown, ==, AGENT_ACP_PICTURES_MAX);
  host_clear (&host);
}

#define TAKING                                                                                     \
  { "'initialize'", ANSWER ("1", "{'protocolVersion':1,'agentCapabilities':"                       \
                                 "{'promptCapabilities':{'embeddedContext':true}}}") },            \
  {                                                                                                \
    "'session/new'", ANSWER ("2", "{'sessionId':'s'}")                                             \
  }

static void
test_given (void)
{
  const Exchange script[] = { TAKING, { "'session/prompt'", END }, { NULL, NULL } };

  for (guint refused = 0; refused < 2; refused++)
    {
      Host host = { .refuse = refused };
      g_autoptr (GError) error = NULL;
      g_autofree char *heard = NULL;

      g_assert_true (turn (script, &host, &heard, &error));
      g_assert_nonnull (strstr (host.ran, "\"file\":\"/home/u/a b.txt\""));
      g_assert_nonnull (strstr (heard, "'uri':'file:///home/u/a%20b.txt'"));
      g_assert_cmpint (strstr (heard, "'text':'one\\ntwo\\n'") != NULL, ==, !refused);
      g_assert_cmpint (strstr (heard, "'type':'resource_link'") != NULL, ==, refused);
      host_clear (&host);
    }
}

static void
test_files (void)
{
  const Exchange script[] = {
    BEGIN,
    { "'session/prompt'", ASKED ("fs/read_text_file", "'path':'/p/x','line':2,'limit':3") },
    { "'content':'one\\ntwo\\n'", ASKED ("fs/write_text_file", "'path':'/p/y','content':'z'") },
    { "'id':'a'", ASKED ("terminal/made_up", "'command':'id'") },
    { "-32601",
      LINE ("'id':5,'method':'fs/read_text_file','params':{'sessionId':'t','path':'/p'}") },
    { "-32602", END },
    { NULL, NULL },
  };
  Host host = { 0 };
  g_autoptr (GError) error = NULL;
  g_autofree char *heard = NULL;

  g_assert_true (turn (script, &host, &heard, &error));
  g_assert_cmpstr (host.ran, ==, "write {\"content\":\"z\",\"file\":\"/p/y\"}");
  host_clear (&host);
}

static const struct {
  const char *asked;
  const char *ran; /* NULL: refused before anything is run */
} terminals[] = {
  { ASKED ("terminal/create", "'command':'npm','args':['test','a b'],"
                              "'env':[{'name':'CI','value':'1'}],'outputByteLimit':100"),
    "npm|test|a b;CI=1;/home/u/a b.txt;/home/u/project;100" },
  { ASKED ("terminal/create", "'command':'make && ls *','cwd':'/home/u/project/x'"),
    "/bin/sh|-c|make && ls *;;/home/u/a b.txt;/home/u/project/x;262144" },
  { ASKED ("terminal/create", "'command':'a b','args':['c'],'outputByteLimit':9999999999"),
    "a b|c;;/home/u/a b.txt;/home/u/project;1048576" },
  { ASKED ("terminal/create", "'command':''"), NULL },
  { ASKED ("terminal/create", "'args':['x']"), NULL },
  { ASKED ("terminal/create", "'command':'id','args':[7]"), NULL },
  { ASKED ("terminal/create", "'command':'id','cwd':'x'"), NULL },
  { ASKED ("terminal/create", "'command':'id','env':[{'name':'A=B','value':'1'}]"), NULL },
  { ASKED ("terminal/create", "'command':'id','env':[{'name':'A'}]"), NULL },
  { ASKED ("terminal/output", "'terminalId':'terminal-1'"), NULL },
  { ASKED ("terminal/wait_for_exit", "'terminalId':7"), NULL },
  { ASKED ("terminal/kill", "'terminalId':'x'"), NULL },
  { ASKED ("terminal/release", "'x':1"), NULL },
};

static void
test_terminals (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (terminals); i++)
    {
      const Exchange script[] = {
        BEGIN,
        { "'session/prompt'", terminals[i].asked },
        { terminals[i].ran != NULL ? "No programs." : "-32602", END },
        { NULL, NULL },
      };
      Host host = { 0 };
      g_autoptr (GError) error = NULL;
      g_autofree char *heard = NULL;

      g_test_message ("%s", terminals[i].asked);
      g_assert_true (turn (script, &host, &heard, &error));
      g_assert_nonnull (strstr (heard, "'terminal':true"));
      g_assert_cmpstr (host.ran, ==, terminals[i].ran);
      host_clear (&host);
    }
}

static void
test_tail (void)
{
  static const struct {
    const char *text;
    gsize limit;
    const char *tail;
  } tails[] = {
    { "", 5, "" },
    { "abc", 5, "abc" },
    { "abcdef", 3, "def" },
    { "a\xc3\xa4\xc3\xb6", 4, "\xc3\xa4\xc3\xb6" },
    { "a\xc3\xa4\xc3\xb6", 3, "\xc3\xb6" }, /* never half a character */
    { "\xf0\x9f\x98\x80", 3, "" },
    { "\xff\xff", 2, "" }, /* what is none is longer when it is shown */
    { "\xff\xff", 3, "\xef\xbf\xbd" },
    { "abc", 0, "" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (tails); i++)
    {
      g_autofree char *tail
          = agent_terminal_tail (tails[i].text, strlen (tails[i].text), tails[i].limit);
      g_assert_cmpstr (tail, ==, tails[i].tail);
    }
}

static void
test_refused_file (void)
{
  const Exchange script[] = {
    BEGIN,
    { "'session/prompt'", ASKED ("fs/read_text_file", "'path':'/p/x'") },
    { "not allowed", END },
    { NULL, NULL },
  };
  Host host = { .refuse = TRUE };
  g_autoptr (GError) error = NULL;
  g_autofree char *heard = NULL;

  g_assert_true (turn (script, &host, &heard, &error));
  g_assert_cmpstr (host.ran, ==, "read {\"exact\":true,\"file\":\"/p/x\",\"lines\":100000}");
  host_clear (&host);
}

#define OPTION(kind) "{'optionId':'" kind "-id','name':'x','kind':'" kind "'}"
#define QUESTION(options)                                                                          \
  ASKED ("session/request_permission",                                                             \
         "'toolCall':{'toolCallId':'1','title':'Run'},'options':[" options "]")

static const struct {
  const char *name;
  const char *question;
  gboolean permit;
  const char *answer;
  guint questions;
} permissions[] = {
  { "once", QUESTION (OPTION ("allow_always") "," OPTION ("allow_once") "," OPTION ("reject_once")),
    TRUE, "{'optionId':'allow_once-id','outcome':'selected'}", 1 },
  { "no", QUESTION (OPTION ("allow_once") "," OPTION ("reject_once")), FALSE,
    "{'optionId':'reject_once-id','outcome':'selected'}", 1 },
  { "only always", QUESTION (OPTION ("allow_always") "," OPTION ("reject_always")), TRUE,
    "{'optionId':'reject_always-id','outcome':'selected'}", 0 },
  { "nothing to choose", QUESTION (""), TRUE, "{'outcome':'cancelled'}", 0 },
};

static void
test_permissions (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (permissions); i++)
    {
      const Exchange script[] = {
        BEGIN,
        { "'session/prompt'", permissions[i].question },
        { permissions[i].answer, END },
        { NULL, NULL },
      };
      Host host = { .permit = permissions[i].permit };
      g_autoptr (GError) error = NULL;
      g_autofree char *heard = NULL;

      g_test_message ("%s", permissions[i].name);
      g_assert_true (turn (script, &host, &heard, &error));
      g_assert_nonnull (strstr (heard, permissions[i].answer));
      g_assert_cmpuint (host.questions, ==, permissions[i].questions);
      host_clear (&host);
    }
}

static const struct {
  const char *name;
  Exchange script[4];
  const char *message;
} failures[] = {
  { "gone at once", { { NULL, NULL } }, "has ended" },
  { "gone later", { BEGIN, { "'session/prompt'", NULL } }, "has ended" },
  { "another protocol",
    { { "'initialize'", ANSWER ("1", "{'protocolVersion':2}") } },
    "another version" },
  { "login",
    { HELLO, { "'session/new'", FAILURE ("2", "{'code':-32000,'message':'Login'}") } },
    "log in" },
  { "no session", { HELLO, { "'session/new'", ANSWER ("2", "{}") } }, "has ended" },
  { "refusal",
    { BEGIN, { "'session/prompt'", ANSWER ("3", "{'stopReason':'refusal'}") } },
    "does not want" },
  { "an error",
    { BEGIN, { "'session/prompt'", FAILURE ("3", "{'code':1,'message':'quota\\u0007'}") } },
    "quota\\u{0007}" },
};

static void
test_failures (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (failures); i++)
    {
      Host host = { 0 };
      g_autoptr (GError) error = NULL;
      g_autofree char *heard = NULL;

      g_test_message ("%s", failures[i].name);
      g_assert_false (turn (failures[i].script, &host, &heard, &error));
      g_assert_nonnull (strstr (error->message, failures[i].message));
      g_assert_nonnull (strstr (error->message, "opencode"));
      host_clear (&host);
    }
}

static gboolean
stop_cb (gpointer cancellable)
{
  g_cancellable_cancel (cancellable);
  return G_SOURCE_REMOVE;
}

/* The agent is told; its question that comes then is not put to anybody. */
static void
test_stop (void)
{
  const Exchange script[] = {
    BEGIN,
    { "'session/cancel'", QUESTION (OPTION ("allow_once") "," OPTION ("reject_once")) },
    { "{'outcome':'cancelled'}", ANSWER ("3", "{'stopReason':'cancelled'}") },
    { NULL, NULL },
  };
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Host host = { .permit = TRUE, .cancellable = cancellable };
  g_autoptr (GError) error = NULL;
  g_autofree char *heard = NULL;

  g_timeout_add (200, stop_cb, cancellable);
  g_assert_false (turn (script, &host, &heard, &error));
  g_assert_error (error, AGENT_ERROR, AGENT_ERROR_STOPPED);
  g_assert_cmpuint (host.questions, ==, 0);
  host_clear (&host);
}

/* --- the peer's limits --- */

static AgentAcpPeer *
new_peer (int *ret_write, int *ret_read)
{
  int to[2], from[2];
  g_assert_true (g_unix_open_pipe (to, FD_CLOEXEC, NULL));
  g_assert_true (g_unix_open_pipe (from, FD_CLOEXEC, NULL));
  g_assert_true (g_unix_set_fd_nonblocking (from[1], TRUE, NULL));
  *ret_write = from[1];
  *ret_read = to[0];
  return agent_acp_peer_new (from[0], to[1]);
}

/* An endless line, endless rubbish: closed. An agent that says more than anybody reads has to wait.
 */
static void
test_limits (void)
{
  static const char *const floods[]
      = { "xxxxxxxxxxxxxxxx", "x\n", "{\"jsonrpc\":\"2.0\",\"method\":\"m\"}\n" };
  for (gsize i = 0; i < G_N_ELEMENTS (floods); i++)
    {
      int into, out;
      g_autoptr (AgentAcpPeer) peer = new_peer (&into, &out);
      g_autoptr (GString) block = g_string_new (NULL);
      while (block->len < 32768)
        g_string_append (block, floods[i]);
      gsize total = 0;
      for (guint k = 0; k < 4096 && agent_acp_peer_is_open (peer); k++)
        {
          ssize_t size = write (into, block->str, block->len);
          total += size > 0 ? (gsize) size : 0;
          g_main_context_iteration (NULL, FALSE);
        }
      if (i < 2)
        g_assert_false (agent_acp_peer_is_open (peer));
      else
        {
          g_assert_true (agent_acp_peer_is_open (peer));
          g_assert_cmpuint (total, <, 1024 * 1024);
        }
      close (into);
      close (out);
    }
}

/* Nobody hears what it is told: that is kept for a while, and then it is closed. */
static void
test_deaf (void)
{
  int into, out;
  g_autoptr (AgentAcpPeer) peer = new_peer (&into, &out);
  g_autofree char *text = g_strnfill (1024 * 1024, 'x');

  for (guint i = 0; i < 32 && agent_acp_peer_is_open (peer); i++)
    {
      CardeaJson *params = cardea_json_new_object ();
      cardea_json_set_string (params, "text", text);
      agent_acp_peer_notify (peer, "m", params);
    }
  g_assert_false (agent_acp_peer_is_open (peer));
  close (into);
  close (out);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  signal (SIGPIPE, SIG_IGN);
  g_test_add_func ("/acp/words", test_words);
  g_test_add_func ("/acp/pictures", test_pictures);
  g_test_add_func ("/acp/many-pictures", test_many_pictures);
  g_test_add_func ("/acp/files", test_files);
  g_test_add_func ("/agent/acp/given", test_given);
  g_test_add_func ("/acp/terminals", test_terminals);
  g_test_add_func ("/acp/tail", test_tail);
  g_test_add_func ("/acp/refused-file", test_refused_file);
  g_test_add_func ("/acp/permissions", test_permissions);
  g_test_add_func ("/acp/failures", test_failures);
  g_test_add_func ("/acp/stop", test_stop);
  g_test_add_func ("/acp/limits", test_limits);
  g_test_add_func ("/acp/deaf", test_deaf);
  return g_test_run ();
}
