/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/cli/ui-cli-facts.h"
#include "ui/cli/ui-cli-output.h"

#include <fcntl.h>
#include <glib-unix.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

typedef struct {
  UiCliOutput *output;
  int pipe[2];
} Fixture;

static void
begin (Fixture *fixture)
{
  g_assert_true (g_unix_open_pipe (fixture->pipe, FD_CLOEXEC, NULL));
  fixture->output = ui_cli_output_new (fixture->pipe[1], fixture->pipe[1]);
}

/* What was written; at most a pipe's 64 KiB. */
static char *
end (Fixture *fixture)
{
  static char text[65536];
  g_clear_pointer (&fixture->output, ui_cli_output_free);
  close (fixture->pipe[1]);
  gsize size = 0;
  ssize_t got;
  while ((got = read (fixture->pipe[0], text + size, sizeof text - 1 - size)) > 0)
    size += (gsize) got;
  close (fixture->pipe[0]);
  return g_strndup (text, size);
}

static void
test_table (void)
{
  const char *heads[] = { "A", "LONG", "C" };
  Fixture fixture;
  begin (&fixture);
  g_autoptr (UiCliTable) table = ui_cli_table_new (heads, 3);
  ui_cli_table_add (table, UI_CLI_TONE_BAD, g_strdup ("grün"), g_strdup ("x"), g_strdup ("end"));
  ui_cli_table_add (table, UI_CLI_TONE_PLAIN, g_strdup ("語"), NULL, g_strdup (""));
  g_assert_cmpuint (ui_cli_table_size (table), ==, 2);
  ui_cli_output_table (fixture.output, table);
  g_autofree char *text = end (&fixture);
  g_assert_cmpstr (text, ==, "A     LONG  C\ngrün  x     end\n語\n");
}

/* On a terminal of 30 columns nothing is cut: the last cell is wrapped beside the others, or below
 * them where there is no room. */
static void
test_narrow_table (void)
{
  static const struct winsize window = { .ws_col = 30, .ws_row = 24 };
  char text[1024] = { 0 };
  int terminal = posix_openpt (O_RDWR | O_NOCTTY | O_CLOEXEC);
  g_assert_cmpint (terminal, >=, 0);
  g_assert_true (grantpt (terminal) == 0 && unlockpt (terminal) == 0);
  int side = open (ptsname (terminal), O_RDWR | O_NOCTTY | O_CLOEXEC);
  g_assert_cmpint (side, >=, 0);
  g_assert_cmpint (ioctl (side, TIOCSWINSZ, &window), ==, 0);

  g_autoptr (UiCliOutput) output = ui_cli_output_new (side, side);
  g_autoptr (UiCliTable) beside = ui_cli_table_new (NULL, 2);
  ui_cli_table_add (beside, UI_CLI_TONE_PLAIN, g_strdup ("ok"),
                    g_strdup ("one two three four five six seven"));
  ui_cli_output_table (output, beside);
  g_autoptr (UiCliTable) below = ui_cli_table_new (NULL, 3);
  ui_cli_table_add (below, UI_CLI_TONE_PLAIN, g_strdup ("12345678901234567890"),
                    g_strdup ("/a/long/path"), g_strdup ("because of that"));
  ui_cli_output_table (output, below);

  /* A terminal hands on what was written in pieces of its own choice. */
  static const char expected[]
      = "ok  one two three four five\r\n    six seven\r\n"
        "12345678901234567890\r\n    /a/long/path  because of\r\n    that\r\n";
  for (gsize size = 0; size < strlen (expected);)
    {
      ssize_t got = read (terminal, text + size, strlen (expected) - size);
      g_assert_cmpint (got, >, 0);
      size += (gsize) got;
    }
  g_assert_cmpstr (text, ==, expected);
  close (side);
  close (terminal);
}

/* What an agent says cannot steer the terminal, but ordinary writing stays as it is. */
static void
test_prose (void)
{
  Fixture fixture;
  begin (&fixture);
  ui_cli_output_prose (fixture.output,
                       "a\033]52;c;eA==\007\u202eb\r\n\tc \u2764\ufe0f\u200d\302\233");
  ui_cli_output_end_prose (fixture.output);
  ui_cli_output_end_prose (fixture.output);
  ui_cli_output_prose (fixture.output, "whole\n");
  ui_cli_output_end_prose (fixture.output);
  g_autofree char *text = end (&fixture);
  g_assert_cmpstr (text, ==,
                   "a\\u{001b}]52;c;eA==\\u{0007}\\u{202e}b\n\tc \u2764\ufe0f\u200d\\u{009b}\n"
                   "whole\n");
}

/* A remark is for a terminal only. */
static void
test_remark (void)
{
  Fixture fixture;
  begin (&fixture);
  ui_cli_output_remark (fixture.output, "reading");
  g_autofree char *text = end (&fixture);
  g_assert_cmpstr (text, ==, "");
}

static void
test_failing_writes (void)
{
  int full = open ("/dev/full", O_WRONLY | O_CLOEXEC);
  g_autoptr (UiCliOutput) output = ui_cli_output_new (full, full);
  g_assert_true (ui_cli_output_ok (output));
  ui_cli_output_line (output, "x");
  g_assert_false (ui_cli_output_ok (output));
  g_assert_false (ui_cli_output_reader_gone (output));
  close (full);

  Fixture fixture;
  begin (&fixture);
  close (fixture.pipe[0]);
  ui_cli_output_line (fixture.output, "x");
  g_assert_false (ui_cli_output_ok (fixture.output));
  g_assert_true (ui_cli_output_reader_gone (fixture.output));
  fixture.pipe[0] = -1;
  g_autofree char *nothing = end (&fixture);
}

static void
test_local_time (void)
{
  g_autofree char *time = ui_cli_output_local_time ("2025-06-12T14:03:05.123456Z");
  g_assert_cmpstr (time, ==, "2025-06-12 14:03:05"); /* TZ=UTC, see main() */
  g_autofree char *wrong = ui_cli_output_local_time ("soon\033");
  g_assert_cmpstr (wrong, ==, "soon\\u{001b}");
  g_autofree char *none = ui_cli_output_local_time (NULL);
  g_assert_cmpstr (none, ==, "");
}

/* Names nobody knows are shown too, values escaped, depth indented. */
static void
test_facts (void)
{
  static const char json[] = "{\"state\":\"ready\",\"started\":\"2025-06-12T14:03:05Z\","
                             "\"odd\\nname\":\"v\\u001b\",\"list\":[1,{\"a\":true}],\"none\":[]}";
  Fixture fixture;
  begin (&fixture);
  g_autoptr (CardeaJson) object = cardea_json_parse (json, strlen (json), NULL);
  g_assert_nonnull (object);
  ui_cli_facts_write (fixture.output, object);
  g_autofree char *text = end (&fixture);
  g_assert_cmpstr (text, ==,
                   "State            ready\n"
                   "Started          2025-06-12 14:03:05\n"
                   "odd\\u{000a}name  v\\u{001b}\n"
                   "list\n"
                   "  • 1\n"
                   "  •\n"
                   "    a  yes\n"
                   "none             none\n");
}

int
main (int argc, char *argv[])
{
  g_setenv ("TZ", "UTC", TRUE);
  signal (SIGPIPE, SIG_IGN);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ui/cli/output/table", test_table);
  g_test_add_func ("/ui/cli/output/narrow-table", test_narrow_table);
  g_test_add_func ("/ui/cli/output/prose", test_prose);
  g_test_add_func ("/ui/cli/output/remark", test_remark);
  g_test_add_func ("/ui/cli/output/failing-writes", test_failing_writes);
  g_test_add_func ("/ui/cli/output/local-time", test_local_time);
  g_test_add_func ("/ui/cli/output/facts", test_facts);
  return g_test_run ();
}
