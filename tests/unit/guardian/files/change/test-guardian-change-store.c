/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/files/change/guardian-change-open.h"
#include "guardian/files/change/guardian-change-pieces.h"
#include "guardian/files/guardian-files-error.h"

#include <fcntl.h>
#include <ftw.h>
#include <glib/gstdio.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_BYTES 100000
#define DAYS 30

typedef struct {
  char *folder;
  CardeaSecret *key;
  GuardianChangeStore *store;
} Fixture;

static void
open_store (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  g_clear_pointer (&fixture->store, guardian_change_store_unref);
  fixture->store = guardian_change_open (fixture->folder, fixture->key, MAX_BYTES, DAYS, &error);
  g_assert_no_error (error);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = g_dir_make_tmp ("cardea-store-XXXXXX", NULL);
  fixture->key = cardea_secret_new_random (GUARDIAN_CHANGE_RECORD_KEY);
  open_store (fixture);
}

static int
remove_cb (const char *path, const struct stat *st, int type, struct FTW *ftw)
{
  return remove (path);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_clear_pointer (&fixture->store, guardian_change_store_unref);
  g_clear_pointer (&fixture->key, cardea_secret_unref);
  g_assert_cmpint (nftw (fixture->folder, remove_cb, 8, FTW_DEPTH | FTW_PHYS), ==, 0);
  g_free (fixture->folder);
}

/* A change of one file that was text before. */
static void
record (Fixture *fixture, const char *id, const char *text, gint64 time)
{
  g_autoptr (GError) error = NULL;
  GuardianChangePiece piece = { .offset = 0, .size = strlen (text) };
  g_autoptr (GArray) pieces = g_array_new (FALSE, FALSE, sizeof piece);
  g_assert_true (guardian_change_store_put (fixture->store, text, piece.size, piece.id, &error));
  g_array_append_val (pieces, piece);

  g_autoptr (CardeaJson) intent = cardea_json_new_object ();
  CardeaJson *items = cardea_json_new_array ();
  CardeaJson *item = cardea_json_new_object ();
  CardeaJson *former = cardea_json_new_object ();
  guardian_change_pieces_write (former, pieces);
  cardea_json_set (item, "former", former);
  cardea_json_append (items, item);
  cardea_json_set_string (intent, "id", id);
  cardea_json_set_int64_string (intent, "time", time);
  cardea_json_set (intent, "context", cardea_json_new_object ());
  cardea_json_set (intent, "items", items);
  g_assert_true (
      guardian_change_store_write (fixture->store, GUARDIAN_CHANGE_STATE_INTENDED, intent, &error));
  g_autoptr (CardeaJson) made = cardea_json_new_object ();
  cardea_json_set_string (made, "id", id);
  cardea_json_set_string (made, "state", "made");
  g_assert_true (
      guardian_change_store_write (fixture->store, GUARDIAN_CHANGE_STATE_MADE, made, &error));
  g_assert_true (guardian_change_store_sync (fixture->store, &error));
  g_assert_no_error (error);
}

static GuardianChangeState
state_of (Fixture *fixture, const char *id)
{
  g_autoptr (GuardianChangeEntry) entry = guardian_change_store_find (fixture->store, id);
  g_assert_nonnull (entry);
  return entry->state;
}

static gboolean
is_broken (Fixture *fixture, const char *id)
{
  g_autoptr (GuardianChangeEntry) entry = guardian_change_store_find (fixture->store, id);
  return entry != NULL && entry->broken;
}

/* What the change keeps, as it is read back; NULL: nothing. */
static GBytes *
kept_by (Fixture *fixture, const char *id)
{
  g_autoptr (CardeaJson) intent
      = guardian_change_store_read (fixture->store, id, GUARDIAN_CHANGE_RECORD_INTENT);
  if (intent == NULL)
    return NULL;
  const CardeaJson *item = cardea_json_nth (cardea_json_get (intent, "items"), 0);
  g_autoptr (GArray) pieces = guardian_change_pieces_read (cardea_json_get (item, "former"));
  g_assert_nonnull (pieces);
  return guardian_change_store_get (fixture->store,
                                    g_array_index (pieces, GuardianChangePiece, 0).id);
}

static void
assert_keeps (Fixture *fixture, const char *id, const char *text)
{
  g_autoptr (GBytes) bytes = kept_by (fixture, id);
  g_assert_nonnull (bytes);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), text, strlen (text));
}

static char *
segment_path (Fixture *fixture, guint number)
{
  char name[GUARDIAN_CHANGE_SEGMENT_NAME];
  guardian_change_segment_name (number, name);
  return g_build_filename (fixture->folder, name, NULL);
}

static void
test_kept (Fixture *fixture, gconstpointer data)
{
  record (fixture, "one", "first", g_get_real_time ());
  record (fixture, "two", "second", g_get_real_time ());
  for (guint again = 0; again < 2; again++)
    {
      assert_keeps (fixture, "one", "first");
      assert_keeps (fixture, "two", "second");
      g_assert_cmpint (state_of (fixture, "one"), ==, GUARDIAN_CHANGE_STATE_MADE);
      g_autoptr (GPtrArray) entries = guardian_change_store_entries (fixture->store);
      g_assert_cmpuint (entries->len, ==, 2);
      g_assert_cmpstr (((GuardianChangeEntry *) entries->pdata[0])->id, ==, "two");
      open_store (fixture);
    }
}

/* The same bytes are there once, and stay as long as one change needs them. */
static void
test_same_bytes (Fixture *fixture, gconstpointer data)
{
  g_autofree char *large = g_strnfill (60000, 'x');
  record (fixture, "one", large, g_get_real_time ());
  gint64 used = guardian_change_store_used (fixture->store);
  record (fixture, "two", large, g_get_real_time ());
  open_store (fixture);
  record (fixture, "three", large, g_get_real_time ());
  g_assert_cmpint (guardian_change_store_used (fixture->store), <, used + 30000);
  g_assert_cmpint (state_of (fixture, "one"), ==, GUARDIAN_CHANGE_STATE_MADE);
  assert_keeps (fixture, "one", large);
  assert_keeps (fixture, "three", large);
}

static void
test_room (Fixture *fixture, gconstpointer data)
{
  g_autofree char *first = g_strnfill (60000, 'a');
  g_autofree char *second = g_strnfill (60000, 'b');
  record (fixture, "one", first, g_get_real_time ());
  g_assert_true (guardian_change_store_make_room (fixture->store, 60000));
  record (fixture, "two", second, g_get_real_time ());
  g_assert_cmpint (state_of (fixture, "one"), ==, GUARDIAN_CHANGE_STATE_EXPIRED);
  g_assert_null (kept_by (fixture, "one"));
  assert_keeps (fixture, "two", second);
  g_assert_false (guardian_change_store_make_room (fixture->store, MAX_BYTES + 1));
  open_store (fixture);
  g_assert_cmpint (state_of (fixture, "one"), ==, GUARDIAN_CHANGE_STATE_EXPIRED);
  assert_keeps (fixture, "two", second);
  guardian_change_store_set_limits (fixture->store, 0, DAYS);
  g_assert_cmpint (state_of (fixture, "two"), ==, GUARDIAN_CHANGE_STATE_EXPIRED);
}

static void
test_days (Fixture *fixture, gconstpointer data)
{
  gint64 day = G_GINT64_CONSTANT (24) * 3600 * G_USEC_PER_SEC;
  record (fixture, "old", "old", g_get_real_time () - (DAYS + 1) * day);
  record (fixture, "new", "new", g_get_real_time () - (DAYS - 1) * day);
  g_assert_cmpint (state_of (fixture, "old"), ==, GUARDIAN_CHANGE_STATE_EXPIRED);
  g_assert_cmpint (state_of (fixture, "new"), ==, GUARDIAN_CHANGE_STATE_MADE);
  guardian_change_store_set_limits (fixture->store, MAX_BYTES, 1);
  g_assert_cmpint (state_of (fixture, "new"), ==, GUARDIAN_CHANGE_STATE_EXPIRED);
}

/* An append that was cut off at any byte is removed; what came before it stays. */
static void
test_torn (Fixture *fixture, gconstpointer data)
{
  struct stat before, after;
  g_autofree char *path = segment_path (fixture, 1);
  record (fixture, "one", "first", g_get_real_time ());
  g_assert_cmpint (stat (path, &before), ==, 0);
  record (fixture, "two", "second", g_get_real_time ());
  g_assert_cmpint (stat (path, &after), ==, 0);
  g_clear_pointer (&fixture->store, guardian_change_store_unref);
  for (gint64 size = after.st_size - 1; size >= before.st_size; size -= 37)
    {
      g_assert_cmpint (truncate (path, size), ==, 0);
      open_store (fixture);
      assert_keeps (fixture, "one", "first");
      g_assert_false (is_broken (fixture, "one"));
      g_clear_pointer (&fixture->store, guardian_change_store_unref);
    }
  open_store (fixture);
  record (fixture, "three", "third", g_get_real_time ());
  open_store (fixture);
  assert_keeps (fixture, "three", "third");
}

/* One bit anywhere: nothing wrong is ever given out, and the process goes on. */
static void
test_flipped (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = segment_path (fixture, 1);
  g_autofree char *bytes = NULL;
  gsize size = 0;
  guint broken = 0, gone = 0, whole = 0;
  record (fixture, "one", "first", g_get_real_time ());
  record (fixture, "two", "second", g_get_real_time ());
  g_clear_pointer (&fixture->store, guardian_change_store_unref);
  g_assert_true (g_file_get_contents (path, &bytes, &size, NULL));
  for (gsize at = 0; at < size; at += 7)
    {
      bytes[at] ^= 0x10;
      g_assert_true (g_file_set_contents (path, bytes, size, NULL));
      bytes[at] ^= 0x10;
      open_store (fixture);
      g_autoptr (GuardianChangeEntry) entry = guardian_change_store_find (fixture->store, "one");
      g_autoptr (GBytes) kept = entry != NULL ? kept_by (fixture, "one") : NULL;
      if (kept != NULL)
        g_assert_cmpmem (g_bytes_get_data (kept, NULL), g_bytes_get_size (kept), "first", 5);
      broken += entry != NULL && (entry->broken || kept == NULL) ? 1 : 0;
      gone += entry == NULL ? 1 : 0;
      whole += entry != NULL && !entry->broken && kept != NULL ? 1 : 0;
      /* A damaged file is not written to; a new one begins, and works. */
      record (fixture, "new", "new", g_get_real_time ());
      assert_keeps (fixture, "new", "new");
      g_clear_pointer (&fixture->store, guardian_change_store_unref);
      g_autofree char *second = segment_path (fixture, 2);
      (void) g_unlink (second);
    }
  g_test_message ("broken %u, gone %u, whole %u", broken, gone, whole);
  g_assert_cmpuint (broken, >, 0);
}

static void
test_other_key (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = segment_path (fixture, 1);
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  gsize size = 0, size_after = 0;
  record (fixture, "one", "first", g_get_real_time ());
  g_assert_true (g_file_get_contents (path, &before, &size, NULL));
  CardeaSecret *right = fixture->key;
  fixture->key = cardea_secret_new_random (GUARDIAN_CHANGE_RECORD_KEY);
  open_store (fixture);
  g_assert_null (guardian_change_store_find (fixture->store, "one"));
  record (fixture, "two", "second", g_get_real_time ());
  g_assert_true (g_file_get_contents (path, &after, &size_after, NULL));
  g_assert_cmpmem (before, size, after, size_after);
  cardea_secret_unref (fixture->key);
  fixture->key = right;
  open_store (fixture);
  assert_keeps (fixture, "one", "first");
}

static void
test_clear (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = segment_path (fixture, 1);
  record (fixture, "one", "first", g_get_real_time ());
  g_assert_cmpuint (guardian_change_store_clear (fixture->store), ==, 1);
  g_assert_null (guardian_change_store_find (fixture->store, "one"));
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  record (fixture, "two", "second", g_get_real_time ());
  open_store (fixture);
  assert_keeps (fixture, "two", "second");
}

static void
test_locked (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_assert_null (guardian_change_open (fixture->folder, fixture->key, MAX_BYTES, DAYS, &error));
  g_assert_error (error, GUARDIAN_FILES_ERROR, GUARDIAN_FILES_ERROR_UNAVAILABLE);
  g_clear_error (&error);
  g_clear_pointer (&fixture->store, guardian_change_store_unref);
  g_assert_cmpint (chmod (fixture->folder, 0770), ==, 0);
  g_assert_null (guardian_change_open (fixture->folder, fixture->key, MAX_BYTES, DAYS, &error));
  g_assert_error (error, GUARDIAN_FILES_ERROR, GUARDIAN_FILES_ERROR_UNAVAILABLE);
}

#define TEST(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  if (sodium_init () < 0)
    return 1;
  /* What is damaged is said, which is no failure here. */
  g_log_set_always_fatal (G_LOG_FATAL_MASK);
  TEST ("/change/store/kept", test_kept);
  TEST ("/change/store/same-bytes", test_same_bytes);
  TEST ("/change/store/room", test_room);
  TEST ("/change/store/days", test_days);
  TEST ("/change/store/torn", test_torn);
  TEST ("/change/store/flipped", test_flipped);
  TEST ("/change/store/other-key", test_other_key);
  TEST ("/change/store/clear", test_clear);
  TEST ("/change/store/locked", test_locked);
  return g_test_run ();
}
