/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/core/guardian-handle-table.h"

#include <glib.h>

typedef struct {
  GuardianWorkers *workers;
  GuardianHandleTable *table;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  static const GuardianWorkersHandler handler = { NULL };
  fixture->workers = guardian_workers_new (NULL, &handler, NULL);
  fixture->table = guardian_handle_table_new (fixture->workers);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  guardian_handle_table_free (fixture->table);
  guardian_workers_free (fixture->workers);
}

static GuardianHandle *
add (Fixture *fixture, const char *path)
{
  GuardianObject *object = guardian_object_new_absent (path);
  object->handle = g_strdup ("h");
  return guardian_handle_table_add (fixture->table, object, "g1");
}

static void
test_path (Fixture *fixture, gconstpointer data)
{
  GuardianHandle *first = add (fixture, "/a");
  GuardianHandle *second = add (fixture, "/a");

  g_assert_true (guardian_handle_table_find_path (fixture->table, "/a") == second);
  g_assert_null (guardian_handle_table_find_path (fixture->table, "/b"));
  guardian_handle_table_drop (fixture->table, first);
  g_assert_true (guardian_handle_table_find_path (fixture->table, "/a") == second);
  guardian_handle_table_drop (fixture->table, second);
  g_assert_null (guardian_handle_table_find_path (fixture->table, "/a"));
}

static void
test_opens (Fixture *fixture, gconstpointer data)
{
  GuardianHandle *handle = add (fixture, "/a");
  g_autofree char *id = g_strdup (handle->id);

  handle->opens++;
  guardian_handle_table_close (fixture->table, handle);
  g_assert_true (guardian_handle_table_find (fixture->table, id) == handle);
  guardian_handle_table_close (fixture->table, handle);
  g_assert_null (guardian_handle_table_find (fixture->table, id));
}

static void
test_revoked (Fixture *fixture, gconstpointer data)
{
  add (fixture, "/a");
  guardian_handle_table_close_grant (fixture->table, "g2");
  g_assert_nonnull (guardian_handle_table_find_path (fixture->table, "/a"));
  guardian_handle_table_close_grant (fixture->table, "g1");
  g_assert_null (guardian_handle_table_find_path (fixture->table, "/a"));
}

/* Another object is behind the name now. */
static void
test_replaced (Fixture *fixture, gconstpointer data)
{
  const GuardianInode former = { 1, 5 };
  GuardianHandle *handle = add (fixture, "/a");
  handle->object->inode = former;
  add (fixture, "/b");

  guardian_handle_table_close_inode (fixture->table, &(const GuardianInode){ 2, 5 });
  g_assert_cmpuint (guardian_handle_table_size (fixture->table), ==, 2);
  guardian_handle_table_close_inode (fixture->table, &former);
  g_assert_null (guardian_handle_table_find_path (fixture->table, "/a"));
  g_assert_nonnull (guardian_handle_table_find_path (fixture->table, "/b"));
}

static void
test_forget (Fixture *fixture, gconstpointer data)
{
  add (fixture, "/a");
  guardian_handle_table_forget (fixture->table);
  g_assert_null (guardian_handle_table_find_path (fixture->table, "/a"));
  g_assert_cmpuint (guardian_handle_table_size (fixture->table), ==, 0);
}

/* The least recently used one makes room, however often it was opened. */
static void
test_room (Fixture *fixture, gconstpointer data)
{
  add (fixture, "/0")->opens = 2;
  for (guint i = 1; i <= GUARDIAN_HANDLE_TABLE_LIMIT; i++)
    {
      g_autofree char *path = g_strdup_printf ("/%u", i);
      add (fixture, path);
    }
  g_assert_null (guardian_handle_table_find_path (fixture->table, "/0"));
  g_assert_nonnull (guardian_handle_table_find_path (fixture->table, "/1"));
  g_assert_cmpuint (guardian_handle_table_size (fixture->table), ==, GUARDIAN_HANDLE_TABLE_LIMIT);
}

#define TEST(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  TEST ("/core/handle-table/path", test_path);
  TEST ("/core/handle-table/opens", test_opens);
  TEST ("/core/handle-table/revoked", test_revoked);
  TEST ("/core/handle-table/replaced", test_replaced);
  TEST ("/core/handle-table/forget", test_forget);
  TEST ("/core/handle-table/room", test_room);
  return g_test_run ();
}
