/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/base/cardea-autofd.h"
#include "ui/store/ui-store-disk.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

#define ID "00112233445566778899aabbccddeeff"
#define OTHER "ffeeddccbbaa99887766554433221100"

typedef struct {
  char *folder;
  int parent;
  CardeaSecret *key;
  UiStoreDisk *disk;
  char *chat; /* the path of ID's file */
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  f->folder = g_dir_make_tmp ("cardea-store-XXXXXX", &error);
  g_assert_no_error (error);
  f->parent = open (f->folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
  f->key = cardea_secret_new_random (32);
  f->disk = ui_store_disk_open (f->parent, f->key, &error);
  g_assert_no_error (error);
  f->chat = g_build_filename (f->folder, "chats", ID ".chat", NULL);
}

static void
reopen (Fixture *f)
{
  g_autoptr (GError) error = NULL;
  g_clear_pointer (&f->disk, ui_store_disk_close);
  f->disk = ui_store_disk_open (f->parent, f->key, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_autofree char *command = g_strdup_printf ("rm -rf '%s'", f->folder);
  g_clear_pointer (&f->disk, ui_store_disk_close);
  cardea_fd_clear (&f->parent);
  cardea_secret_unref (f->key);
  g_assert_cmpint (system (command), ==, 0);
  g_free (f->folder);
  g_free (f->chat);
}

static gboolean
collect_cb (const void *bytes, gsize size, gpointer user_data)
{
  GString *text = user_data;
  g_string_append_len (text, bytes, size);
  g_string_append_c (text, ';');
  return TRUE;
}

static char *
read_text (Fixture *f, const char *id, UiStoreEnd *ret_end)
{
  GString *text = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  g_assert_true (ui_store_disk_read (f->disk, id, collect_cb, text, ret_end, &error));
  g_assert_no_error (error);
  return g_string_free (text, FALSE);
}

static void
append (Fixture *f, const char *id, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_assert_true (ui_store_disk_append (f->disk, id, text, strlen (text), &error));
  g_assert_no_error (error);
}

static void
assert_text (Fixture *f, const char *id, const char *expected, UiStoreEnd expected_end)
{
  UiStoreEnd end;
  g_autofree char *text = read_text (f, id, &end);
  g_assert_cmpstr (text, ==, expected);
  g_assert_cmpint (end, ==, expected_end);
}

static void
test_kept (Fixture *f, gconstpointer data)
{
  struct stat status;

  assert_text (f, ID, "", UI_STORE_END_WHOLE);
  append (f, ID, "one");
  append (f, ID, "two");
  append (f, ID, "");
  append (f, OTHER, "elsewhere");
  assert_text (f, ID, "one;two;;", UI_STORE_END_WHOLE);
  reopen (f);
  append (f, ID, "three");
  reopen (f);
  assert_text (f, ID, "one;two;;three;", UI_STORE_END_WHOLE);
  assert_text (f, OTHER, "elsewhere;", UI_STORE_END_WHOLE);

  g_assert_cmpint (g_stat (f->chat, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0600);
  g_autofree char *content = NULL;
  gsize size;
  g_assert_true (g_file_get_contents (f->chat, &content, &size, NULL));
  g_assert_null (g_strstr_len (content, (gssize) size, "three"));

  g_autoptr (GError) error = NULL;
  g_auto (GStrv) ids = ui_store_disk_list (f->disk, &error);
  g_assert_cmpuint (g_strv_length (ids), ==, 2);
  g_assert_true (g_strv_contains ((const char *const *) ids, ID));
}

/* Cut at every byte: the whole records are there, the rest is written over, and nothing else. */
static void
test_torn (Fixture *f, gconstpointer data)
{
  g_autofree char *content = NULL;
  gsize first, size;

  append (f, ID, "one");
  g_assert_true (g_file_get_contents (f->chat, &content, &first, NULL));
  g_clear_pointer (&content, g_free);
  append (f, ID, "two");
  g_assert_true (g_file_get_contents (f->chat, &content, &size, NULL));
  for (gsize cut = 0; cut < size; cut++)
    {
      g_assert_true (g_file_set_contents (f->chat, content, (gssize) cut, NULL));
      reopen (f);
      assert_text (f, ID, cut >= first ? "one;" : "",
                   cut == first || cut == UI_STORE_FORMAT_HEADER ? UI_STORE_END_WHOLE
                                                                 : UI_STORE_END_TORN);
      append (f, ID, "new");
      reopen (f);
      assert_text (f, ID, cut >= first ? "one;new;" : "new;", UI_STORE_END_WHOLE);
    }
}

/* What a file system leaves when the machine stops: the size, and zeros. */
static void
test_zeros (Fixture *f, gconstpointer data)
{
  g_autofree char *content = NULL;
  gsize size;

  append (f, ID, "one");
  g_assert_true (g_file_get_contents (f->chat, &content, &size, NULL));
  g_autofree char *longer = g_malloc0 (size + 500);
  memcpy (longer, content, size);
  g_assert_true (g_file_set_contents (f->chat, longer, (gssize) size + 500, NULL));
  reopen (f);
  assert_text (f, ID, "one;", UI_STORE_END_TORN);
  append (f, ID, "two");
  reopen (f);
  assert_text (f, ID, "one;two;", UI_STORE_END_WHOLE);
}

/* Every bit flipped: never another text, and the file stays as it was found. */
static void
test_altered (Fixture *f, gconstpointer data)
{
  g_autofree char *content = NULL;
  gsize size;

  append (f, ID, "one");
  append (f, ID, "two");
  append (f, ID, "three");
  g_assert_true (g_file_get_contents (f->chat, &content, &size, NULL));
  for (gsize i = 0; i < size * 8; i += 3)
    {
      g_autofree char *altered = g_memdup2 (content, size);
      g_autofree char *after = NULL;
      gsize after_size;
      UiStoreEnd end;

      altered[i / 8] ^= (char) (1 << (i % 8));
      g_assert_true (g_file_set_contents (f->chat, altered, (gssize) size, NULL));
      reopen (f);
      g_autofree char *text = read_text (f, ID, &end);
      g_assert_true (g_str_has_prefix ("one;two;three;", text));
      g_assert_cmpint (end, ==, UI_STORE_END_DAMAGED);
      g_autoptr (GError) error = NULL;
      g_assert_false (ui_store_disk_append (f->disk, ID, "new", 3, &error));
      g_assert_error (error, UI_STORE_ERROR, UI_STORE_ERROR_DAMAGED);
      g_assert_true (g_file_get_contents (f->chat, &after, &after_size, NULL));
      g_assert_cmpmem (after, after_size, altered, size);
    }
}

/* A record taken out, another's file, another key. */
static void
test_moved (Fixture *f, gconstpointer data)
{
  g_autofree char *other = g_build_filename (f->folder, "chats", OTHER ".chat", NULL);
  g_autofree char *one = NULL, *two = NULL, *three = NULL;
  gsize size_one, size_two, size_three;

  append (f, ID, "one");
  g_assert_true (g_file_get_contents (f->chat, &one, &size_one, NULL));
  append (f, ID, "two");
  g_assert_true (g_file_get_contents (f->chat, &two, &size_two, NULL));
  append (f, ID, "thr");
  g_assert_true (g_file_get_contents (f->chat, &three, &size_three, NULL));

  g_autoptr (GByteArray) without = g_byte_array_new ();
  g_byte_array_append (without, (guint8 *) one, (guint) size_one);
  g_byte_array_append (without, (guint8 *) three + size_two, (guint) (size_three - size_two));
  g_assert_true (g_file_set_contents (f->chat, (char *) without->data, without->len, NULL));
  reopen (f);
  assert_text (f, ID, "one;", UI_STORE_END_DAMAGED);

  g_assert_true (g_file_set_contents (other, three, (gssize) size_three, NULL));
  assert_text (f, OTHER, "", UI_STORE_END_DAMAGED);

  g_assert_true (g_file_set_contents (f->chat, three, (gssize) size_three, NULL));
  cardea_secret_unref (f->key);
  f->key = cardea_secret_new_random (32);
  reopen (f);
  assert_text (f, ID, "", UI_STORE_END_DAMAGED);
}

static void
test_drafts (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (ui_store_disk_read_draft (f->disk, ID, &error));
  g_assert_no_error (error);
  g_assert_true (ui_store_disk_write_draft (f->disk, ID, "first", 5, &error));
  g_assert_true (ui_store_disk_write_draft (f->disk, ID, "second", 6, &error));
  reopen (f);
  g_autoptr (GBytes) draft = ui_store_disk_read_draft (f->disk, ID, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (draft, NULL), g_bytes_get_size (draft), "second", 6);
  g_auto (GStrv) ids = ui_store_disk_list (f->disk, &error);
  g_assert_cmpstr (ids[0], ==, ID);
  g_assert_true (ui_store_disk_write_draft (f->disk, ID, NULL, 0, &error));
  g_assert_null (ui_store_disk_read_draft (f->disk, ID, &error));
  g_assert_no_error (error);
}

static void
test_deleted (Fixture *f, gconstpointer data)
{
  g_autofree char *link = g_build_filename (f->folder, "kept", NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *content = NULL;
  gsize size;

  append (f, ID, "one");
  g_assert_true (ui_store_disk_write_draft (f->disk, ID, "draft", 5, &error));
  /* Another name of the same file, as a snapshot would keep it: it cannot be read any more. */
  g_assert_cmpint (linkat (AT_FDCWD, f->chat, AT_FDCWD, link, 0), ==, 0);
  g_assert_true (ui_store_disk_delete (f->disk, ID, &error));
  g_assert_no_error (error);
  g_assert_cmpint (g_access (f->chat, F_OK), ==, -1);
  g_auto (GStrv) ids = ui_store_disk_list (f->disk, &error);
  g_assert_null (ids[0]);
  g_assert_true (g_file_get_contents (link, &content, &size, NULL));
  for (gsize i = 0; i < UI_STORE_FORMAT_HEADER; i++)
    g_assert_cmpint (content[i], ==, 0);
  append (f, ID, "again");
  assert_text (f, ID, "again;", UI_STORE_END_WHOLE);
}

/* No room: the call says so, nothing that was there is lost, and what waited follows later. */
static void
test_full (Fixture *f, gconstpointer data)
{
  g_autofree char *large = g_strnfill (4000, 'x');
  g_autoptr (GError) error = NULL;
  struct rlimit former, tight = { 3000, RLIM_INFINITY };

  append (f, ID, "one");
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &former), ==, 0);
  tight.rlim_max = former.rlim_max;
  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &tight), ==, 0);
  g_assert_false (ui_store_disk_append (f->disk, ID, large, 4000, &error));
  g_assert_error (error, UI_STORE_ERROR, UI_STORE_ERROR_FAILED);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &former), ==, 0);

  append (f, ID, "three");
  reopen (f);
  g_autofree char *expected = g_strconcat ("one;", large, ";three;", NULL);
  assert_text (f, ID, expected, UI_STORE_END_WHOLE);
}

static void
test_guarded (Fixture *f, gconstpointer data)
{
  g_autofree char *chats = g_build_filename (f->folder, "chats", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (ui_store_disk_open (f->parent, f->key, &error));
  g_assert_error (error, UI_STORE_ERROR, UI_STORE_ERROR_LOCKED);
  g_clear_error (&error);
  g_clear_pointer (&f->disk, ui_store_disk_close);
  g_assert_cmpint (g_chmod (chats, 0755), ==, 0);
  g_assert_null (ui_store_disk_open (f->parent, f->key, &error));
  g_assert_error (error, UI_STORE_ERROR, UI_STORE_ERROR_UNSAFE);
}

static const struct {
  const char *name;
  void (*test) (Fixture *, gconstpointer);
} tests[] = {
  { "/ui-store-disk/kept", test_kept },       { "/ui-store-disk/torn", test_torn },
  { "/ui-store-disk/zeros", test_zeros },     { "/ui-store-disk/altered", test_altered },
  { "/ui-store-disk/moved", test_moved },     { "/ui-store-disk/drafts", test_drafts },
  { "/ui-store-disk/deleted", test_deleted }, { "/ui-store-disk/full", test_full },
  { "/ui-store-disk/guarded", test_guarded },
};

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].name, Fixture, NULL, set_up, tests[i].test, tear_down);
  return g_test_run ();
}
