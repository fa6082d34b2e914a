/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* cardea-guardian-files as the core sees it. */

#include "common/base/cardea-limits.h"
#include "tests/contract/contract-worker.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#define HANDLES 512
#define ROUNDS 500

typedef struct {
  char *home;
  ContractWorker *worker;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->home = contract_folder_new ();
  g_autofree char *variable = g_strdup_printf ("HOME=%s", fixture->home);
  const char *const environment[] = { variable, NULL };
  fixture->worker = contract_worker_new ("cardea-guardian-files", CARDEA_ROLE_FILES, environment);
  g_autoptr (CardeaMessage) ready = contract_worker_ready (fixture->worker);
  CardeaJson *confinement = cardea_message_get_json (ready, "confinement");
  gboolean namespace = FALSE;
  g_assert_true (cardea_json_get_boolean (confinement, "read_only_namespace", &namespace));
  g_assert_true (namespace);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  contract_worker_free (fixture->worker);
  contract_folder_remove (fixture->home);
}

static char *
put (Fixture *fixture, const char *relative, const char *text)
{
  g_autoptr (GError) error = NULL;
  char *path = g_build_filename (fixture->home, relative, NULL);
  g_autofree char *parent = g_path_get_dirname (path);
  g_assert_cmpint (g_mkdir_with_parents (parent, 0755), ==, 0);
  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
  return path;
}

static CardeaMessage *
resolve (Fixture *fixture, const char *field, const char *path, const char *want)
{
  g_autoptr (CardeaMessage) request = cardea_message_new ("files.resolve");
  cardea_message_set_path (request, field, path);
  cardea_message_set_path (request, "home", fixture->home);
  cardea_message_set_string (request, "want", want);
  return contract_worker_ask (fixture->worker, request);
}

static CardeaMessage *
read_piece (Fixture *fixture, const char *handle, gint64 offset, gint64 length)
{
  g_autoptr (CardeaMessage) request = cardea_message_new ("files.read");
  cardea_message_set_string (request, "handle", handle);
  cardea_message_set_int64 (request, "offset", offset);
  cardea_message_set_int (request, "length", length);
  return contract_worker_ask (fixture->worker, request);
}

static void
release (Fixture *fixture, const char *handle)
{
  g_autoptr (CardeaMessage) event = cardea_message_new ("files.release");
  cardea_message_set_string (event, "handle", handle);
  g_autofree char *id = contract_worker_send (fixture->worker, event);
}

static char *
handle_of (Fixture *fixture, const char *path)
{
  g_autoptr (CardeaMessage) reply = resolve (fixture, "path", path, "any");
  contract_assert_is (reply, "files.resolved");
  return g_strdup (cardea_message_get_string (reply, "handle"));
}

static void
test_resolve_and_read (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = put (fixture, "Documents/bank.csv", "Date,Amount\n");
  struct stat st, parent;
  g_autofree char *folder = g_path_get_dirname (path);
  g_assert_cmpint (stat (path, &st), ==, 0);
  g_assert_cmpint (stat (folder, &parent), ==, 0);

  g_autoptr (CardeaMessage) reply = resolve (fixture, "name", "bank.csv", "file");
  contract_assert_is (reply, "files.resolved");
  g_assert_cmpstr (cardea_message_get_path (reply, "path"), ==, path);
  g_assert_null (cardea_message_get_path (reply, "via"));
  g_assert_cmpint (cardea_message_get_int64 (reply, "dev", 0), ==, st.st_dev);
  g_assert_cmpint (cardea_message_get_int64 (reply, "ino", 0), ==, st.st_ino);
  g_assert_cmpint (cardea_message_get_int64 (reply, "size", 0), ==, st.st_size);
  g_assert_cmpint (cardea_message_get_int64 (reply, "uid", -1), ==, geteuid ());
  g_assert_cmpint (cardea_message_get_int64 (reply, "nlink", 0), ==, 1);
  g_assert_cmpint (cardea_message_get_int (reply, "mode", 0), ==, st.st_mode);
  g_assert_cmpint (cardea_message_get_int64 (reply, "mtime", 0), ==,
                   st.st_mtim.tv_sec * 1000000 + st.st_mtim.tv_nsec / 1000);
  CardeaJson *parents = cardea_message_get_json (reply, "parents");
  gint64 ino = 0;
  g_assert_true (cardea_json_get_int64_string (cardea_json_nth (parents, 0), "ino", &ino));
  g_assert_cmpint (ino, ==, parent.st_ino);

  const char *handle = cardea_message_get_string (reply, "handle");
  g_autoptr (CardeaMessage) content = read_piece (fixture, handle, 0, 1000);
  contract_assert_is (content, "files.content");
  g_autoptr (GBytes) bytes = contract_content (content, "content");
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), "Date,Amount\n", 12);
  g_assert_true (cardea_message_get_boolean (content, "end"));
  g_assert_cmpint (cardea_message_get_int64 (content, "bytes", 0), ==, 12);

  release (fixture, handle);
  g_autoptr (CardeaMessage) gone = read_piece (fixture, handle, 0, 1000);
  contract_assert_refused (gone, "changed");
}

static void
test_bad_paths (Fixture *fixture, gconstpointer data)
{
  g_autofree char *file = put (fixture, "file", "x");
  g_autofree char *fifo = g_build_filename (fixture->home, "fifo", NULL);
  g_autofree char *loop = g_build_filename (fixture->home, "loop", NULL);
  g_assert_cmpint (mkfifo (fifo, 0600), ==, 0);
  g_assert_cmpint (symlink ("loop", loop), ==, 0);
  g_autofree char *longest = g_strnfill (CARDEA_LIMIT_PATH, '/');
  g_autofree char *long_name = g_strnfill (300, 'n');
  g_autofree char *long_path = g_build_filename (fixture->home, long_name, NULL);
  const struct {
    const char *path;
    const char *want;
    const char *code;
  } bad[] = {
    { fifo, "any", "unsuitable" },
    { loop, "any", "unsuitable" },
    { long_path, "any", "unsuitable" },
    { "relative", "any", "unsuitable" },
    { "~other/x", "any", "unsuitable" },
    { "~/file", "folder", "unsuitable" },
    { "~", "file", "unsuitable" },
    { "~/none", "any", "not-found" },
    { "~/file/", "any", "not-found" },
    { "~/file/x", "any", "not-found" },
    { "~/new\nline", "any", "not-found" },
    { "~/\xff\xfe", "any", "not-found" },
    { "/dev/null", "any", "unsuitable" },
    { "/dev/tty", "any", "unsuitable" },
    { "/proc/self/status", "any", "unsuitable" },
    { "/proc/self/root/etc/passwd", "any", "unsuitable" },
    { "/proc/1/environ", "any", "unsuitable" },
    { "/sys/power/state", "any", "unsuitable" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (CardeaMessage) reply = resolve (fixture, "path", bad[i].path, bad[i].want);
      contract_assert_refused (reply, bad[i].code);
    }
  g_autoptr (CardeaMessage) root = resolve (fixture, "path", longest, "folder");
  contract_assert_is (root, "files.resolved");
  g_assert_cmpstr (cardea_message_get_path (root, "path"), ==, "/");
  g_autoptr (CardeaMessage) name = resolve (fixture, "name", "../file", "any");
  contract_assert_refused (name, "unsuitable");
}

static void
test_odd_names (Fixture *fixture, gconstpointer data)
{
  static const char *const names[] = { "bad\xff", "new\nline", "rtl\xe2\x80\xaexe" };
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = put (fixture, names[i], "x");
      g_autoptr (CardeaMessage) reply = resolve (fixture, "path", path, "file");
      contract_assert_is (reply, "files.resolved");
      g_assert_cmpstr (cardea_message_get_path (reply, "path"), ==, path);
    }
}

static void
test_ambiguous (Fixture *fixture, gconstpointer data)
{
  g_autofree char *one = put (fixture, "Documents/a", "1");
  g_autofree char *two = put (fixture, "Downloads/a", "2");
  g_autoptr (CardeaMessage) reply = resolve (fixture, "name", "a", "file");
  contract_assert_refused (reply, "ambiguous");
  g_auto (GStrv) candidates = cardea_message_get_paths (reply, "candidates");
  g_assert_cmpuint (g_strv_length (candidates), ==, 2);
  g_assert_true (g_str_has_suffix (candidates[0], "/Documents"));
  g_assert_true (g_str_has_suffix (candidates[1], "/Downloads"));
}

/* Symbolic and hard links to what tier 5 closes: told, and never read. */
static void
test_closed (Fixture *fixture, gconstpointer data)
{
  g_autofree char *key = put (fixture, ".ssh/id_ed25519", "private");
  g_autofree char *work = put (fixture, "work/plain", "x");
  g_autofree char *sym = g_build_filename (fixture->home, "work/sym", NULL);
  g_autofree char *hard = g_build_filename (fixture->home, "work/hard", NULL);
  g_assert_cmpint (symlink (key, sym), ==, 0);
  g_assert_cmpint (link (key, hard), ==, 0);
  const char *const paths[] = { key, sym, hard };
  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autoptr (CardeaMessage) reply = resolve (fixture, "path", paths[i], "file");
      contract_assert_is (reply, "files.resolved");
      g_assert_true (cardea_message_get_boolean (reply, "closed"));
      g_autoptr (CardeaMessage) content
          = read_piece (fixture, cardea_message_get_string (reply, "handle"), 0, 10);
      contract_assert_refused (content, "denied");
    }
  g_autoptr (CardeaMessage) linked = resolve (fixture, "path", sym, "file");
  g_assert_cmpstr (cardea_message_get_path (linked, "path"), ==, key);
  g_assert_cmpstr (cardea_message_get_path (linked, "via"), ==, sym);

  g_autofree char *home = handle_of (fixture, fixture->home);
  g_autoptr (CardeaMessage) request = cardea_message_new ("files.search");
  cardea_message_set_string (request, "handle", home);
  cardea_message_set_string (request, "text", "PRIVATE");
  cardea_message_set_int (request, "limit", 10);
  g_autoptr (CardeaMessage) found = contract_worker_ask (fixture->worker, request);
  contract_assert_is (found, "files.found");
  CardeaJson *matches = cardea_message_get_json (found, "matches");
  g_assert_cmpuint (cardea_json_size (matches), ==, 0);
}

static void
test_list_and_search (Fixture *fixture, gconstpointer data)
{
  g_autofree char *one = put (fixture, "d/one.txt", "the needle\n");
  g_autofree char *two = put (fixture, "d/e/two.txt", "hay\nNeedle\n");
  g_autofree char *folder = g_build_filename (fixture->home, "d", NULL);
  g_autofree char *handle = handle_of (fixture, folder);

  g_autoptr (CardeaMessage) list = cardea_message_new ("files.list");
  cardea_message_set_string (list, "handle", handle);
  cardea_message_set_int (list, "depth", 16);
  cardea_message_set_string (list, "sort", "name");
  cardea_message_set_string (list, "pattern", "TXT");
  cardea_message_set_int (list, "limit", 100);
  g_autoptr (CardeaMessage) listed = contract_worker_ask (fixture->worker, list);
  contract_assert_is (listed, "files.listed");
  CardeaJson *entries = cardea_message_get_json (listed, "entries");
  g_assert_cmpuint (cardea_json_size (entries), ==, 2);
  g_assert_cmpstr (cardea_json_get_string (cardea_json_nth (entries, 0), "name"), ==, "e/two.txt");

  g_autoptr (CardeaMessage) search = cardea_message_new ("files.search");
  cardea_message_set_string (search, "handle", handle);
  cardea_message_set_string (search, "text", "needle");
  cardea_message_set_int (search, "limit", 100);
  g_autoptr (CardeaMessage) found = contract_worker_ask (fixture->worker, search);
  contract_assert_is (found, "files.found");
  CardeaJson *matches = cardea_message_get_json (found, "matches");
  g_assert_cmpuint (cardea_json_size (matches), ==, 2);

  g_autofree char *file = handle_of (fixture, one);
  g_autoptr (CardeaMessage) wrong = cardea_message_new ("files.list");
  cardea_message_set_string (wrong, "handle", file);
  cardea_message_set_int (wrong, "depth", 1);
  cardea_message_set_string (wrong, "sort", "name");
  cardea_message_set_int (wrong, "limit", 1);
  g_autoptr (CardeaMessage) refused = contract_worker_ask (fixture->worker, wrong);
  contract_assert_refused (refused, "unsuitable");
}

/* Everything a holder may try on a descriptor that it received. The memfd's own mode and times may
 * move; its bytes and the person's file do not. */
static void
test_received_descriptor (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = put (fixture, "file", "content");
  g_autofree char *handle = handle_of (fixture, path);
  struct stat before, after;
  g_assert_cmpint (stat (path, &before), ==, 0);
  g_autoptr (CardeaMessage) reply = read_piece (fixture, handle, 0, 100);
  int fd = cardea_message_peek_fd (reply, "content");
  g_autofree char *link = g_strdup_printf ("/proc/self/fd/%d", fd);
  const struct timespec times[2] = { { 1, 0 }, { 1, 0 } };

  (void) !fchmod (fd, 0600);
  (void) !futimens (fd, times);
  (void) !fsetxattr (fd, "user.cardea", "x", 1, 0);
  int again = open (link, O_RDWR | O_CLOEXEC);
  g_assert_cmpint (pwrite (again >= 0 ? again : fd, "X", 1, 0), ==, -1);
  g_assert_cmpint (ftruncate (again >= 0 ? again : fd, 0), ==, -1);
  g_assert_cmpint (open (link, O_RDWR | O_TRUNC | O_CLOEXEC), ==, -1);
  g_assert_true (mmap (NULL, 1, PROT_WRITE, MAP_SHARED, again >= 0 ? again : fd, 0) == MAP_FAILED);
  g_assert_cmpint (fcntl (fd, F_ADD_SEALS, F_SEAL_WRITE), ==, -1);
  g_assert_cmpint (fcntl (fd, F_GET_SEALS) & (F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK), ==,
                   F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK);
  if (again >= 0)
    close (again);

  g_autoptr (GBytes) bytes = contract_content (reply, "content");
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), "content", 7);
  g_assert_cmpint (stat (path, &after), ==, 0);
  g_assert_cmpuint (after.st_mode, ==, before.st_mode);
  g_assert_cmpint (after.st_mtim.tv_nsec, ==, before.st_mtim.tv_nsec);
  g_assert_cmpint (after.st_ctim.tv_nsec, ==, before.st_ctim.tv_nsec);
  g_assert_cmpint (after.st_atim.tv_nsec, ==, before.st_atim.tv_nsec);
  g_assert_cmpint (getxattr (path, "user.cardea", NULL, 0), ==, -1);
}

static void
test_pieces_and_change (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = put (fixture, "large", "begin");
  gint64 size = CARDEA_LIMIT_MEMFD + 5;
  g_assert_cmpint (truncate (path, size), ==, 0);
  g_autofree char *handle = handle_of (fixture, path);
  g_autoptr (CardeaMessage) first = read_piece (fixture, handle, 0, CARDEA_LIMIT_MEMFD);
  contract_assert_is (first, "files.content");
  g_assert_cmpint (cardea_message_get_int64 (first, "bytes", 0), ==, CARDEA_LIMIT_MEMFD);
  g_assert_false (cardea_message_get_boolean (first, "end"));
  g_autoptr (CardeaMessage) last = read_piece (fixture, handle, CARDEA_LIMIT_MEMFD, 100);
  g_assert_cmpint (cardea_message_get_int64 (last, "bytes", 0), ==, 5);
  g_assert_true (cardea_message_get_boolean (last, "end"));

  g_assert_cmpint (truncate (path, size + 1), ==, 0);
  g_autoptr (CardeaMessage) changed = read_piece (fixture, handle, 0, 10);
  contract_assert_refused (changed, "changed");

  /* Deleted between the question and the first read. */
  g_autofree char *brief = put (fixture, "brief", "x");
  g_autofree char *other = handle_of (fixture, brief);
  g_assert_cmpint (unlink (brief), ==, 0);
  g_autoptr (CardeaMessage) vanished = read_piece (fixture, other, 0, 10);
  contract_assert_refused (vanished, "changed");
}

static void
test_handles_are_bounded (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = put (fixture, "file", "x");
  g_autofree char *first = handle_of (fixture, path);
  for (guint i = 1; i < HANDLES; i++)
    g_free (handle_of (fixture, path));
  g_autoptr (CardeaMessage) full = resolve (fixture, "path", path, "any");
  contract_assert_refused (full, "busy");
  release (fixture, first);
  g_autofree char *room = handle_of (fixture, path);
  g_autoptr (CardeaMessage) guessed = read_piece (fixture, "0123456789abcdef", 0, 1);
  contract_assert_refused (guessed, "changed");
}

static gint64
best_us (Fixture *fixture, const char *path)
{
  gint64 times[ROUNDS];
  for (guint i = 0; i < ROUNDS; i++)
    {
      gint64 begin = g_get_monotonic_time ();
      g_autofree char *handle = handle_of (fixture, path);
      g_autoptr (CardeaMessage) content = read_piece (fixture, handle, 0, 4096);
      contract_assert_is (content, "files.content");
      times[i] = g_get_monotonic_time () - begin;
      release (fixture, handle);
    }
  gint64 best = G_MAXINT64;
  for (guint i = 0; i < ROUNDS; i++)
    best = MIN (best, times[i]);
  return best;
}

/* Not a bar, a figure: resolve and read of 4 KiB, both ways, with this test's own work. */
static void
test_time (Fixture *fixture, gconstpointer data)
{
  g_autofree char *text = g_strnfill (4096, 'x');
  g_autofree char *path = put (fixture, "a/b/file", text);
  g_test_message ("resolve + read: %d us", (int) best_us (fixture, path));
}

/* What the kernel says about the process. */
static void
test_confined (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/status", fixture->worker->pid);
  g_autofree char *status = NULL;
  g_assert_true (g_file_get_contents (path, &status, NULL, NULL));
  static const char *const lines[] = { "CapInh:\t0000000000000000",
                                       "CapPrm:\t0000000000000000",
                                       "CapEff:\t0000000000000000",
                                       "CapBnd:\t0000000000000000",
                                       "CapAmb:\t0000000000000000",
                                       "NoNewPrivs:\t1",
                                       "Seccomp:\t2" };
  for (gsize i = 0; i < G_N_ELEMENTS (lines); i++)
    g_assert_nonnull (strstr (status, lines[i]));
}

static void
test_unknown_message (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = put (fixture, "file", "x");
  int fd = cardea_channel_fd (fixture->worker->channel);
  static const char frame[] = "\0\0\0\x0f"
                              "{\"type\":\"done\"}";
  g_assert_cmpint (write (fd, frame, sizeof frame - 1), ==, sizeof frame - 1);
  contract_worker_wait_closed (fixture->worker);
}

/* --- a disk that comes, and a server that never answers --- */

static void
test_stale (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = put (fixture, "disk/hidden", "below");
  g_autofree char *folder = g_path_get_dirname (path);
  g_assert_cmpint (mount ("cardea-test", folder, "tmpfs", 0, NULL), ==, 0);
  g_autoptr (CardeaMessage) event = contract_worker_wait_event (fixture->worker, "files.stale");
  g_assert_cmpint (umount (folder), ==, 0);
}

typedef struct {
  Fixture base;
  int fuse;
  char *folder;
} SlowFixture;

static void
slow_set_up (SlowFixture *fixture, gconstpointer data)
{
  fixture->base.home = contract_folder_new ();
  fixture->folder = g_build_filename (fixture->base.home, "remote", NULL);
  g_assert_cmpint (mkdir (fixture->folder, 0700), ==, 0);
  fixture->fuse = open ("/dev/fuse", O_RDWR | O_CLOEXEC);
  g_autofree char *options = g_strdup_printf ("fd=%d,rootmode=40000,user_id=%u,group_id=%u",
                                              fixture->fuse, geteuid (), getegid ());
  if (fixture->fuse < 0
      || mount ("cardea-test", fixture->folder, "fuse", MS_NOSUID | MS_NODEV, options) != 0)
    {
      g_test_message ("no FUSE: %s", g_strerror (errno));
      /* An ordinary user may not mount one; CI runs as root and must. */
      g_assert_true (geteuid () != 0 || g_getenv ("CARDEA_TESTS_MUST_RUN") == NULL);
    }
  g_autofree char *variable = g_strdup_printf ("HOME=%s", fixture->base.home);
  const char *const environment[] = { variable, NULL };
  fixture->base.worker
      = contract_worker_new ("cardea-guardian-files", CARDEA_ROLE_FILES, environment);
}

static void
slow_tear_down (SlowFixture *fixture, gconstpointer data)
{
  close (fixture->fuse); /* whoever still waits is told that the server is gone */
  contract_worker_free (fixture->base.worker);
  (void) umount2 (fixture->folder, MNT_DETACH);
  g_free (fixture->folder);
  contract_folder_remove (fixture->base.home);
}

static char *
ask_slow (SlowFixture *fixture)
{
  g_autofree char *path = g_build_filename (fixture->folder, "file", NULL);
  g_autoptr (CardeaMessage) request = cardea_message_new ("files.resolve");
  cardea_message_set_path (request, "path", path);
  cardea_message_set_path (request, "home", fixture->base.home);
  cardea_message_set_string (request, "want", "any");
  return contract_worker_send (fixture->base.worker, request);
}

/* A server that never answers: others go on, the waiting is bounded, cancelled or timed out. */
static void
test_slow (SlowFixture *fixture, gconstpointer data)
{
  if (fixture->fuse < 0)
    return;
  g_autofree char *first = ask_slow (fixture);
  g_autofree char *second = ask_slow (fixture);
  g_autofree char *path = put (&fixture->base, "local", "quick");
  for (guint i = 0; i < 10; i++)
    {
      g_autofree char *handle = handle_of (&fixture->base, path);
      g_autoptr (CardeaMessage) content = read_piece (&fixture->base, handle, 0, 10);
      contract_assert_is (content, "files.content");
    }

  g_autoptr (CardeaMessage) cancel = cardea_message_new ("files.cancel");
  cardea_message_set_string (cancel, "target", second);
  g_autofree char *id = contract_worker_send (fixture->base.worker, cancel);
  g_autoptr (CardeaMessage) cancelled = contract_worker_wait (fixture->base.worker, second);
  contract_assert_refused (cancelled, "unanswered");

  g_autofree char *third = ask_slow (fixture);
  g_autofree char *fourth = ask_slow (fixture);
  g_autofree char *fifth = ask_slow (fixture);
  g_autoptr (CardeaMessage) full = contract_worker_wait (fixture->base.worker, fifth);
  contract_assert_refused (full, "busy");

  g_autoptr (CardeaMessage) late = contract_worker_wait (fixture->base.worker, first);
  contract_assert_refused (late, "unavailable");
}

/* --- no user namespaces --- */

static void
test_no_namespace (void)
{
  static const char setting[] = "/proc/sys/user/max_user_namespaces";
  g_autofree char *before = NULL;
  g_assert_true (g_file_get_contents (setting, &before, NULL, NULL));
  int fd = open (setting, O_WRONLY | O_CLOEXEC);
  g_assert_cmpint (write (fd, "0\n", 2), ==, 2);

  const char *const environment[] = { "HOME=/", NULL };
  Fixture fixture = { .home = (char *) "/" };
  fixture.worker = contract_worker_new ("cardea-guardian-files", CARDEA_ROLE_FILES, environment);
  g_autoptr (CardeaMessage) ready = contract_worker_ready (fixture.worker);
  g_assert_cmpint (pwrite (fd, before, strlen (before), 0), ==, strlen (before));
  close (fd);
  g_autoptr (CardeaMessage) reply = resolve (&fixture, "path", "/etc/passwd", "any");
  contract_assert_refused (reply, "unavailable");
  g_assert_nonnull (
      strstr (cardea_message_get_string (reply, "reason"), "user.max_user_namespaces is 0"));
  contract_worker_free (fixture.worker);
}

#define TEST(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  if (!contract_enter_namespace ())
    return contract_skip ("no user namespaces here");
  TEST ("/contract/files/resolve-and-read", test_resolve_and_read);
  TEST ("/contract/files/bad-paths", test_bad_paths);
  TEST ("/contract/files/odd-names", test_odd_names);
  TEST ("/contract/files/ambiguous", test_ambiguous);
  TEST ("/contract/files/closed", test_closed);
  TEST ("/contract/files/list-and-search", test_list_and_search);
  TEST ("/contract/files/received-descriptor", test_received_descriptor);
  TEST ("/contract/files/pieces-and-change", test_pieces_and_change);
  TEST ("/contract/files/handles-are-bounded", test_handles_are_bounded);
  TEST ("/contract/files/time", test_time);
  TEST ("/contract/files/confined", test_confined);
  TEST ("/contract/files/unknown-message", test_unknown_message);
  TEST ("/contract/files/stale", test_stale);
  g_test_add ("/contract/files/slow", SlowFixture, NULL, slow_set_up, test_slow, slow_tear_down);
  g_test_add_func ("/contract/files/no-namespace", test_no_namespace);
  return g_test_run ();
}
