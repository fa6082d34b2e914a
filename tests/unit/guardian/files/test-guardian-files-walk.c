/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/files/guardian-files-error.h"
#include "guardian/files/guardian-files-walk.h"
#include "tests/unit/guardian/files/files-fixture.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define SWAPS 3000

static GuardianFilesObject *
walk (FilesFixture *fixture, const char *path, GError **error)
{
  return guardian_files_walk (fixture->mounts, path, GUARDIAN_FILES_WALK_WAIT, NULL, error);
}

static void
assert_leads (FilesFixture *fixture, const char *path, const char *expected, gboolean linked)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GuardianFilesObject) object = walk (fixture, path, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (object->path, ==, expected);
  g_assert_cmpint (object->linked, ==, linked);

  struct stat st;
  g_assert_cmpint (stat (expected, &st), ==, 0);
  g_assert_cmpuint (object->info.id.dev, ==, st.st_dev);
  g_assert_cmpuint (object->info.id.ino, ==, st.st_ino);
  g_assert_cmpint (fcntl (object->fd, F_GETFL) & O_PATH, ==, O_PATH);
}

static void
assert_fails (FilesFixture *fixture, const char *path, int code)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GuardianFilesObject) object = walk (fixture, path, &error);
  g_assert_null (object);
  g_assert_error (error, GUARDIAN_FILES_ERROR, code);
}

static void
test_spellings (FilesFixture *fixture, gconstpointer data)
{
  g_autofree char *file = files_fixture_write (fixture, "a/b/c.txt", "x");
  g_autofree char *folder = files_fixture_path (fixture, "a/b");
  static const char *const spellings[] = { "%s/a/b/c.txt", "%s//a///b//c.txt", "%s/a/./b/./c.txt",
                                           "%s/a/../a/b/../b/c.txt", "/../..%s/a/b/c.txt" };
  static const char *const folders[] = { "%s/a/b", "%s/a/b/", "%s/a/b/.", "%s/a/b/..//b/./" };

  for (gsize i = 0; i < G_N_ELEMENTS (spellings); i++)
    {
      g_autoptr (GString) path = g_string_new (spellings[i]);
      g_string_replace (path, "%s", fixture->folder, 1);
      assert_leads (fixture, path->str, file, FALSE);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (folders); i++)
    {
      g_autoptr (GString) path = g_string_new (folders[i]);
      g_string_replace (path, "%s", fixture->folder, 1);
      assert_leads (fixture, path->str, folder, FALSE);
    }
  assert_leads (fixture, "/", "/", FALSE);
  assert_leads (fixture, "/..", "/", FALSE);

  g_autofree char *slash = g_strconcat (file, "/", NULL);
  g_autofree char *dot = g_strconcat (file, "/.", NULL);
  g_autofree char *up = g_strconcat (file, "/..", NULL);
  assert_fails (fixture, slash, GUARDIAN_FILES_ERROR_NOT_FOUND);
  assert_fails (fixture, dot, GUARDIAN_FILES_ERROR_NOT_FOUND);
  assert_fails (fixture, up, GUARDIAN_FILES_ERROR_NOT_FOUND);
}

static void
test_odd_names (FilesFixture *fixture, gconstpointer data)
{
  static const char *const names[]
      = { "new\nline", "\xff\xfe", "r\xe2\x80\xaeltr", " ", "-rf", "x (deleted)", "~", "..." };
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *file = files_fixture_path (fixture, names[i]);
      int fd = open (file, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
      g_assert_cmpint (fd, >=, 0);
      close (fd);
      assert_leads (fixture, file, file, FALSE);
    }
}

static void
test_links (FilesFixture *fixture, gconstpointer data)
{
  g_autofree char *file = files_fixture_write (fixture, "real/deep/file", "x");
  g_autofree char *folder = files_fixture_path (fixture, "real/deep");
  g_autofree char *relative = files_fixture_link (fixture, "links/rel", "../real/deep");
  g_autofree char *absolute = files_fixture_link (fixture, "links/abs", folder);
  g_autofree char *chain = files_fixture_link (fixture, "links/chain", "rel/file");
  g_autofree char *slashed = files_fixture_link (fixture, "links/slashed", "../real//deep/");
  g_autofree char *dangling = files_fixture_link (fixture, "links/dangling", "nowhere");
  g_autofree char *self = files_fixture_link (fixture, "links/self", "self");
  g_autofree char *ping = files_fixture_link (fixture, "links/ping", "pong");
  g_autofree char *pong = files_fixture_link (fixture, "links/pong", "ping/x");
  g_autofree char *growing = files_fixture_link (fixture, "links/growing", "growing/growing/x");

  assert_leads (fixture, relative, folder, TRUE);
  assert_leads (fixture, absolute, folder, TRUE);
  assert_leads (fixture, slashed, folder, TRUE);
  assert_leads (fixture, chain, file, TRUE);
  g_autofree char *through = g_strconcat (absolute, "/../deep/file", NULL);
  assert_leads (fixture, through, file, TRUE);
  assert_fails (fixture, dangling, GUARDIAN_FILES_ERROR_NOT_FOUND);
  assert_fails (fixture, self, GUARDIAN_FILES_ERROR_UNSUITABLE);
  assert_fails (fixture, ping, GUARDIAN_FILES_ERROR_UNSUITABLE);
  assert_fails (fixture, growing, GUARDIAN_FILES_ERROR_UNSUITABLE);
  g_autofree char *behind = g_strconcat (chain, "/", NULL);
  assert_fails (fixture, behind, GUARDIAN_FILES_ERROR_NOT_FOUND);
}

static void
test_system_places (FilesFixture *fixture, gconstpointer data)
{
  g_autofree char *magic = g_strdup_printf ("/proc/%d/root/etc/passwd", getpid ());
  g_autofree char *link = files_fixture_link (fixture, "link", "/proc/self/environ");
  const char *const places[] = { "/proc/self/status", "/proc",       "/proc/self/fd/0",
                                 "/proc/self/root",   "/sys/kernel", "/dev/null",
                                 "/dev/zero",         "/dev/pts",    "/dev/tty",
                                 "/dev/shm",          magic,         link };
  for (gsize i = 0; i < G_N_ELEMENTS (places); i++)
    assert_fails (fixture, places[i], GUARDIAN_FILES_ERROR_UNSUITABLE);
}

static void
test_limits (FilesFixture *fixture, gconstpointer data)
{
  g_autofree char *name = g_strnfill (256, 'n');
  g_autofree char *long_name = files_fixture_path (fixture, name);
  assert_fails (fixture, long_name, GUARDIAN_FILES_ERROR_UNSUITABLE);

  /* Deeper than the list of parents may be: made by one relative step after the other. */
  int at = open (fixture->folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
  g_autoptr (GString) deep = g_string_new (fixture->folder);
  for (guint i = 0; i < 140; i++)
    {
      g_assert_cmpint (mkdirat (at, "d", 0755), ==, 0);
      int next = openat (at, "d", O_PATH | O_DIRECTORY | O_CLOEXEC);
      close (at);
      at = next;
      g_string_append (deep, "/d");
    }
  close (at);
  assert_fails (fixture, deep->str, GUARDIAN_FILES_ERROR_UNSUITABLE);
}

static void
test_kinds (FilesFixture *fixture, gconstpointer data)
{
  g_autofree char *fifo = files_fixture_path (fixture, "fifo");
  g_assert_cmpint (mkfifo (fifo, 0600), ==, 0);
  g_autofree char *socket_path = files_fixture_path (fixture, "socket");
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  g_strlcpy (address.sun_path, socket_path, sizeof address.sun_path);
  int fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  g_assert_cmpint (bind (fd, (struct sockaddr *) &address, sizeof address), ==, 0);

  const char *const paths[] = { fifo, socket_path };
  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autoptr (GuardianFilesObject) object = walk (fixture, paths[i], NULL);
      g_assert_nonnull (object);
      g_assert_cmpint (object->info.kind, ==, GUARDIAN_FILES_KIND_OTHER);
    }
  close (fd);
}

static void
test_parents (FilesFixture *fixture, gconstpointer data)
{
  g_autofree char *file = files_fixture_write (fixture, "one/two/three", "x");
  g_autofree char *link = files_fixture_link (fixture, "far/link", file);
  g_autoptr (GuardianFilesObject) object = walk (fixture, link, NULL);
  g_autofree char *above = g_path_get_dirname (file);

  for (gsize i = 0; i < object->n_parents; i++)
    {
      struct stat st;
      g_assert_cmpint (stat (above, &st), ==, 0);
      g_assert_cmpuint (object->parents[i].dev, ==, st.st_dev);
      g_assert_cmpuint (object->parents[i].ino, ==, st.st_ino);
      g_autofree char *next = g_path_get_dirname (above);
      if (i + 1 == object->n_parents)
        g_assert_cmpstr (above, ==, "/");
      g_free (above);
      above = g_steal_pointer (&next);
    }
  g_autoptr (GuardianFilesObject) root = walk (fixture, "/", NULL);
  g_assert_cmpuint (root->n_parents, ==, 0);
}

/* Root gives up its power over files for a moment: it belongs to the file system's user id. */
static void
test_permission (FilesFixture *fixture, gconstpointer data)
{
  g_autofree char *file = files_fixture_write (fixture, "shut/file", "x");
  g_autofree char *folder = files_fixture_path (fixture, "shut");
  g_assert_cmpint (chmod (folder, 0), ==, 0);
  if (geteuid () == 0)
    setfsuid (65534);
  assert_fails (fixture, file, GUARDIAN_FILES_ERROR_UNSUITABLE);
  setfsuid (geteuid ());
  g_assert_cmpint (chmod (folder, 0755), ==, 0);
}

/* A link of somebody else in a folder where everyone may write. */
static void
test_bait (FilesFixture *fixture, gconstpointer data)
{
  g_autofree char *file = files_fixture_write (fixture, "file", "x");
  g_autofree char *own = files_fixture_link (fixture, "shared/own", file);
  g_autofree char *folder = files_fixture_path (fixture, "shared");
  g_assert_cmpint (chmod (folder, 01777), ==, 0);
  assert_leads (fixture, own, file, TRUE);
  if (geteuid () != 0)
    return; /* only root can give a link away */
  g_assert_cmpint (lchown (own, 12345, 12345), ==, 0);
  assert_fails (fixture, own, GUARDIAN_FILES_ERROR_UNSUITABLE);
}

static void
test_now (FilesFixture *fixture, gconstpointer data)
{
  g_autofree char *file = files_fixture_write (fixture, "a/b", "x");
  assert_leads (fixture, file, file, FALSE);
  g_autoptr (GError) error = NULL;
  g_autoptr (GuardianFilesObject) object
      = guardian_files_walk (fixture->mounts, file, GUARDIAN_FILES_WALK_NOW, NULL, &error);
  g_assert_true (
      object != NULL
      || g_error_matches (error, GUARDIAN_FILES_ERROR, GUARDIAN_FILES_ERROR_WOULD_BLOCK));
}

/* Every class but the one that is served on a disk. */
static void
test_unknown_mounts (FilesFixture *fixture, gconstpointer data)
{
  guardian_files_mounts_free (fixture->mounts);
  fixture->mounts = guardian_files_mounts_new_parse ("", 0);
  assert_fails (fixture, "/", GUARDIAN_FILES_ERROR_UNAVAILABLE);
}

typedef struct {
  char *good; /* a folder with "file" in it */
  char *evil; /* a link to another folder with "file" in it */
  char *name; /* what they take turns to be */
  gint stop;
} Swapper;

static gpointer
swap_main (gpointer user_data)
{
  Swapper *swapper = user_data;
  while (!g_atomic_int_get (&swapper->stop))
    {
      g_assert_cmpint (rename (swapper->good, swapper->name), ==, 0);
      g_assert_cmpint (rename (swapper->name, swapper->good), ==, 0);
      g_assert_cmpint (rename (swapper->evil, swapper->name), ==, 0);
      g_assert_cmpint (rename (swapper->name, swapper->evil), ==, 0);
    }
  return NULL;
}

/* A parent that is now a folder, now a link to the secret: whatever is reached, path, parents and
 * object belong together. */
static void
test_swapped_parent (FilesFixture *fixture, gconstpointer data)
{
  g_autofree char *good_file = files_fixture_write (fixture, "good/file", "good");
  g_autofree char *secret_file = files_fixture_write (fixture, "secret/file", "secret");
  g_autofree char *good = files_fixture_path (fixture, "good");
  g_autofree char *secret = files_fixture_path (fixture, "secret");
  g_autofree char *evil = files_fixture_link (fixture, "evil", secret);
  g_autofree char *name = files_fixture_path (fixture, "name");
  g_autofree char *asked = files_fixture_path (fixture, "name/file");
  struct stat good_st, secret_st, secret_folder;
  g_assert_cmpint (stat (good_file, &good_st), ==, 0);
  g_assert_cmpint (stat (secret_file, &secret_st), ==, 0);
  g_assert_cmpint (stat (secret, &secret_folder), ==, 0);
  g_assert_cmpint (rmdir (name), ==, 0);

  Swapper swapper = { good, evil, name, FALSE };
  GThread *thread = g_thread_new ("swap", swap_main, &swapper);
  guint reached[2] = { 0 };
  for (guint i = 0; i < SWAPS; i++)
    {
      g_autoptr (GuardianFilesObject) object = walk (fixture, asked, NULL);
      if (object == NULL)
        continue;
      gboolean is_secret = object->info.id.ino == secret_st.st_ino;
      g_assert_true (is_secret || object->info.id.ino == good_st.st_ino);
      if (is_secret)
        {
          g_assert_cmpstr (object->path, ==, secret_file);
          g_assert_true (object->linked);
          g_assert_cmpuint (object->parents[0].ino, ==, secret_folder.st_ino);
        }
      else
        g_assert_cmpuint (object->parents[0].ino, !=, secret_folder.st_ino);
      reached[is_secret]++;
    }
  g_atomic_int_set (&swapper.stop, TRUE);
  g_thread_join (thread);
  g_test_message ("good %u, secret %u, neither %u", reached[0], reached[1],
                  SWAPS - reached[0] - reached[1]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  FILES_TEST ("/files/walk/spellings", test_spellings);
  FILES_TEST ("/files/walk/odd-names", test_odd_names);
  FILES_TEST ("/files/walk/links", test_links);
  FILES_TEST ("/files/walk/system-places", test_system_places);
  FILES_TEST ("/files/walk/limits", test_limits);
  FILES_TEST ("/files/walk/kinds", test_kinds);
  FILES_TEST ("/files/walk/parents", test_parents);
  FILES_TEST ("/files/walk/permission", test_permission);
  FILES_TEST ("/files/walk/bait", test_bait);
  FILES_TEST ("/files/walk/now", test_now);
  FILES_TEST ("/files/walk/unknown-mounts", test_unknown_mounts);
  FILES_TEST ("/files/walk/swapped-parent", test_swapped_parent);
  return g_test_run ();
}
