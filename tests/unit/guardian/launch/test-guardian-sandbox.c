/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/launch/guardian-sandbox.h"

#include "common/base/cardea-autofd.h"
#include "guardian/launch/guardian-agent-calls.h"

#include <string.h>

#define S(name) GUARDIAN_SANDBOX_##name

/* Every edge there is; all other pairs are refused. */
static const struct {
  GuardianSandboxState state;
  GuardianSandboxEvent event;
  GuardianSandboxState next;
} edges[] = {
  { S (STARTING), S (READY), S (WAITING) }, { S (WAITING), S (GO), S (GOING) },
  { S (GOING), S (EXECED), S (RUNNING) },   { S (STARTING), S (BROKEN), S (ENDING) },
  { S (WAITING), S (BROKEN), S (ENDING) },  { S (GOING), S (BROKEN), S (ENDING) },
  { S (STARTING), S (KILL), S (ENDING) },   { S (WAITING), S (KILL), S (ENDING) },
  { S (GOING), S (KILL), S (ENDING) },      { S (RUNNING), S (KILL), S (ENDING) },
  { S (ENDING), S (KILL), S (ENDING) },     { S (STARTING), S (EXITED), S (ENDED) },
  { S (WAITING), S (EXITED), S (ENDED) },   { S (GOING), S (EXITED), S (ENDED) },
  { S (RUNNING), S (EXITED), S (ENDED) },   { S (ENDING), S (EXITED), S (ENDED) },
};

static void
test_states (void)
{
  guint allowed = 0;

  for (guint state = 0; state <= S (STATE_COUNT); state++)
    for (guint event = 0; event <= S (EVENT_COUNT); event++)
      {
        GuardianSandboxState next = S (STATE_COUNT);
        gboolean good = guardian_sandbox_next (state, event, &next);
        gboolean found = FALSE;
        for (gsize i = 0; i < G_N_ELEMENTS (edges); i++)
          if (edges[i].state == state && edges[i].event == event)
            {
              found = TRUE;
              g_assert_cmpint (next, ==, edges[i].next);
            }
        g_assert_cmpint (good, ==, found);
        allowed += good;
      }
  g_assert_cmpuint (allowed, ==, G_N_ELEMENTS (edges));
}

typedef struct {
  gboolean ended;
  char *reason;
} End;

static void
started_cb (GuardianSandbox *sandbox, gpointer user_data)
{
  g_error ("it cannot have started");
}

static void
violation_cb (GuardianSandbox *sandbox, const char *call, guint count, pid_t pid,
              gpointer user_data)
{
}

static void
ended_cb (GuardianSandbox *sandbox, gboolean was_running, const char *reason, gpointer user_data)
{
  End *end = user_data;

  g_assert_false (was_running);
  end->ended = TRUE;
  end->reason = g_strdup (reason);
}

static const GuardianSandboxHandler handler = { NULL, started_cb, violation_cb, ended_cb };

/* Whatever stands where cardea-hold should, its words are not believed. */
static char *
run_instead (const char *script, gboolean kill)
{
  const char *arguments[] = { "/bin/sh", "-c", script, NULL };
  const char *environment[] = { "PATH=/usr/bin:/bin", NULL };
  g_autoptr (GError) error = NULL;
  cardea_autofd int filter = guardian_filter_export (guardian_agent_calls (), NULL);
  const GuardianSandboxPlan plan = {
    .arguments = (char **) arguments,
    .environment = (char **) environment,
    .filter = filter,
    .refusal = guardian_agent_calls_refusal,
    .command = -1,
    .layers = cardea_json_new_object (),
  };
  End end = { FALSE, NULL };
  g_autoptr (GuardianSandbox) sandbox = guardian_sandbox_new (&plan, &handler, &end, &error);

  g_assert_no_error (error);
  if (kill)
    guardian_sandbox_kill (sandbox);
  while (!end.ended)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (guardian_sandbox_pid (sandbox), ==, 0);
  return end.reason;
}

static void
test_silent (void)
{
  g_autofree char *reason = run_instead ("exit 3", FALSE);
  g_assert_cmpstr (reason, ==, "the sandbox ended before it was ready");
}

static void
test_words (void)
{
  g_autofree char *reason = run_instead ("printf 'bad\\033[2Jthing\\n' >&2; exit 1", FALSE);
  g_assert_nonnull (strstr (reason, "bad\\u{001b}[2Jthing"));
}

static void
test_garbage (void)
{
  g_autofree char *reason = run_instead ("printf garbage >&4; exec sleep 60", TRUE);
  g_assert_nonnull (reason);
}

/* READY from a process that is not where it should be, without a listener. */
static void
test_false_ready (void)
{
  g_autofree char *reason = run_instead (
      "{ printf '\\002\\000\\000\\000'; head -c 124 /dev/zero; } | dd bs=128 iflag=fullblock "
      "status=none >&4; exec sleep 60",
      FALSE);
  g_assert_cmpstr (reason, ==, "the sandbox answered out of order");
}

static void
test_killed_early (void)
{
  g_autofree char *reason = run_instead ("exec sleep 60", TRUE);
  g_assert_nonnull (reason);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sandbox/states", test_states);
  g_test_add_func ("/sandbox/silent", test_silent);
  g_test_add_func ("/sandbox/words", test_words);
  g_test_add_func ("/sandbox/garbage", test_garbage);
  g_test_add_func ("/sandbox/false-ready", test_false_ready);
  g_test_add_func ("/sandbox/killed-early", test_killed_early);
  return g_test_run ();
}
