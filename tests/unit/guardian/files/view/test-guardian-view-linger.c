/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/files/view/guardian-view-linger.h"

#define REQUESTS 100000u

/* How often it was looked for another among so many requests; every period-th time in vain (0:
 * never in vain, 1: always). */
static guint
count_tries (GuardianViewLinger *linger, guint requests, guint period)
{
  guint tries = 0;

  for (guint i = 0; i < requests; i++)
    if (guardian_view_linger_try (linger))
      {
        tries++;
        guardian_view_linger_learn (linger, period == 0 || tries % period != 0);
      }
  return tries;
}

static void
test_pays (void)
{
  GuardianViewLinger linger = { 0 };
  g_assert_cmpuint (count_tries (&linger, REQUESTS, 0), ==, REQUESTS);
}

/* Each burst of requests ends with one that nothing follows. */
static void
test_bursts (void)
{
  GuardianViewLinger linger = { 0 };
  g_assert_cmpuint (count_tries (&linger, REQUESTS, 10), ==, REQUESTS);
}

static void
test_in_vain (void)
{
  GuardianViewLinger linger = { 0 };
  guint tries = count_tries (&linger, REQUESTS, 1);

  /* It is still tried now and then. */
  g_assert_cmpuint (tries, >=, REQUESTS / (GUARDIAN_VIEW_LINGER_REST_LAST + 1));
  g_assert_cmpuint (tries, <=, 10 + REQUESTS / GUARDIAN_VIEW_LINGER_REST_LAST);
}

static void
test_seldom (void)
{
  GuardianViewLinger linger = { 0 };
  g_assert_cmpuint (count_tries (&linger, REQUESTS, 2), <, REQUESTS / 4);
}

/* What it saved up is not enough to go on for long where it does not pay any more, and it is
 * noticed when it does again. */
static void
test_changes (void)
{
  GuardianViewLinger linger = { 0 };

  g_assert_cmpuint (count_tries (&linger, REQUESTS, 0), ==, REQUESTS);
  g_assert_cmpuint (count_tries (&linger, GUARDIAN_VIEW_LINGER_REST_FIRST, 1), <=,
                    GUARDIAN_VIEW_LINGER_CREDIT / GUARDIAN_VIEW_LINGER_PRICE + 1);
  (void) count_tries (&linger, REQUESTS, 1);
  g_assert_cmpuint (count_tries (&linger, REQUESTS, 0), >=,
                    REQUESTS - GUARDIAN_VIEW_LINGER_REST_LAST);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/guardian/view/linger/pays", test_pays);
  g_test_add_func ("/guardian/view/linger/bursts", test_bursts);
  g_test_add_func ("/guardian/view/linger/in-vain", test_in_vain);
  g_test_add_func ("/guardian/view/linger/seldom", test_seldom);
  g_test_add_func ("/guardian/view/linger/changes", test_changes);
  return g_test_run ();
}
