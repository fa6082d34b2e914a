/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/launch/guardian-sandbox-command.h"

#include <string.h>

static const GuardianDigest digest = { 7, 8, "00" };

static char **
build (const char *home, const char *helper)
{
  const GuardianSandboxCommand command = {
    .hold = "/a/cardea-hold",
    .bwrap = "/usr/bin/bwrap",
    .confine = "/a/cardea-confine",
    .program = "/a/cardea-agent",
    .helper = helper,
    .digest = &digest,
    .home = home,
    .landlock_limit = 3,
  };
  return guardian_sandbox_command_build (&command);
}

static gboolean
has_sequence (char **arguments, const char *first, const char *second)
{
  for (; *arguments != NULL; arguments++)
    if (strcmp (*arguments, first) == 0
        && (second == NULL || g_strcmp0 (arguments[1], second) == 0))
      return TRUE;
  return FALSE;
}

static void
test_chain (void)
{
  g_auto (GStrv) arguments = build ("/home/x", "/a/cardea-agent-extract");

  g_assert_cmpstr (arguments[0], ==, "/a/cardea-hold");
  g_assert_true (has_sequence (arguments, "--", "/usr/bin/bwrap"));
  g_assert_true (has_sequence (arguments, "--", "/opt/cardea/cardea-confine"));
  g_assert_true (has_sequence (arguments, "--", "/opt/cardea/cardea-agent"));
  g_assert_true (has_sequence (arguments, "cardea-agent-extract=/a/cardea-agent-extract", NULL));
  g_assert_true (has_sequence (arguments, "target=7:8", NULL));
  g_assert_true (has_sequence (arguments, "abi=3", NULL));
  g_assert_true (has_sequence (arguments, "write=/home/x", NULL));
}

static void
test_layers (void)
{
  static const char *const promised[] = {
    "--unshare-user", "--disable-userns", "--unshare-pid",     "--unshare-ipc",
    "--unshare-uts",  "--unshare-cgroup", "--die-with-parent", "--new-session",
  };
  static const char *const never[]
      = { "--share-net", "--bind", "--dev", "--cap-add", "--bind-try", "--unshare-user-try" };
  g_auto (GStrv) arguments = build ("/home/x", NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (promised); i++)
    g_assert_true (has_sequence (arguments, promised[i], NULL));
  for (gsize i = 0; i < G_N_ELEMENTS (never); i++)
    g_assert_false (has_sequence (arguments, never[i], NULL));
  g_assert_true (has_sequence (arguments, "--cap-drop", "ALL"));
  g_assert_true (has_sequence (arguments, "--remount-ro", "/"));
}

/* A name is an argument, never an option: it stands after the option that takes it. */
static void
test_odd_home (void)
{
  g_auto (GStrv) arguments = build ("/home/--bind", NULL);
  g_assert_true (has_sequence (arguments, "--chdir", "/home/--bind"));
}

static void
test_homes (void)
{
  static const struct {
    const char *wanted, *got;
  } homes[] = {
    { "/home/x", "/home/x" },
    { "/", GUARDIAN_SANDBOX_OTHER_HOME },
    { "", GUARDIAN_SANDBOX_OTHER_HOME },
    { "home", GUARDIAN_SANDBOX_OTHER_HOME },
    { "--bind", GUARDIAN_SANDBOX_OTHER_HOME },
    { "/home/x/", GUARDIAN_SANDBOX_OTHER_HOME },
    { "/home/../usr", GUARDIAN_SANDBOX_OTHER_HOME },
    { "/usr", GUARDIAN_SANDBOX_OTHER_HOME },
    { "/usr/x", GUARDIAN_SANDBOX_OTHER_HOME },
    { "/usrx", "/usrx" },
    { "/proc/self", GUARDIAN_SANDBOX_OTHER_HOME },
    { "/opt", GUARDIAN_SANDBOX_OTHER_HOME },
    { "/opt/cardea/x", GUARDIAN_SANDBOX_OTHER_HOME },
    { "/opt/x", "/opt/x" },
    { "/tmp", GUARDIAN_SANDBOX_OTHER_HOME },
    { "/tmp/x", "/tmp/x" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (homes); i++)
    {
      g_autofree char *got = guardian_sandbox_command_home (homes[i].wanted);
      g_assert_cmpstr (got, ==, homes[i].got);
    }
}

static void
test_environment (void)
{
  const GuardianSandboxCommand command = { .home = "/home/x" };

  g_setenv ("LD_PRELOAD", "", TRUE);
  g_setenv ("BASH_ENV", "/x", TRUE);
  g_setenv ("CARDEA_TEST_ANYTHING", "1", TRUE);
  g_auto (GStrv) environment = guardian_sandbox_command_environment (&command);
  g_assert_true (g_strv_contains ((const char *const *) environment, "HOME=/home/x"));
  for (char **variable = environment; *variable != NULL; variable++)
    {
      g_assert_false (g_str_has_prefix (*variable, "LD_"));
      g_assert_false (g_str_has_prefix (*variable, "BASH_"));
      g_assert_false (g_str_has_prefix (*variable, "CARDEA_TEST_"));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sandbox-command/chain", test_chain);
  g_test_add_func ("/sandbox-command/layers", test_layers);
  g_test_add_func ("/sandbox-command/odd-home", test_odd_home);
  g_test_add_func ("/sandbox-command/homes", test_homes);
  g_test_add_func ("/sandbox-command/environment", test_environment);
  return g_test_run ();
}
