/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Names that change their meaning all the time while the worker is asked about them: what is read
 * is always the very inode that was resolved, and its path is told truly. */

#include "tests/contract/contract-worker.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ROUNDS 12000

typedef struct {
  char *home;
  ContractWorker *worker;
  ino_t good;
  ino_t secret;
  char *secret_path;
  guint counts[3]; /* good, secret (told as such), refused */
} Fixture;

typedef struct {
  const char *name;      /* what is asked for */
  const char *parked[2]; /* the two things that take turns to be it */
  gint stop;
} Swapper;

static gpointer
swap_main (gpointer user_data)
{
  Swapper *swapper = user_data;
  for (guint turn = 0; !g_atomic_int_get (&swapper->stop); turn++)
    {
      const char *parked = swapper->parked[turn % 2];
      g_assert_cmpint (rename (parked, swapper->name), ==, 0);
      g_assert_cmpint (rename (swapper->name, parked), ==, 0);
    }
  return NULL;
}

static char *
put (Fixture *fixture, const char *relative, const char *text, ino_t *ret_ino)
{
  struct stat st;
  char *path = g_build_filename (fixture->home, relative, NULL);
  g_autofree char *parent = g_path_get_dirname (path);
  g_assert_cmpint (g_mkdir_with_parents (parent, 0755), ==, 0);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  g_assert_cmpint (stat (path, &st), ==, 0);
  *ret_ino = st.st_ino;
  return path;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->home = contract_folder_new ();
  g_autofree char *variable = g_strdup_printf ("HOME=%s", fixture->home);
  const char *const environment[] = { variable, NULL };
  fixture->worker = contract_worker_new ("cardea-guardian-files", CARDEA_ROLE_FILES, environment);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_test_message ("good %u, secret %u, refused %u", fixture->counts[0], fixture->counts[1],
                  fixture->counts[2]);
  contract_worker_free (fixture->worker);
  contract_folder_remove (fixture->home);
  g_free (fixture->secret_path);
}

static void
release (Fixture *fixture, const char *handle)
{
  g_autoptr (CardeaMessage) event = cardea_message_new ("files.release");
  cardea_message_set_string (event, "handle", handle);
  g_autofree char *id = contract_worker_send (fixture->worker, event);
}

/* Whatever the path meant at that moment: path, inode and content agree. */
static void
check_round (Fixture *fixture, const char *path)
{
  g_autoptr (CardeaMessage) request = cardea_message_new ("files.resolve");
  cardea_message_set_path (request, "path", path);
  cardea_message_set_path (request, "home", fixture->home);
  cardea_message_set_string (request, "want", "file");
  g_autoptr (CardeaMessage) resolved = contract_worker_ask (fixture->worker, request);
  if (cardea_message_is (resolved, "refused"))
    {
      fixture->counts[2]++;
      return;
    }
  guint64 ino = cardea_message_get_int64 (resolved, "ino", 0);
  gboolean is_secret = ino == fixture->secret;
  g_assert_true (is_secret || ino == fixture->good);
  if (is_secret)
    g_assert_cmpstr (cardea_message_get_path (resolved, "path"), ==, fixture->secret_path);
  else
    g_assert_cmpstr (cardea_message_get_path (resolved, "path"), !=, fixture->secret_path);
  fixture->counts[is_secret]++;

  const char *handle = cardea_message_get_string (resolved, "handle");
  g_autoptr (CardeaMessage) read = cardea_message_new ("files.read");
  cardea_message_set_string (read, "handle", handle);
  cardea_message_set_int64 (read, "offset", 0);
  cardea_message_set_int (read, "length", 100);
  g_autoptr (CardeaMessage) content = contract_worker_ask (fixture->worker, read);
  release (fixture, handle);
  if (cardea_message_is (content, "refused"))
    return; /* its times moved: a rename is a change */
  g_autoptr (GBytes) bytes = contract_content (content, "content");
  const char *expected = is_secret ? "SECRET" : "good";
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), expected,
                   strlen (expected));
}

static void
run (Fixture *fixture, Swapper *swapper, const char *path)
{
  GThread *thread = g_thread_new ("swap", swap_main, swapper);
  for (guint i = 0; i < ROUNDS; i++)
    check_round (fixture, path);
  g_atomic_int_set (&swapper->stop, TRUE);
  g_thread_join (thread);
}

static void
test_file_for_link (Fixture *fixture, gconstpointer data)
{
  fixture->secret_path = put (fixture, "vault/secret", "SECRET", &fixture->secret);
  g_autofree char *good = put (fixture, "work/parked-file", "good", &fixture->good);
  g_autofree char *link = g_build_filename (fixture->home, "work/parked-link", NULL);
  g_autofree char *name = g_build_filename (fixture->home, "work/name", NULL);
  g_assert_cmpint (symlink (fixture->secret_path, link), ==, 0);
  Swapper swapper = { name, { good, link }, FALSE };
  run (fixture, &swapper, name);
}

static void
test_parent_for_link (Fixture *fixture, gconstpointer data)
{
  fixture->secret_path = put (fixture, "vault/file", "SECRET", &fixture->secret);
  g_autofree char *good = put (fixture, "work/parked-folder/file", "good", &fixture->good);
  g_autofree char *folder = g_path_get_dirname (good);
  g_autofree char *vault = g_path_get_dirname (fixture->secret_path);
  g_autofree char *link = g_build_filename (fixture->home, "work/parked-link", NULL);
  g_autofree char *name = g_build_filename (fixture->home, "work/name", NULL);
  g_autofree char *path = g_build_filename (name, "file", NULL);
  g_assert_cmpint (symlink (vault, link), ==, 0);
  Swapper swapper = { name, { folder, link }, FALSE };
  run (fixture, &swapper, path);
}

#define TEST(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  TEST ("/contract/files/race/file-for-link", test_file_for_link);
  TEST ("/contract/files/race/parent-for-link", test_parent_for_link);
  return g_test_run ();
}
