/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The real agent with a model whose server is a script behind net.request. */

#include "tests/contract/agent/fake-guardian.h"
#include "tests/contract/agent/fake-model.h"

#include <string.h>
#include <sys/wait.h>

#define LONG_LIFE 600
#define NOTES "/home/ann/notes.txt"
#define ENDPOINT                                                                                   \
  "{\"name\":\"Mine\",\"kind\":\"openai\",\"url\":\"http://127.0.0.1:9\",\"model\":\"m\"}"
#define SAY(text_) "data: {\"choices\":[{\"delta\":{\"content\":\"" text_ "\"}}]}\n\n"
#define CALL(name_, arguments_)                                                                    \
  "data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"i\",\"function\":"        \
  "{\"name\":\"" name_ "\",\"arguments\":\"" arguments_ "\"}}]}}]}\n\n"                            \
  "data: [DONE]\n\n"
#define DONE "data: [DONE]\n\n"

static const char *the_agent;

typedef struct {
  FakeGuardian *guardian;
  FakeModel *model;
} Fixture;

static Fixture
start (FakeWay way, const char *endpoint, const FakeModelAnswer *answers, guint count)
{
  Fixture fixture = { fake_guardian_new (the_agent, way, LONG_LIFE),
                      fake_model_new (endpoint, answers, count) };
  fake_guardian_set_model (fixture.guardian, fixture.model);
  return fixture;
}

static void
finish (Fixture *fixture)
{
  int status = fake_guardian_free (fixture->guardian);
  g_assert_true (WIFEXITED (status));
  g_assert_cmpint (WEXITSTATUS (status), ==, 0);
  fake_model_free (fixture->model);
}

static void
assert_in (const char *text, const char *part)
{
  if (text == NULL || strstr (text, part) == NULL)
    {
      g_printerr ("wanted “%s” in:\n%s\n", part, text != NULL ? text : "(nothing)");
      g_assert_not_reached ();
    }
}

#define START(way, ...)                                                                            \
  static const FakeModelAnswer answers[] = { __VA_ARGS__ };                                        \
  Fixture fixture = start (way, ENDPOINT, answers, G_N_ELEMENTS (answers))

/* What is asked: the address, no authorisation, the tools; what is answered reaches the person. */
static void
test_talk (void)
{
  START (FAKE_GOOD, { SAY ("Good ") SAY ("day") DONE });
  g_assert_cmpstr (fake_guardian_ask (fixture.guardian, "Hello"), ==, "done");
  g_assert_cmpstr (fake_guardian_answer (fixture.guardian), ==, "Good day");
  g_assert_cmpstr (cardea_json_get_string (fake_guardian_end_data (fixture.guardian), "model"), ==,
                   "Mine");
  g_assert_cmpstr (fake_model_url (fixture.model), ==, "http://127.0.0.1:9/v1/chat/completions");
  g_assert_cmpuint (cardea_json_size (fake_model_headers (fixture.model)), ==, 2);
  assert_in (fake_model_body (fixture.model), "\"model\":\"m\"");
  g_assert_cmpuint (fake_model_cancels (fixture.model), ==, 0);
  finish (&fixture);
}

/* A file is read by way of the guardian, and its content goes to the model as data. */
static void
test_read (void)
{
  START (FAKE_GOOD, { CALL ("read", "{\\\"file\\\":\\\"" NOTES "\\\"}") },
         { SAY ("Buy milk.") DONE });
  g_autoptr (GBytes) content = g_bytes_new_static ("buy milk\n", 9);
  fake_guardian_add_file (fixture.guardian, NOTES, content, 100, TRUE);
  g_assert_cmpstr (fake_guardian_ask (fixture.guardian, "What is in my notes?"), ==, "done");
  g_assert_cmpstr (fake_guardian_answer (fixture.guardian), ==, "Buy milk.");
  g_assert_cmpuint (fake_guardian_reads (fixture.guardian), ==, 1);
  g_assert_cmpuint (fake_guardian_steps (fixture.guardian)->len, ==, 2);
  assert_in (fake_model_body (fixture.model), "buy milk");
  assert_in (fake_model_body (fixture.model), "- file " NOTES);
  const CardeaJson *sources
      = cardea_json_get (fake_guardian_end_data (fixture.guardian), "sources");
  g_assert_cmpuint (cardea_json_size (sources), ==, 1);
  finish (&fixture);
}

/* A refusal is the model's to tell: the turn is done, and its step is refused. */
static void
test_refused_file (void)
{
  START (FAKE_DENIES, { CALL ("read", "{\\\"file\\\":\\\"/home/ann/.ssh/id_ed25519\\\"}") },
         { SAY ("I may not read that.") DONE });
  g_assert_cmpstr (fake_guardian_ask (fixture.guardian, "Show my key"), ==, "done");
  const GPtrArray *steps = fake_guardian_steps (fixture.guardian);
  g_assert_cmpstr (cardea_json_get_string (steps->pdata[1], "state"), ==, "refused");
  assert_in (fake_model_body (fixture.model), "\\\"refused\\\":true");
  finish (&fixture);
}

/* What is no tool, or no arguments of it, never reaches the guardian. */
static void
test_bad_calls (void)
{
  START (FAKE_GOOD, { CALL ("shell", "{\\\"command\\\":\\\"id\\\"}") },
         { CALL ("read", "{\\\"file\\\":\\\"a\\\",\\\"sandbox\\\":\\\"off\\\"}") },
         { CALL ("delete", "{\\\"files\\\":[]}") }, { SAY ("No.") DONE });
  g_assert_cmpstr (fake_guardian_ask (fixture.guardian, "Go"), ==, "done");
  g_assert_cmpuint (fake_guardian_reads (fixture.guardian), ==, 0);
  g_assert_cmpuint (fake_guardian_changes (fixture.guardian), ==, 0);
  assert_in (fake_model_body (fixture.model), "There is no such tool.");
  assert_in (fake_model_body (fixture.model), "“sandbox” is not accepted.");
  finish (&fixture);
}

static void
test_host_denied (void)
{
  START (FAKE_GOOD, { "", FAKE_MODEL_DENIED });
  g_assert_cmpstr (fake_guardian_ask (fixture.guardian, "Hello"), ==, "refused");
  g_assert_cmpstr (fake_guardian_end_text (fixture.guardian), ==,
                   "I was not allowed to reach 127.0.0.1:9: the policy does not allow this host. "
                   "Nothing was sent.");
  finish (&fixture);
}

/* A broken answer is never a whole one. */
static void
test_breaks_off (void)
{
  START (FAKE_GOOD, { SAY ("The sum is 1") SAY ("2"), FAKE_MODEL_BREAKS_OFF });
  g_assert_cmpstr (fake_guardian_ask (fixture.guardian, "Hello"), ==, "failed");
  assert_in (fake_guardian_end_text (fixture.guardian), "the host closed the connection");
  g_assert_cmpuint (fake_model_requests (fixture.model), ==, 1);
  finish (&fixture);
}

/* Stopping closes the connection at once, while the model speaks and before it does. */
static void
test_stop (gconstpointer data)
{
  static const FakeModelAnswer speaking[] = { { SAY ("One"), FAKE_MODEL_STALLS }, { DONE } };
  static const FakeModelAnswer silent[] = { { "", FAKE_MODEL_SILENT }, { DONE } };
  Fixture fixture = start (FAKE_GOOD, ENDPOINT, data == NULL ? silent : speaking, 2);
  gint64 before = g_get_monotonic_time ();
  g_assert_cmpstr (fake_guardian_ask_and_stop (fixture.guardian, "Count"), ==, "failed");
  g_assert_cmpstr (fake_guardian_end_text (fixture.guardian), ==, "Stopped.");
  g_assert_cmpuint (fake_model_cancels (fixture.model), ==, 1);
  g_assert_cmpint (fake_model_cancelled_at (fixture.model) - before, <, 5 * G_USEC_PER_SEC);
  g_assert_cmpuint (fake_model_requests (fixture.model), ==, 1);
  finish (&fixture);
}

static void
test_guardian_goes (void)
{
  START (FAKE_GOOD, { SAY ("One"), FAKE_MODEL_CLOSES });
  g_assert_cmpstr (fake_guardian_ask (fixture.guardian, "Count"), ==, "lost");
  finish (&fixture);
}

/* A model that cannot be asked says so; the offline one does not answer in its place. */
static void
test_unusable (void)
{
  static const FakeModelAnswer answer = { DONE };
  Fixture fixture = start (
      FAKE_GOOD, "{\"name\":\"Odd\",\"kind\":\"other\",\"url\":\"http://h\",\"model\":\"m\"}",
      &answer, 1);
  g_assert_cmpstr (fake_guardian_ask (fixture.guardian, "help"), ==, "failed");
  assert_in (fake_guardian_end_text (fixture.guardian), "Odd is of a kind");
  g_assert_cmpuint (fake_model_requests (fixture.model), ==, 0);
  finish (&fixture);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  if (argc < 2)
    {
      g_printerr ("usage: test-agent-model AGENT\n");
      return 2;
    }
  the_agent = argv[1];
  g_test_add_func ("/contract/agent-model/talk", test_talk);
  g_test_add_func ("/contract/agent-model/read", test_read);
  g_test_add_func ("/contract/agent-model/refused-file", test_refused_file);
  g_test_add_func ("/contract/agent-model/bad-calls", test_bad_calls);
  g_test_add_func ("/contract/agent-model/host-denied", test_host_denied);
  g_test_add_func ("/contract/agent-model/breaks-off", test_breaks_off);
  g_test_add_data_func ("/contract/agent-model/stop-speaking", "speaking", test_stop);
  g_test_add_data_func ("/contract/agent-model/stop-silent", NULL, test_stop);
  g_test_add_func ("/contract/agent-model/guardian-goes", test_guardian_goes);
  g_test_add_func ("/contract/agent-model/unusable", test_unusable);
  return g_test_run ();
}
