/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/launch/guardian-explain.h"

#include <errno.h>
#include <string.h>

static void
test_steps (void)
{
  for (guint step = GUARDIAN_HANDOFF_STEP_NONE; step < GUARDIAN_HANDOFF_STEP_COUNT; step++)
    {
      const GuardianHandoff message
          = { .kind = GUARDIAN_HANDOFF_FAILED, .step = step, .error = EPERM };
      g_autofree char *sentence = guardian_explain (&message, NULL);
      g_assert_cmpuint (strlen (sentence), >, 10);
      if (step != GUARDIAN_HANDOFF_STEP_NONE && step != GUARDIAN_HANDOFF_STEP_USER_NAMESPACE)
        g_assert_true (g_str_has_suffix (sentence, g_strerror (EPERM)));
    }
}

/* What comes from inside is only a number and a text, both of a stranger. */
static void
test_strange (void)
{
  GuardianHandoff message = { .kind = GUARDIAN_HANDOFF_FAILED, .step = 0xffffffff };
  g_autofree char *sentence = guardian_explain (&message, NULL);
  g_assert_cmpstr (sentence, ==, "the sandbox ended before it was ready");

  message.step = GUARDIAN_HANDOFF_STEP_LANDLOCK;
  memset (message.what, '\x1b', sizeof message.what);
  g_autofree char *escaped = guardian_explain (&message, NULL);
  g_assert_null (strchr (escaped, '\x1b'));
  g_assert_true (g_utf8_validate (escaped, -1, NULL));
}

static void
test_output (void)
{
  g_autofree char *silent = guardian_explain (NULL, "");
  g_autofree char *spoken = guardian_explain (NULL, "bwrap: Can't find source path /usr\n");
  g_autofree char *spaces
      = guardian_explain (NULL, "bwrap: setting up uid map: Permission denied\n");

  g_assert_cmpstr (silent, ==, "the sandbox ended before it was ready");
  g_assert_nonnull (strstr (spoken, "Can't find source path /usr"));
  g_assert_nonnull (strstr (spaces, "bubblewrap could not make its namespaces"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/explain/steps", test_steps);
  g_test_add_func ("/explain/strange", test_strange);
  g_test_add_func ("/explain/output", test_output);
  return g_test_run ();
}
