/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/base/cardea-limits.h"
#include "guardian/files/guardian-files-error.h"
#include "guardian/files/guardian-files-read.h"
#include "tests/unit/guardian/files/files-fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct {
  GuardianFilesObject *object;
  GuardianFilesSnapshot snapshot;
  int fd;
} Opened;

static Opened
open_path (FilesFixture *fixture, const char *path)
{
  g_autoptr (GError) error = NULL;
  Opened opened = { 0 };
  opened.object
      = guardian_files_walk (fixture->mounts, path, GUARDIAN_FILES_WALK_WAIT, NULL, &error);
  g_assert_no_error (error);
  opened.fd = guardian_files_read_open (opened.object, &opened.snapshot, &error);
  g_assert_no_error (error);
  return opened;
}

static void
opened_clear (Opened *opened)
{
  close (opened->fd);
  guardian_files_object_free (opened->object);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Opened, opened_clear)

static void
assert_piece (Opened *opened, gint64 offset, gint64 length, const char *expected, gboolean end)
{
  g_autoptr (GError) error = NULL;
  GuardianFilesPiece piece = { .memfd = -1 };
  g_assert_true (guardian_files_read_piece (opened->fd, &opened->snapshot, FALSE, offset, length,
                                            GUARDIAN_FILES_WALK_WAIT, FALSE, &piece, &error));
  g_assert_no_error (error);
  char buffer[64] = { 0 };
  g_assert_cmpint (pread (piece.memfd, buffer, sizeof buffer - 1, 0), ==, strlen (expected));
  g_assert_cmpstr (buffer, ==, expected);
  g_assert_cmpint (piece.bytes, ==, strlen (expected));
  g_assert_cmpint (piece.end, ==, end);
  close (piece.memfd);
}

static void
test_pieces (FilesFixture *fixture, gconstpointer data)
{
  g_autofree char *path = files_fixture_write (fixture, "file", "0123456789");
  g_auto (Opened) opened = open_path (fixture, path);
  assert_piece (&opened, 0, 100, "0123456789", TRUE);
  assert_piece (&opened, 0, 4, "0123", FALSE);
  assert_piece (&opened, 4, 6, "456789", TRUE);
  assert_piece (&opened, 10, 5, "", TRUE);
  assert_piece (&opened, G_MAXINT64, 5, "", TRUE);
}

static void
test_digest (FilesFixture *fixture, gconstpointer data)
{
  g_autofree char *path = files_fixture_write (fixture, "file", "abc");
  g_auto (Opened) opened = open_path (fixture, path);
  GuardianFilesPiece piece = { .memfd = -1 };
  g_assert_true (guardian_files_read_piece (opened.fd, &opened.snapshot, TRUE, 0, 100,
                                            GUARDIAN_FILES_WALK_WAIT, TRUE, &piece, NULL));
  /* FIPS 180-2, appendix B.1 */
  g_assert_cmpstr (piece.sha256, ==,
                   "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  close (piece.memfd);
}

/* A memfd that left cannot be changed by whoever holds it, nor its file through it. */
static void
test_sealed (FilesFixture *fixture, gconstpointer data)
{
  g_autofree char *path = files_fixture_write (fixture, "file", "content");
  g_auto (Opened) opened = open_path (fixture, path);
  GuardianFilesPiece piece = { .memfd = -1 };
  g_assert_true (guardian_files_read_piece (opened.fd, &opened.snapshot, TRUE, 0, 100,
                                            GUARDIAN_FILES_WALK_WAIT, FALSE, &piece, NULL));
  g_autofree char *link = g_strdup_printf ("/proc/self/fd/%d", piece.memfd);
  int fd = open (link, O_RDWR | O_CLOEXEC);
  g_assert_cmpint (pwrite (fd >= 0 ? fd : piece.memfd, "X", 1, 0), ==, -1);
  g_assert_cmpint (ftruncate (piece.memfd, 0), ==, -1);
  g_assert_cmpint (ftruncate (piece.memfd, 100), ==, -1);
  g_assert_true (mmap (NULL, 7, PROT_WRITE, MAP_SHARED, piece.memfd, 0) == MAP_FAILED);
  g_assert_cmpint (fcntl (piece.memfd, F_ADD_SEALS, F_SEAL_WRITE), ==, -1);
  if (fd >= 0)
    close (fd);
  close (piece.memfd);
}

static void
test_changed (FilesFixture *fixture, gconstpointer data)
{
  g_autofree char *path = files_fixture_write (fixture, "file", "0123456789");
  g_auto (Opened) opened = open_path (fixture, path);
  int fd = open (path, O_WRONLY | O_APPEND | O_CLOEXEC);
  g_assert_cmpint (write (fd, "more", 4), ==, 4);
  close (fd);

  g_autoptr (GError) error = NULL;
  GuardianFilesPiece piece = { .memfd = -1 };
  g_assert_false (guardian_files_read_piece (opened.fd, &opened.snapshot, FALSE, 0, 4,
                                             GUARDIAN_FILES_WALK_WAIT, FALSE, &piece, &error));
  g_assert_error (error, GUARDIAN_FILES_ERROR, GUARDIAN_FILES_ERROR_CHANGED);
  g_assert_cmpint (piece.memfd, ==, -1);
  /* The first piece takes the file as it is by now. */
  g_assert_true (guardian_files_read_piece (opened.fd, &opened.snapshot, TRUE, 0, 100,
                                            GUARDIAN_FILES_WALK_WAIT, FALSE, &piece, NULL));
  g_assert_cmpint (piece.bytes, ==, 14);
  close (piece.memfd);
}

/* What was held is read, not what bears its name now; what has no name any more is not read. */
static void
test_replaced (FilesFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = files_fixture_write (fixture, "file", "consented");
  g_autofree char *other = files_fixture_write (fixture, "other", "secret");
  g_autofree char *kept = files_fixture_path (fixture, "kept");
  g_autoptr (GuardianFilesObject) object
      = guardian_files_walk (fixture->mounts, path, GUARDIAN_FILES_WALK_WAIT, NULL, NULL);
  g_assert_cmpint (rename (path, kept), ==, 0);
  g_assert_cmpint (symlink (other, path), ==, 0);
  GuardianFilesSnapshot snapshot;
  Opened opened = { .object = NULL };
  opened.fd = guardian_files_read_open (object, &opened.snapshot, &error);
  g_assert_no_error (error);
  assert_piece (&opened, 0, 100, "consented", TRUE);
  close (opened.fd);

  g_assert_cmpint (unlink (kept), ==, 0);
  g_assert_cmpint (guardian_files_read_open (object, &snapshot, &error), ==, -1);
  g_assert_error (error, GUARDIAN_FILES_ERROR, GUARDIAN_FILES_ERROR_CHANGED);
}

static void
test_kinds (FilesFixture *fixture, gconstpointer data)
{
  g_autofree char *fifo = files_fixture_path (fixture, "fifo");
  g_assert_cmpint (mkfifo (fifo, 0600), ==, 0);
  const char *const paths[] = { fifo, fixture->folder };
  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GuardianFilesObject) object
          = guardian_files_walk (fixture->mounts, paths[i], GUARDIAN_FILES_WALK_WAIT, NULL, NULL);
      g_assert_cmpint (guardian_files_read_open (object, NULL, &error), ==, -1);
      g_assert_error (error, GUARDIAN_FILES_ERROR, GUARDIAN_FILES_ERROR_UNSUITABLE);
    }
}

static void
test_large (FilesFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = files_fixture_write (fixture, "large", "begin");
  gint64 size = CARDEA_LIMIT_MEMFD + 4096;
  g_assert_cmpint (truncate (path, size), ==, 0);
  g_auto (Opened) opened = open_path (fixture, path);
  GuardianFilesPiece piece = { .memfd = -1 };
  g_assert_false (guardian_files_read_piece (opened.fd, &opened.snapshot, TRUE, 0, size,
                                             GUARDIAN_FILES_WALK_NOW, FALSE, &piece, &error));
  g_assert_error (error, GUARDIAN_FILES_ERROR, GUARDIAN_FILES_ERROR_WOULD_BLOCK);
  g_assert_true (guardian_files_read_piece (opened.fd, &opened.snapshot, TRUE, 0, size,
                                            GUARDIAN_FILES_WALK_WAIT, FALSE, &piece, NULL));
  g_assert_cmpint (piece.bytes, ==, CARDEA_LIMIT_MEMFD);
  g_assert_false (piece.end);
  close (piece.memfd);
  g_assert_true (guardian_files_read_piece (opened.fd, &opened.snapshot, FALSE, CARDEA_LIMIT_MEMFD,
                                            size, GUARDIAN_FILES_WALK_WAIT, FALSE, &piece, NULL));
  g_assert_cmpint (piece.bytes, ==, 4096);
  g_assert_true (piece.end);
  close (piece.memfd);
}

static void
test_kept (FilesFixture *fixture, gconstpointer data)
{
  g_autofree char *path = files_fixture_write (fixture, "small", "hello");
  g_auto (Opened) opened = open_path (fixture, path);
  GuardianFilesKept kept = { .memfd = -1 };
  GuardianFilesPiece piece = { .memfd = -1 };
  g_autoptr (GError) error = NULL;
  char text[8] = { 0 };

  g_assert_false (guardian_files_kept_serve (&kept, opened.fd, &opened.snapshot, &piece));
  g_assert_true (guardian_files_read_piece (opened.fd, &opened.snapshot, FALSE, 0, 100,
                                            GUARDIAN_FILES_WALK_NOW, FALSE, &piece, &error));
  guardian_files_kept_set (&kept, &piece, 1);
  g_assert_cmpint (kept.memfd, ==, -1);
  guardian_files_kept_set (&kept, &piece, 0);
  g_assert_cmpint (read (piece.memfd, text, sizeof text), ==, 5);
  close (piece.memfd);

  /* A descriptor that begins at the beginning, sealed, and open for reading only. */
  g_assert_true (guardian_files_kept_serve (&kept, opened.fd, &opened.snapshot, &piece));
  g_assert_cmpint (read (piece.memfd, text, sizeof text), ==, 5);
  g_assert_cmpstr (text, ==, "hello");
  g_assert_cmpint (fcntl (piece.memfd, F_GETFL) & O_ACCMODE, ==, O_RDONLY);
  g_assert_cmpint (fcntl (piece.memfd, F_GET_SEALS) & F_SEAL_WRITE, ==, F_SEAL_WRITE);
  close (piece.memfd);

  /* Neither other words in the same state, nor the same words in another one. */
  kept.size = 4;
  g_assert_false (guardian_files_kept_serve (&kept, opened.fd, &opened.snapshot, &piece));
  kept.size = 5;
  g_autofree char *again = files_fixture_write (fixture, "small", "HELLO");
  g_assert_false (guardian_files_kept_serve (&kept, opened.fd, &opened.snapshot, &piece));
  guardian_files_kept_clear (&kept);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  FILES_TEST ("/files/read/pieces", test_pieces);
  FILES_TEST ("/files/read/digest", test_digest);
  FILES_TEST ("/files/read/sealed", test_sealed);
  FILES_TEST ("/files/read/changed", test_changed);
  FILES_TEST ("/files/read/replaced", test_replaced);
  FILES_TEST ("/files/read/kinds", test_kinds);
  FILES_TEST ("/files/read/large", test_large);
  FILES_TEST ("/files/read/kept", test_kept);
  return g_test_run ();
}
