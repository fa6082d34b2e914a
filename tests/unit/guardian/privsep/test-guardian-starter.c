/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/privsep/guardian-starter.h"

#include "common/base/cardea-autofd.h"

#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define WAIT_MS 10000

static gboolean
ends_in_time (int pidfd)
{
  struct pollfd wait = { .fd = pidfd, .events = POLLIN };
  return poll (&wait, 1, WAIT_MS) == 1;
}

static char *
read_report (int fd)
{
  GString *text = g_string_new (NULL);
  char part[512];

  while (strstr (text->str, "\nend\n") == NULL)
    {
      ssize_t size = read (fd, part, sizeof part);
      if (size <= 0)
        break;
      g_string_append_len (text, part, size);
    }
  return g_string_free (text, FALSE);
}

static void
test_start (void)
{
  g_autoptr (GError) error = NULL;
  cardea_autofd int pair = -1;
  cardea_autofd int pidfd = -1;

  g_setenv ("LD_PRELOAD_EXAMPLE", "no", TRUE);
  g_setenv ("HOME", "/somewhere", TRUE);
  g_setenv ("CARDEA_TEST_SEAM", "yes", TRUE);
  g_autoptr (GuardianStarter) starter = guardian_starter_new (&error);
  g_assert_no_error (error);
  g_assert_true (guardian_starter_start (starter, GUARDIAN_WORKER_KEYS, &pair, &pidfd, &error));
  g_assert_no_error (error);

  g_autofree char *report = read_report (pair);
  g_assert_nonnull (strstr (report, "fd 0\nfd 1\nfd 2\nfd 3\nenv "));
  g_assert_nonnull (strstr (report, "env HOME=/somewhere\n"));
  g_assert_nonnull (strstr (report, "env CARDEA_TEST_SEAM=yes\n"));
  g_assert_null (strstr (report, "env PATH="));
  g_assert_null (strstr (report, "LD_PRELOAD_EXAMPLE"));
  g_assert_nonnull (strstr (report, "\nargc 1\n"));

  cardea_fd_clear (&pair);
  g_assert_true (ends_in_time (pidfd));
}

/* Whatever ends the core ends what it started. */
static void
test_ends_with_core (void)
{
  cardea_autofd int pair = -1;
  cardea_autofd int pidfd = -1;
  GuardianStarter *starter = guardian_starter_new (NULL);

  g_assert_nonnull (starter);
  g_assert_true (guardian_starter_start (starter, GUARDIAN_WORKER_KEYS, &pair, &pidfd, NULL));
  guardian_starter_free (starter);
  g_assert_true (ends_in_time (pidfd));
}

static void
test_many (void)
{
  g_autoptr (GuardianStarter) starter = guardian_starter_new (NULL);

  for (guint i = 0; i < 50; i++)
    {
      cardea_autofd int pair = -1;
      cardea_autofd int pidfd = -1;
      g_assert_true (guardian_starter_start (starter, GUARDIAN_WORKER_KEYS, &pair, &pidfd, NULL));
      cardea_fd_clear (&pair);
      g_assert_true (ends_in_time (pidfd));
    }
}

static void
test_refuses (void)
{
  g_autoptr (GuardianStarter) starter = guardian_starter_new (NULL);
  int pair = -1, pidfd = -1;

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GError) error = NULL;
      GuardianWorker worker = i == 0 ? GUARDIAN_WORKER_CORE : (GuardianWorker) 4711;
      g_assert_false (guardian_starter_start (starter, worker, &pair, &pidfd, &error));
      g_assert_error (error, GUARDIAN_WORKER_ERROR, GUARDIAN_WORKER_ERROR_START);
      g_assert_cmpint (pair, ==, -1);
    }
}

static void
test_missing_program (void)
{
  g_autoptr (GuardianStarter) starter = guardian_starter_new (NULL);
  g_autoptr (GError) error = NULL;
  int pair = -1, pidfd = -1;

  g_assert_false (guardian_starter_start (starter, GUARDIAN_WORKER_CONSENT, &pair, &pidfd, &error));
  g_assert_error (error, GUARDIAN_WORKER_ERROR, GUARDIAN_WORKER_ERROR_START);
  g_assert_nonnull (strstr (error->message, "not installed"));
}

/* Anything but the one message ends the starter; the next start says so. */
static void
test_garbage (void)
{
  g_autoptr (GuardianStarter) starter = guardian_starter_new (NULL);
  g_autoptr (GError) error = NULL;
  int pair = -1, pidfd = -1;

  g_assert_cmpint (write (guardian_starter_fd (starter), "x", 1), ==, 1);
  g_assert_false (guardian_starter_start (starter, GUARDIAN_WORKER_KEYS, &pair, &pidfd, &error));
  g_assert_error (error, GUARDIAN_WORKER_ERROR, GUARDIAN_WORKER_ERROR_START);
}

int
main (int argc, char **argv)
{
  signal (SIGPIPE, SIG_IGN);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/starter/start", test_start);
  g_test_add_func ("/starter/ends-with-core", test_ends_with_core);
  g_test_add_func ("/starter/many", test_many);
  g_test_add_func ("/starter/refuses", test_refuses);
  g_test_add_func ("/starter/missing-program", test_missing_program);
  g_test_add_func ("/starter/garbage", test_garbage);
  return g_test_run ();
}
