/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Owners are told as they are outside, although the worker's namespace maps one id only. This test
 * stays in the namespace it was started in: there the difference shows. */

#include "tests/contract/contract-worker.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define SOMEBODY 12345

static gint64
owner_of (ContractWorker *worker, const char *path)
{
  g_autoptr (CardeaMessage) request = cardea_message_new ("files.resolve");
  cardea_message_set_path (request, "path", path);
  cardea_message_set_path (request, "home", "/");
  cardea_message_set_string (request, "want", "file");
  g_autoptr (CardeaMessage) reply = contract_worker_ask (worker, request);
  contract_assert_is (reply, "files.resolved");
  return cardea_message_get_int64 (reply, "uid", -1);
}

static char *
make_file (const char *folder)
{
  char *path = g_build_filename (folder, "file", NULL);
  g_assert_true (g_file_set_contents (path, "x", -1, NULL));
  return path;
}

static void
test_owners (void)
{
  struct stat st;
  char *folder = contract_folder_new ();
  g_autofree char *path = make_file (folder);
  const char *const environment[] = { "HOME=/", NULL };
  g_autoptr (ContractWorker) worker
      = contract_worker_new ("cardea-guardian-files", CARDEA_ROLE_FILES, environment);

  g_assert_cmpint (owner_of (worker, path), ==, geteuid ());
  g_assert_cmpint (stat ("/usr/bin/env", &st), ==, 0);
  g_assert_cmpint (owner_of (worker, "/usr/bin/env"), ==, st.st_uid);
  if (geteuid () == 0)
    {
      g_assert_cmpint (chown (path, SOMEBODY, -1), ==, 0);
      g_assert_cmpint (owner_of (worker, path), ==, SOMEBODY);
    }
  contract_folder_remove (folder);
}

/* The process that tells them: the worker's one child. */
static pid_t
child_of (pid_t pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/task/%d/children", pid, pid);
  g_autofree char *text = NULL;
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  return atoi (text);
}

/* It is gone: another owner is somebody else, nothing hangs, and the own files stay one's own. */
static void
test_teller_dies (void)
{
  char *folder = contract_folder_new ();
  g_autofree char *path = make_file (folder);
  const char *const environment[] = { "HOME=/", NULL };
  g_autoptr (ContractWorker) worker
      = contract_worker_new ("cardea-guardian-files", CARDEA_ROLE_FILES, environment);
  g_autoptr (CardeaMessage) ready = contract_worker_ready (worker);
  pid_t child = child_of (worker->pid);
  g_assert_cmpint (child, >, 0);
  g_assert_cmpint (kill (child, SIGKILL), ==, 0);

  g_assert_cmpint (owner_of (worker, path), ==, geteuid ());
  if (geteuid () == 0)
    {
      g_assert_cmpint (chown (path, SOMEBODY, -1), ==, 0);
      g_assert_cmpint (owner_of (worker, path), ==, 65534);
    }
  contract_folder_remove (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/contract/files/owner/owners", test_owners);
  g_test_add_func ("/contract/files/owner/teller-dies", test_teller_dies);
  return g_test_run ();
}
