/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Runs escape-probe in the agent's place, through the real launch worker, and checks both sides:
 * what the attacker saw, and that every trapped call became a violation. */

#include "guardian/privsep/guardian-process.h"
#include "tests/contract/launch/launch-fixture.h"

#include "common/base/cardea-autofd.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define HOME "/home/somebody"
#define WAIT_MS 60000

typedef struct {
  char *class;
  char *violation;
  char *result;
  guint *seen; /* violations of that call; shared */
} Line;

static void
line_free (gpointer data)
{
  Line *line = data;
  g_free (line->class);
  g_free (line->violation);
  g_free (line->result);
  g_free (line);
}

static void
test_line (gconstpointer data)
{
  const Line *line = data;

  if (!g_str_equal (line->result, "held"))
    {
      g_test_message ("%s", line->result);
      g_test_fail ();
    }
  if (g_str_equal (line->class, "trapped") && *line->seen == 0)
    {
      g_test_message ("%s left no violation", line->violation);
      g_test_fail ();
    }
}

/* An attack that held needs no record, and honest work must not leave one. */
typedef struct {
  GHashTable *seen;     /* violation → guint */
  GHashTable *expected; /* violation */
} Record;

static void
test_nothing_else (gconstpointer data)
{
  const Record *record = data;
  GHashTableIter iter;
  gpointer name;

  g_hash_table_iter_init (&iter, record->seen);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    if (!g_hash_table_contains (record->expected, name))
      g_error ("a violation nobody tried: %s", (const char *) name);
}

static guint *
counter (GHashTable *seen, const char *name)
{
  guint *count = g_hash_table_lookup (seen, name);

  if (count == NULL)
    {
      count = g_new0 (guint, 1);
      g_hash_table_insert (seen, g_strdup (name), count);
    }
  return count;
}

static void
read_until_end (LaunchFixture *sandbox, GString *text)
{
  struct pollfd wait = { .fd = sandbox->channel, .events = POLLIN };
  char part[4096];

  while (!g_str_has_suffix (text->str, "\nend\n"))
    {
      g_main_context_iteration (NULL, FALSE); /* violations arrive meanwhile */
      g_assert_cmpint (poll (&wait, 1, WAIT_MS), ==, 1);
      ssize_t size = read (sandbox->channel, part, sizeof part);
      if (size <= 0)
        g_error ("the probe ended early: %s", text->str);
      g_string_append_len (text, part, size);
    }
}

/* The worker flushes what it counted before it says that the sandbox is gone. */
static void
collect_violations (ContractWorker *worker, GHashTable *seen)
{
  g_autoptr (CardeaMessage) exited = contract_worker_wait_event (worker, "launch.exited");

  g_assert_cmpint (cardea_message_get_int (exited, "status", -1), ==, 0);
  for (guint i = 0; i < worker->arrived->len; i++)
    {
      const CardeaMessage *message = worker->arrived->pdata[i];
      if (cardea_message_is (message, "launch.violation"))
        *counter (seen, cardea_message_get_string (message, "syscall"))
            += (guint) cardea_message_get_int (message, "count", 0);
    }
}

/* What a guardian with a sanitizer leaves open, because the sanitizer in its agent needs it. */
static const char *const sanitizer_needs[] = { "memory", "personality", NULL };

static void
add_tests (const char *text, GHashTable *seen, GHashTable *expected)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (char **at = lines; *at != NULL && !g_str_equal (*at, "end"); at++)
    {
      g_auto (GStrv) fields = g_strsplit (*at, " ", 4);
      g_assert_cmpuint (g_strv_length (fields), ==, 4);
      if (GUARDIAN_SANITIZED && g_strv_contains (sanitizer_needs, fields[1]))
        continue;
      Line *line = g_new0 (Line, 1);
      g_autofree char *path = g_strdup_printf ("/escape/%s/%s", fields[0], fields[1]);
      line->class = g_strdup (fields[0]);
      line->violation = g_strdup (fields[2]);
      line->result = g_strdup (fields[3]);
      line->seen = g_str_equal (fields[2], "-") ? NULL : counter (seen, fields[2]);
      g_hash_table_add (expected, g_strdup (fields[2]));
      g_test_add_data_func_full (path, line, test_line, line_free);
    }
}

/* A user namespace with a single id in it: the agent cannot be given another one. */
static gboolean
has_one_identity (void)
{
  g_autofree char *map = NULL;
  guint64 inside, outside, count;

  return g_file_get_contents ("/proc/self/uid_map", &map, NULL, NULL)
         && sscanf (map, "%" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT, &inside,
                    &outside, &count)
                == 3
         && count == 1;
}

static void
run_probe (GString *text, GHashTable *seen)
{
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *folder = g_path_get_dirname (self);
  g_autofree char *program
      = g_strconcat ("CARDEA_TEST_AGENT_PROGRAM=", folder, "/escape-probe", NULL);
  const char *abi = g_getenv ("CARDEA_TEST_LANDLOCK_ABI");
  g_autofree char *older
      = abi != NULL ? g_strconcat ("CARDEA_TEST_LANDLOCK_ABI=", abi, NULL) : NULL;
  const char *const environment[] = { program, older, NULL };
  g_autoptr (ContractWorker) worker = launch_fixture_worker (environment);
  g_autoptr (LaunchFixture) sandbox = launch_fixture_start (worker, HOME);
  g_autofree char *world = g_strdup_printf ("%d %d %s", (int) getpid (), has_one_identity (), HOME);

  launch_fixture_send (sandbox, world);
  read_until_end (sandbox, text);
  collect_violations (worker, seen);
}

int
main (int argc, char **argv)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (GHashTable) expected = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Record record = { seen, expected };

  signal (SIGPIPE, SIG_IGN);
  g_test_init (&argc, &argv, NULL);
  run_probe (text, seen);
  g_test_add_data_func ("/escape/nothing-else", &record, test_nothing_else);
  add_tests (text->str, seen, expected);
  return g_test_run ();
}
