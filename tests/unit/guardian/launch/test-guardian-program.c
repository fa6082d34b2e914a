/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/launch/guardian-program.h"

#include "guardian/launch/guardian-program-calls.h"
#include "guardian/launch/guardian-program-command.h"
#include "guardian/launch/guardian-proxy-place.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

/* A home with programs in it; removed with the fixture. */
typedef struct {
  char *root;
  char *home;
} Fixture;

static void
make (const char *root, const char *name, int mode)
{
  g_autofree char *path = g_build_filename (root, name, NULL);
  g_autofree char *folder = g_path_get_dirname (path);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, "#!/bin/sh\n", -1, NULL));
  g_assert_cmpint (g_chmod (path, mode), ==, 0);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  static const char *const programs[] = { "home/.local/bin/x",
                                          "home/.local/share/tool/bin/x",
                                          "home/project/bin/x",
                                          "home/x",
                                          "home/bin/x",
                                          "opt/tool/lib/inner/bin/x",
                                          "home/.npm/lib/node/bin/cli",
                                          "opt/x",
                                          "home/web/node_modules/p/bin/x" };
  g_autofree char *made = g_dir_make_tmp ("cardea-program-XXXXXX", NULL);

  fixture->root = realpath (made, NULL);
  fixture->home = g_build_filename (fixture->root, "home", NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (programs); i++)
    make (fixture->root, programs[i], 0755);
  make (fixture->root, "home/text", 0644);
}

static void
remove_all (const char *path)
{
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *inner = g_build_filename (path, name, NULL);
      remove_all (inner);
    }
  g_remove (path);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  remove_all (fixture->root);
  free (fixture->root);
  g_free (fixture->home);
}

/* prefix: below the root; "": the program itself. */
static void
check_prefix (const Fixture *fixture, const char *name, const char *prefix)
{
  g_autofree char *path = g_build_filename (fixture->root, name, NULL);
  g_autofree char *wanted = g_build_filename (fixture->root, *prefix != '\0' ? prefix : name, NULL);
  g_auto (GuardianProgram) program = { 0 };
  g_autoptr (GError) error = NULL;

  g_assert_true (guardian_program_find (path, fixture->home, &program, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (program.path, ==, path);
  g_assert_cmpstr (program.prefix, ==, wanted);
}

static void
test_prefix (Fixture *fixture, gconstpointer data)
{
  check_prefix (fixture, "home/x", "");
  check_prefix (fixture, "home/bin/x", "");        /* never the home */
  check_prefix (fixture, "home/.local/bin/x", ""); /* nor what lies beside it there */
  check_prefix (fixture, "home/.local/share/tool/bin/x", "home/.local/share/tool");
  check_prefix (fixture, "home/project/bin/x", "home/project");
  check_prefix (fixture, "home/.npm/lib/node/bin/cli", "home/.npm");
  check_prefix (fixture, "opt/tool/lib/inner/bin/x", "opt/tool");
  check_prefix (fixture, "opt/x", "");
  check_prefix (fixture, "home/web/node_modules/p/bin/x", "home/web/node_modules");
}

static void
test_system (Fixture *fixture, gconstpointer data)
{
  g_auto (GuardianProgram) program = { 0 };

  g_assert_true (guardian_program_find ("/bin/sh", fixture->home, &program, NULL));
  g_assert_null (program.prefix);
  g_assert_true (g_str_has_prefix (program.path, "/usr/bin/"));
}

static void
test_refused (Fixture *fixture, gconstpointer data)
{
  g_autofree char *text = g_build_filename (fixture->home, "text", NULL);
  const struct {
    const char *path;
    int code;
  } rows[] = {
    { "/nonexistent/x", GUARDIAN_PROGRAM_ERROR_MISSING },
    { "sh", GUARDIAN_PROGRAM_ERROR_MISSING },
    { "", GUARDIAN_PROGRAM_ERROR_MISSING },
    { "/bin/sh/x", GUARDIAN_PROGRAM_ERROR_MISSING },
    { fixture->home, GUARDIAN_PROGRAM_ERROR_UNSUITABLE },
    { "/dev/null", GUARDIAN_PROGRAM_ERROR_UNSUITABLE },
    { text, GUARDIAN_PROGRAM_ERROR_UNSUITABLE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_auto (GuardianProgram) program = { 0 };
      g_autoptr (GError) error = NULL;
      g_assert_false (guardian_program_find (rows[i].path, fixture->home, &program, &error));
      g_assert_error (error, GUARDIAN_PROGRAM_ERROR, rows[i].code);
    }
}

static gboolean
has (char **arguments, const char *first, const char *second)
{
  for (; *arguments != NULL; arguments++)
    if (strcmp (*arguments, first) == 0
        && (second == NULL || g_strcmp0 (arguments[1], second) == 0))
      return TRUE;
  return FALSE;
}

/* What begins with "-" is a word of the person's program and must not become one of bwrap's. */
static void
test_command (Fixture *fixture, gconstpointer data)
{
  const GuardianDigest digest = { 7, 8, "00" };
  GuardianProgram program = { (char *) "/opt/-x/bin/--bind", (char *) "/opt/-x" };
  const GuardianProgramCommand command = { .hold = "/a/cardea-hold",
                                           .bwrap = "/usr/bin/bwrap",
                                           .confine = "/a/cardea-confine",
                                           .program = &program,
                                           .digest = &digest,
                                           .home = "/home/x",
                                           .folder = "/opt/-x",
                                           .terminal = TRUE };
  g_auto (GStrv) arguments = guardian_program_command_build (&command);
  g_auto (GStrv) environment = guardian_program_command_environment (&command);

  g_assert_true (has (arguments, "--ro-bind", "/sys/theirs/0"));
  g_assert_true (has (arguments, "--tmpfs", "/home/x"));
  g_assert_true (has (arguments, "--disable-userns", NULL));
  g_assert_true (has (arguments, "--", "/opt/-x/bin/--bind"));
  g_assert_true (has (arguments, "terminal=input", NULL));
  g_assert_true (has (arguments, "target=7:8", NULL));
  g_assert_false (has (arguments, "all=/", NULL));
  g_assert_false (has (arguments, "exec=/", NULL));
  g_assert_true (g_strv_contains ((const char *const *) environment, "HOME=/home/x"));
}

/* In a home that stays nothing is mounted by bwrap: cardea-hold does it before. */
static void
test_own_home (Fixture *fixture, gconstpointer data)
{
  const GuardianDigest digest = { 7, 8, "00" };
  const char *const folders[] = { "/home/x/project", "/srv/data", NULL };
  const char *const pass[] = { "WANTED", NULL };
  const char *const set[] = { "FIXED=a b", NULL };
  static const char *const loopback[] = { "11434", NULL };
  const char *const proxy[] = { "THEIR_PROXY", NULL };
  const char *const authorities[] = { "THEIR_AUTHORITIES", NULL };
  GuardianProgram program = { (char *) "/home/x/tool/bin/t", (char *) "/home/x/tool" };
  GuardianProgram companions[]
      = { { (char *) "/opt/node/bin/node", (char *) "/opt/node" },
          { (char *) "/opt/node/bin/npm", (char *) "/opt/node" },
          { (char *) "/home/x/project/bin/p", (char *) "/home/x/project/bin" } };
  const GuardianProgramCommand command = { .hold = "/a/cardea-hold",
                                           .bwrap = "/usr/bin/bwrap",
                                           .confine = "/a/cardea-confine",
                                           .program = &program,
                                           .companions = companions,
                                           .n_companions = G_N_ELEMENTS (companions),
                                           .digest = &digest,
                                           .home = "/home/x",
                                           .own_home = "/data/home",
                                           .folder = "/home/x/project",
                                           .has_view = TRUE,
                                           .folders = folders,
                                           .shared = folders,
                                           .pass = pass,
                                           .set = set,
                                           .has_egress = TRUE,
                                           .loopback = loopback,
                                           .proxy = proxy,
                                           .authorities = authorities };
  g_auto (GStrv) arguments = guardian_program_command_build (&command);
  g_auto (GStrv) environment = guardian_program_command_environment (&command);

  g_assert_true (has (arguments, "home=/data/home", "at=/home/x"));
  g_assert_true (has (arguments, "installed=theirs/0=/home/x/tool", "shown=/home/x/project"));
  g_assert_false (has (arguments, "shown=/srv/data", NULL));
  g_assert_true (has (arguments, "--bind", "/sys/home"));
  g_assert_true (has (arguments, "--bind", "/sys/view/srv/data"));
  g_assert_false (has (arguments, "--bind", "/sys/view/home/x/project"));
  g_assert_false (has (arguments, "--ro-bind", "/sys/theirs/0"));
  g_assert_true (has (arguments, "--ro-bind", "/sys/theirs/1"));
  g_assert_false (has (arguments, "--ro-bind", "/sys/theirs/2"));
  g_assert_true (has (arguments, "pass=WANTED", NULL));
  g_assert_true (has (arguments, "set=FIXED=a b", NULL));
  g_assert_true (has (arguments, "egress", "loopback=11434"));
  g_assert_true (has (environment, "NO_PROXY=" GUARDIAN_PROXY_PLACE_OWN, NULL));
  g_assert_true (has (environment, "THEIR_PROXY=" GUARDIAN_PROXY_PLACE_URL, NULL));
  for (guint i = 0; environment[i] != NULL; i++) /* it trusts what the system does */
    g_assert_false (g_str_has_prefix (environment[i], "THEIR_AUTHORITIES="));
}

static void
test_refusals (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  int filter = guardian_filter_export (guardian_program_calls (), &error);

  g_assert_no_error (error);
  g_assert_cmpint (filter, >=, 0);
  close (filter);
  g_assert_cmpint (guardian_program_calls_refusal ("mount"), ==, EPERM);
  g_assert_cmpint (guardian_program_calls_refusal ("clone3"), ==, ENOSYS);
  g_assert_cmpint (guardian_program_calls_refusal ("socket"), ==, EAFNOSUPPORT);
  g_assert_cmpint (guardian_program_calls_refusal (NULL), ==, ENOSYS);
}

#define ADD(name, function)                                                                        \
  g_test_add ("/guardian-program/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("prefix", test_prefix);
  ADD ("system", test_system);
  ADD ("refused", test_refused);
  ADD ("command", test_command);
  ADD ("own-home", test_own_home);
  ADD ("refusals", test_refusals);
  return g_test_run ();
}
