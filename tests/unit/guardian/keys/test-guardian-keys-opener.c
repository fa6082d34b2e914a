/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Everything but the keyring, which tests/contract/keys has. There is no bus here. */

#include "guardian/keys/guardian-keys-error.h"
#include "guardian/keys/guardian-keys-folder.h"
#include "guardian/keys/guardian-keys-opener.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct {
  char *data;
  GuardianKeysOpener *opener;
  gboolean answered;
  GError *error;
} Fixture;

static void
new_opener (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  g_clear_pointer (&fixture->opener, guardian_keys_opener_free);
  int folder = guardian_keys_folder_open (NULL, &error);
  g_assert_no_error (error);
  fixture->opener = guardian_keys_opener_new (folder, NULL);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->data = g_dir_make_tmp ("cardea-keys-XXXXXX", NULL);
  g_setenv ("XDG_DATA_HOME", fixture->data, TRUE);
  new_opener (fixture);
}

static int
remove_cb (const char *path, const struct stat *st, int type, struct FTW *ftw)
{
  return remove (path);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  guardian_keys_opener_free (fixture->opener);
  g_clear_error (&fixture->error);
  g_assert_cmpint (nftw (fixture->data, remove_cb, 8, FTW_DEPTH | FTW_PHYS), ==, 0);
  g_free (fixture->data);
}

static void
done (const GError *error, gpointer user_data)
{
  Fixture *fixture = user_data;
  g_assert_false (fixture->answered);
  fixture->answered = TRUE;
  fixture->error = error != NULL ? g_error_copy (error) : NULL;
}

static void
open_keys (Fixture *fixture, GuardianKeysStore wanted, gboolean begun, const char *passphrase)
{
  g_autofree char *copy = g_strdup (passphrase);
  g_autoptr (CardeaSecret) secret
      = copy != NULL ? cardea_secret_new_take (copy, strlen (copy)) : NULL;
  g_clear_error (&fixture->error);
  fixture->answered = FALSE;
  guardian_keys_opener_open (fixture->opener, wanted, begun, secret, done, fixture);
  while (!fixture->answered)
    g_main_context_iteration (NULL, TRUE);
}

static char *
key_path (Fixture *fixture, const char *name)
{
  return g_build_filename (fixture->data, "cardea", "keys", name, NULL);
}

static void
assert_open (Fixture *fixture, GuardianKeysStore store)
{
  g_assert_no_error (fixture->error);
  g_assert_cmpint (guardian_keys_opener_store (fixture->opener), ==, store);
  g_assert_nonnull (guardian_keys_opener_master (fixture->opener));
  g_assert_true (
      g_str_has_prefix (guardian_keys_signer_vkey (guardian_keys_opener_signer (fixture->opener)),
                        "cardea.invalid/log/"));
}

static void
assert_refused (Fixture *fixture, int code)
{
  g_assert_error (fixture->error, GUARDIAN_KEYS_ERROR, code);
  g_assert_null (guardian_keys_opener_master (fixture->opener));
  g_assert_null (guardian_keys_opener_signer (fixture->opener));
}

static char *
vkey (Fixture *fixture)
{
  return g_strdup (guardian_keys_signer_vkey (guardian_keys_opener_signer (fixture->opener)));
}

static void
test_first_is_file (Fixture *fixture, gconstpointer data)
{
  open_keys (fixture, GUARDIAN_KEYS_STORE_NONE, FALSE, NULL);
  assert_open (fixture, GUARDIAN_KEYS_STORE_FILE);
  g_autofree char *before = vkey (fixture);
  struct stat st;
  g_autofree char *path = key_path (fixture, "master");
  g_assert_cmpint (stat (path, &st), ==, 0);
  g_assert_cmpuint (st.st_mode & 07777, ==, 0600);
  g_assert_cmpint (st.st_size, ==, GUARDIAN_KEYS_MASTER_SIZE);

  new_opener (fixture);
  open_keys (fixture, GUARDIAN_KEYS_STORE_FILE, TRUE, NULL);
  assert_open (fixture, GUARDIAN_KEYS_STORE_FILE);
  g_autofree char *after = vkey (fixture);
  g_assert_cmpstr (before, ==, after);
}

/* Once a log was begun there is never another key. */
static void
test_never_another (Fixture *fixture, gconstpointer data)
{
  g_autofree char *master = key_path (fixture, "master");
  g_autofree char *record = key_path (fixture, "store");
  open_keys (fixture, GUARDIAN_KEYS_STORE_NONE, TRUE, NULL);
  assert_refused (fixture, GUARDIAN_KEYS_ERROR_MISSING);
  open_keys (fixture, GUARDIAN_KEYS_STORE_FILE, TRUE, NULL);
  assert_refused (fixture, GUARDIAN_KEYS_ERROR_MISSING);
  g_assert_false (g_file_test (master, G_FILE_TEST_EXISTS));

  open_keys (fixture, GUARDIAN_KEYS_STORE_NONE, FALSE, NULL);
  assert_open (fixture, GUARDIAN_KEYS_STORE_FILE);
  new_opener (fixture);
  open_keys (fixture, GUARDIAN_KEYS_STORE_KEYRING, TRUE, NULL);
  assert_refused (fixture, GUARDIAN_KEYS_ERROR_WRONG);
  g_assert_cmpint (unlink (master), ==, 0);
  open_keys (fixture, GUARDIAN_KEYS_STORE_FILE, TRUE, NULL);
  assert_refused (fixture, GUARDIAN_KEYS_ERROR_MISSING);
  g_assert_false (g_file_test (master, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (record, G_FILE_TEST_EXISTS));
  /* Without a log a lost key is replaced. */
  open_keys (fixture, GUARDIAN_KEYS_STORE_NONE, FALSE, NULL);
  assert_open (fixture, GUARDIAN_KEYS_STORE_FILE);
}

static void
write_mode (const char *path, const char *bytes, gsize size, int mode)
{
  (void) unlink (path);
  int fd = open (path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (write (fd, bytes, size), ==, size);
  g_assert_cmpint (fchmod (fd, mode), ==, 0);
  close (fd);
}

static void
test_altered (Fixture *fixture, gconstpointer data)
{
  static const char other[GUARDIAN_KEYS_MASTER_SIZE] = "another key";
  open_keys (fixture, GUARDIAN_KEYS_STORE_FILE, FALSE, NULL);
  assert_open (fixture, GUARDIAN_KEYS_STORE_FILE);
  g_autofree char *master = key_path (fixture, "master");
  g_autofree char *record = key_path (fixture, "store");
  g_autofree char *good = NULL;
  g_assert_true (g_file_get_contents (master, &good, NULL, NULL));

  static const struct {
    gsize size;
    int mode;
    int code;
  } files[] = {
    { sizeof other, 0600, GUARDIAN_KEYS_ERROR_ALTERED },
    { sizeof other - 1, 0600, GUARDIAN_KEYS_ERROR_ALTERED },
    { 0, 0600, GUARDIAN_KEYS_ERROR_ALTERED },
    { sizeof other, 0640, GUARDIAN_KEYS_ERROR_UNSAFE },
    { sizeof other, 0400, GUARDIAN_KEYS_ERROR_UNSAFE },
    { sizeof other, 04600, GUARDIAN_KEYS_ERROR_UNSAFE },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    for (int begun = FALSE; begun <= TRUE; begun++)
      {
        write_mode (master, other, files[i].size, files[i].mode);
        new_opener (fixture);
        open_keys (fixture, GUARDIAN_KEYS_STORE_NONE, begun, NULL);
        assert_refused (fixture, files[i].code);
      }

  g_autofree char *elsewhere = key_path (fixture, "elsewhere");
  write_mode (elsewhere, good, GUARDIAN_KEYS_MASTER_SIZE, 0600);
  g_assert_cmpint (unlink (master), ==, 0);
  g_assert_cmpint (symlink ("elsewhere", master), ==, 0);
  open_keys (fixture, GUARDIAN_KEYS_STORE_NONE, TRUE, NULL);
  assert_refused (fixture, GUARDIAN_KEYS_ERROR_UNSAFE);
  g_assert_cmpint (unlink (master), ==, 0);
  g_assert_cmpint (link (elsewhere, master), ==, 0);
  open_keys (fixture, GUARDIAN_KEYS_STORE_NONE, TRUE, NULL);
  assert_refused (fixture, GUARDIAN_KEYS_ERROR_UNSAFE);
  g_assert_cmpint (unlink (elsewhere), ==, 0);
  open_keys (fixture, GUARDIAN_KEYS_STORE_NONE, TRUE, NULL);
  assert_open (fixture, GUARDIAN_KEYS_STORE_FILE);

  new_opener (fixture);
  write_mode (record, "{}", 2, 0600);
  open_keys (fixture, GUARDIAN_KEYS_STORE_NONE, FALSE, NULL);
  assert_refused (fixture, GUARDIAN_KEYS_ERROR_ALTERED);
}

static void
test_passphrase (Fixture *fixture, gconstpointer data)
{
  open_keys (fixture, GUARDIAN_KEYS_STORE_PASSPHRASE, FALSE, NULL);
  assert_refused (fixture, GUARDIAN_KEYS_ERROR_WRONG);
  open_keys (fixture, GUARDIAN_KEYS_STORE_PASSPHRASE, FALSE, "correct horse");
  assert_open (fixture, GUARDIAN_KEYS_STORE_PASSPHRASE);
  g_autofree char *before = vkey (fixture);
  g_autofree char *master = key_path (fixture, "master");
  g_assert_false (g_file_test (master, G_FILE_TEST_EXISTS));

  new_opener (fixture);
  open_keys (fixture, GUARDIAN_KEYS_STORE_NONE, TRUE, NULL);
  assert_refused (fixture, GUARDIAN_KEYS_ERROR_WRONG);
  open_keys (fixture, GUARDIAN_KEYS_STORE_NONE, TRUE, "incorrect horse");
  assert_refused (fixture, GUARDIAN_KEYS_ERROR_WRONG);
  open_keys (fixture, GUARDIAN_KEYS_STORE_PASSPHRASE, TRUE, "correct horse");
  assert_open (fixture, GUARDIAN_KEYS_STORE_PASSPHRASE);
  g_autofree char *after = vkey (fixture);
  g_assert_cmpstr (before, ==, after);
}

/* An open key goes to another store as it is; the old place is cleared. */
static void
test_move (Fixture *fixture, gconstpointer data)
{
  g_autofree char *master = key_path (fixture, "master");
  g_autofree char *sealed = key_path (fixture, "passphrase");
  open_keys (fixture, GUARDIAN_KEYS_STORE_NONE, FALSE, NULL);
  assert_open (fixture, GUARDIAN_KEYS_STORE_FILE);
  g_autofree char *before = vkey (fixture);

  /* A move that fails leaves everything as it was. */
  open_keys (fixture, GUARDIAN_KEYS_STORE_PASSPHRASE, TRUE, NULL);
  g_assert_error (fixture->error, GUARDIAN_KEYS_ERROR, GUARDIAN_KEYS_ERROR_WRONG);
  open_keys (fixture, GUARDIAN_KEYS_STORE_KEYRING, TRUE, NULL);
  g_assert_error (fixture->error, GUARDIAN_KEYS_ERROR, GUARDIAN_KEYS_ERROR_ABSENT);
  g_assert_cmpint (guardian_keys_opener_store (fixture->opener), ==, GUARDIAN_KEYS_STORE_FILE);
  g_assert_true (g_file_test (master, G_FILE_TEST_EXISTS));

  open_keys (fixture, GUARDIAN_KEYS_STORE_PASSPHRASE, TRUE, "p");
  assert_open (fixture, GUARDIAN_KEYS_STORE_PASSPHRASE);
  g_assert_false (g_file_test (master, G_FILE_TEST_EXISTS));
  new_opener (fixture);
  open_keys (fixture, GUARDIAN_KEYS_STORE_NONE, TRUE, "p");
  assert_open (fixture, GUARDIAN_KEYS_STORE_PASSPHRASE);
  open_keys (fixture, GUARDIAN_KEYS_STORE_FILE, TRUE, NULL);
  assert_open (fixture, GUARDIAN_KEYS_STORE_FILE);
  g_assert_false (g_file_test (sealed, G_FILE_TEST_EXISTS));
  g_autofree char *after = vkey (fixture);
  g_assert_cmpstr (before, ==, after);
}

static void
test_unsafe_folder (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *keys = g_build_filename (fixture->data, "cardea", "keys", NULL);
  g_assert_cmpint (chmod (keys, 0750), ==, 0);
  g_assert_cmpint (guardian_keys_folder_open (NULL, &error), ==, -1);
  g_assert_error (error, GUARDIAN_KEYS_ERROR, GUARDIAN_KEYS_ERROR_UNSAFE);
  guardian_keys_opener_free (fixture->opener);
  fixture->opener = guardian_keys_opener_new (-1, error->message);
  open_keys (fixture, GUARDIAN_KEYS_STORE_NONE, FALSE, NULL);
  assert_refused (fixture, GUARDIAN_KEYS_ERROR_FAILED);
}

#define TEST(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "disabled:", TRUE);
  g_test_init (&argc, &argv, NULL);
  TEST ("/keys/opener/first-is-file", test_first_is_file);
  TEST ("/keys/opener/never-another", test_never_another);
  TEST ("/keys/opener/altered", test_altered);
  TEST ("/keys/opener/passphrase", test_passphrase);
  TEST ("/keys/opener/move", test_move);
  TEST ("/keys/opener/unsafe-folder", test_unsafe_folder);
  return g_test_run ();
}
