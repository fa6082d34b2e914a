/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/core/guardian-grant-store.h"
#include "guardian/core/guardian-grant-table.h"

#include <glib/gstdio.h>
#include <string.h>

#define SESSION "0123456789abcdef"
#define OTHER "fedcba9876543210"
#define AGENT "Cardea"

static const GuardianGrantNeed reading = { GUARDIAN_GRANT_READ, FALSE };
static const GuardianGrantNeed listing = { GUARDIAN_GRANT_LIST, FALSE };
static const GuardianGrantNeed searching = { GUARDIAN_GRANT_READ, TRUE };
static const GuardianGrantNeed writing = { GUARDIAN_GRANT_WRITE, FALSE };

/* /home/ann/Documents/a.csv as device 1: inode 100, its folders 10, 9, 8, 1. */
static GuardianObject *
make_object (const char *path, gint64 ino, gboolean is_folder)
{
  static const GuardianInode parents[] = { { 1, 10 }, { 1, 9 }, { 1, 8 }, { 1, 1 } };
  GuardianObject *object = g_new0 (GuardianObject, 1);
  object->path = g_strdup (path);
  object->inode = (GuardianInode){ 1, ino };
  object->nlink = 1;
  object->is_folder = is_folder;
  object->parents = g_memdup2 (is_folder ? parents + 1 : parents,
                               is_folder ? sizeof parents - sizeof *parents : sizeof parents);
  object->n_parents = is_folder ? 3 : 4;
  return object;
}

static GuardianGrant *
make_grant (const char *session, const char *path, gint64 ino, gboolean is_folder)
{
  return guardian_grant_new (AGENT, session, GUARDIAN_GRANT_DESIGNATED, path,
                             (GuardianInode){ 1, ino }, is_folder);
}

static void
add (GuardianGrantTable *table, GuardianGrant *grant)
{
  g_assert_true (guardian_grant_table_add (table, grant));
}

static GuardianGrant *
match (GuardianGrantTable *table, const char *session, const GuardianObject *object,
       const GuardianGrantNeed *need)
{
  return guardian_grant_table_match (table, session, AGENT, object, need);
}

static void
test_exact (void)
{
  g_autoptr (GuardianGrantTable) table = guardian_grant_table_new (NULL, NULL, NULL);
  g_autoptr (GuardianObject) file = make_object ("/home/ann/Documents/a.csv", 100, FALSE);
  g_autoptr (GuardianObject) swapped = make_object ("/home/ann/Documents/a.csv", 101, FALSE);
  g_autoptr (GuardianObject) linked = make_object ("/home/ann/Documents/b.csv", 100, FALSE);

  add (table, make_grant (SESSION, "/home/ann/Documents/a.csv", 100, FALSE));
  g_assert_nonnull (match (table, SESSION, file, &reading));
  g_assert_nonnull (match (table, SESSION, file, &listing));
  /* Another file under the name, the file under another name, another session, another wish. */
  g_assert_null (match (table, SESSION, swapped, &reading));
  g_assert_null (match (table, SESSION, linked, &reading));
  g_assert_null (match (table, OTHER, file, &reading));
  g_assert_null (match (table, SESSION, file, &writing));
}

static void
test_folder (void)
{
  g_autoptr (GuardianGrantTable) table = guardian_grant_table_new (NULL, NULL, NULL);
  g_autoptr (GuardianObject) file = make_object ("/home/ann/Documents/a.csv", 100, FALSE);
  g_autoptr (GuardianObject) folder = make_object ("/home/ann/Documents", 10, TRUE);
  g_autoptr (GuardianObject) beside = make_object ("/home/ann/Documentsx/a.csv", 100, FALSE);

  add (table, make_grant (SESSION, "/home/ann/Documents", 10, TRUE));
  g_assert_nonnull (match (table, SESSION, file, &reading));
  g_assert_nonnull (match (table, SESSION, folder, &searching));
  g_assert_null (match (table, SESSION, beside, &reading));
  g_assert_true (
      guardian_grant_table_covers_name (table, SESSION, AGENT, "/home/ann/Documents/none"));
  g_assert_false (guardian_grant_table_covers_name (table, SESSION, AGENT, "/home/ann/Doc"));
  g_assert_false (
      guardian_grant_table_covers_name (table, OTHER, AGENT, "/home/ann/Documents/none"));
}

/* A folder whose names may be listed is not a folder whose files may be read. */
static void
test_level (void)
{
  g_autoptr (GuardianGrantTable) table = guardian_grant_table_new (NULL, NULL, NULL);
  g_autoptr (GuardianObject) file = make_object ("/home/ann/Documents/a.csv", 100, FALSE);
  g_autoptr (GuardianObject) folder = make_object ("/home/ann/Documents", 10, TRUE);
  GuardianGrant *grant = make_grant (SESSION, "/home/ann/Documents", 10, TRUE);
  GuardianGrantNeed deep = { GUARDIAN_GRANT_LIST, TRUE };

  grant->level = GUARDIAN_GRANT_LIST;
  grant->below = FALSE;
  add (table, grant);
  g_assert_nonnull (match (table, SESSION, folder, &listing));
  g_assert_null (match (table, SESSION, folder, &deep));
  g_assert_null (match (table, SESSION, folder, &reading));
  g_assert_null (match (table, SESSION, file, &listing));
}

static void
test_standing (void)
{
  g_autoptr (GuardianGrantTable) table = guardian_grant_table_new (NULL, NULL, NULL);
  g_autoptr (GuardianObject) file = make_object ("/home/ann/Documents/a.csv", 100, FALSE);
  GuardianGrant *grant = make_grant (NULL, "/home/ann/Documents/a.csv", 100, FALSE);

  grant->expires = guardian_grant_table_now (table) + 60 * G_USEC_PER_SEC;
  grant->renew = 60 * G_USEC_PER_SEC;
  add (table, grant);
  g_assert_nonnull (match (table, SESSION, file, &reading));
  g_assert_nonnull (match (table, OTHER, file, &reading));
  g_assert_null (guardian_grant_table_match (table, SESSION, "other agent", file, &reading));

  gint64 before = grant->expires;
  guardian_grant_table_seen (table, guardian_grant_table_now (table) + 30 * G_USEC_PER_SEC);
  guardian_grant_table_used (table, grant, 7);
  g_assert_cmpint (grant->expires, >=, before + 30 * G_USEC_PER_SEC);
  g_assert_cmpuint (grant->uses, ==, 1);
  g_assert_cmpint (grant->bytes, ==, 7);
}

/* Time that was seen does not come back: setting the clock back extends nothing. */
static void
test_expiry (void)
{
  g_autoptr (GuardianGrantTable) table = guardian_grant_table_new (NULL, NULL, NULL);
  g_autoptr (GuardianObject) file = make_object ("/home/ann/Documents/a.csv", 100, FALSE);
  GuardianGrant *grant = make_grant (NULL, "/home/ann/Documents/a.csv", 100, FALSE);
  g_autofree char *id = g_strdup (grant->id);

  grant->expires = guardian_grant_table_now (table) + 60 * G_USEC_PER_SEC;
  add (table, grant);
  guardian_grant_table_seen (table, guardian_grant_table_now (table) + 61 * G_USEC_PER_SEC);
  g_assert_null (match (table, SESSION, file, &reading));
  g_assert_null (guardian_grant_table_get (table, id));
  g_assert_cmpuint (guardian_grant_table_list (table)->len, ==, 0);
}

static GuardianGrant *
make_host_grant (const char *session, const char *name, gboolean below)
{
  GuardianGrantHost *host = guardian_grant_host_new (name, 443, NULL);
  host->below = below;
  return guardian_grant_new_host (AGENT, session, GUARDIAN_GRANT_DESIGNATED, host);
}

static const char *
match_host (GuardianGrantTable *table, const char *session, const char *name)
{
  g_autoptr (GuardianDestination) to = guardian_destination_new_tunnel (name, 443, NULL);
  const GuardianGrant *grant = guardian_grant_table_match_host (table, session, AGENT, to);
  return grant != NULL ? grant->id : NULL;
}

static void
test_hosts (void)
{
  g_autoptr (GuardianGrantTable) table = guardian_grant_table_new (NULL, NULL, NULL);
  GuardianGrant *wide = make_host_grant (SESSION, "example.org", TRUE);
  GuardianGrant *exact = make_host_grant (SESSION, "www.example.org", FALSE);
  GuardianGrant *standing = make_host_grant (NULL, "example.net", FALSE);

  standing->expires = guardian_grant_table_now (table) + 60 * G_USEC_PER_SEC;
  add (table, make_grant (SESSION, "/home/ann/Documents", 10, TRUE));
  add (table, wide);
  add (table, exact);
  add (table, standing);
  g_assert_cmpstr (match_host (table, SESSION, "example.org"), ==, wide->id);
  g_assert_cmpstr (match_host (table, SESSION, "a.b.example.org"), ==, wide->id);
  g_assert_cmpstr (match_host (table, SESSION, "www.example.org"), ==, exact->id);
  g_assert_cmpstr (match_host (table, OTHER, "example.net"), ==, standing->id);
  g_assert_null (match_host (table, OTHER, "example.org"));
  g_assert_null (match_host (table, SESSION, "evilexample.org"));
  g_assert_null (match_host (table, SESSION, "example.org.evil.com"));
  g_assert_null (match_host (table, SESSION, "www.example.net"));
  g_assert_null (match_host (table, SESSION, "org"));

  /* It is nothing that a file could be found by. */
  g_assert_false (guardian_grant_table_covers_name (table, OTHER, AGENT, "/example.net"));
  g_assert_null (guardian_grant_table_find_name (table, SESSION, "example.org"));

  guardian_grant_table_revoke (table, exact);
  g_assert_cmpstr (match_host (table, SESSION, "www.example.org"), ==, wide->id);
  guardian_grant_table_seen (table, guardian_grant_table_now (table) + 61 * G_USEC_PER_SEC);
  g_assert_null (match_host (table, OTHER, "example.net"));
}

static void
test_host_json (void)
{
  g_autoptr (GuardianGrant) grant = make_host_grant (NULL, "example.org", TRUE);
  g_autoptr (CardeaJson) json = guardian_grant_to_json (grant);
  g_autoptr (GuardianGrant) again = guardian_grant_from_json (json);
  g_autoptr (GuardianGrant) copy = guardian_grant_copy (grant);

  g_assert_nonnull (again);
  g_assert_null (again->path);
  g_assert_cmpstr (again->host->host, ==, "example.org");
  g_assert_true (again->host->below && copy->host->below);
  g_assert_cmpuint (again->host->port, ==, 443);
  g_assert_null (cardea_json_get (json, "path"));
  /* A host without one, and a width that is not its own. */
  g_autoptr (CardeaJson) none = cardea_json_copy (json);
  cardea_json_remove (none, "host");
  g_assert_null (guardian_grant_from_json (none));
  cardea_json_set_string (json, "scope", "host");
  g_assert_null (guardian_grant_from_json (json));
}

static void
count_ended (const GuardianGrant *grant, gpointer user_data)
{
  (*(guint *) user_data)++;
}

static void
test_revoke (void)
{
  guint ended = 0;
  g_autoptr (GuardianGrantTable) table = guardian_grant_table_new (NULL, count_ended, &ended);
  g_autoptr (GuardianObject) file = make_object ("/home/ann/Documents/a.csv", 100, FALSE);
  gboolean ambiguous = FALSE;

  add (table, make_grant (SESSION, "/home/ann/Documents/a.csv", 100, FALSE));
  add (table, make_grant (SESSION, "/home/ann/Documents", 10, TRUE));
  add (table, make_grant (OTHER, "/home/ann/Documents", 10, TRUE));
  GuardianGrant *grant = match (table, SESSION, file, &reading);
  g_assert_false (grant->is_folder); /* the object's own grant comes before a folder's */
  g_autofree char *id = g_strdup (grant->id);
  g_assert_true (guardian_grant_table_find (table, id, NULL) == grant);
  id[6] = '\0';
  g_assert_true (guardian_grant_table_find (table, id, &ambiguous) == grant);
  g_assert_null (guardian_grant_table_find (table, "", &ambiguous));
  guardian_grant_table_revoke (table, grant);
  g_assert_true (match (table, SESSION, file, &reading)->is_folder);
  g_assert_cmpuint (guardian_grant_table_revoke_session (table, SESSION), ==, 1);
  g_assert_null (match (table, SESSION, file, &reading));
  g_assert_nonnull (match (table, OTHER, file, &reading));
  g_assert_cmpuint (ended, ==, 2);
}

static void
test_names (void)
{
  g_autoptr (GuardianGrantTable) table = guardian_grant_table_new (NULL, NULL, NULL);

  add (table, make_grant (SESSION, "/home/ann/Downloads/bank.csv", 5, FALSE));
  g_assert_cmpstr (guardian_grant_table_find_name (table, SESSION, "bank.csv"), ==,
                   "/home/ann/Downloads/bank.csv");
  g_assert_null (guardian_grant_table_find_name (table, OTHER, "bank.csv"));
  add (table, make_grant (SESSION, "/home/ann/Documents/bank.csv", 6, FALSE));
  g_assert_null (guardian_grant_table_find_name (table, SESSION, "bank.csv"));
}

static void
test_limit (void)
{
  g_autoptr (GuardianGrantTable) table = guardian_grant_table_new (NULL, NULL, NULL);
  guint added = 0;

  while (guardian_grant_table_add (table, make_grant (SESSION, "/a", added, FALSE)))
    added++;
  g_assert_cmpuint (added, ==, GUARDIAN_GRANT_TABLE_SESSION_LIMIT);
}

static void
test_json (void)
{
  g_autoptr (GuardianGrant) grant = make_grant (NULL, "/home/ann/\xff", 5, FALSE);
  grant->expires = grant->created + G_USEC_PER_SEC;
  grant->record = 12;
  grant->note = g_strdup ("why");
  g_autoptr (CardeaJson) json = guardian_grant_to_json (grant);
  g_autoptr (GuardianGrant) again = guardian_grant_from_json (json);
  g_assert_nonnull (again);
  g_autoptr (CardeaJson) json_again = guardian_grant_to_json (again);
  g_assert_true (cardea_json_equal (json, json_again));

  static const char *const required[] = { "id",  "subject", "action", "kind", "scope", "path_b64",
                                          "dev", "ino",     "origin", "uses", "bytes", "renewing" };
  for (gsize i = 0; i < G_N_ELEMENTS (required); i++)
    {
      g_autoptr (CardeaJson) broken = cardea_json_copy (json);
      cardea_json_remove (broken, required[i]);
      if (guardian_grant_from_json (broken) != NULL)
        g_error ("taken without %s", required[i]);
    }
}

/* --- the store --- */

typedef struct {
  char *folder;
  char *file;
  CardeaSecret *key;
} Store;

static void
store_up (Store *store, gconstpointer data)
{
  store->folder = g_dir_make_tmp ("cardea-grants-XXXXXX", NULL);
  store->file = g_build_filename (store->folder, "grants", NULL);
  store->key = cardea_secret_new_random (32);
}

static void
store_down (Store *store, gconstpointer data)
{
  g_unlink (store->file);
  g_assert_cmpint (g_rmdir (store->folder), ==, 0);
  cardea_secret_unref (store->key);
  g_free (store->folder);
  g_free (store->file);
}

/* Opens the file into a fresh table; the number of grants, or -1 when it was refused. */
static int
load (Store *store, CardeaSecret *key)
{
  g_autoptr (GuardianGrantTable) table = guardian_grant_table_new (NULL, NULL, NULL);
  GuardianGrantStore *opened = guardian_grant_store_new (store->folder, table);
  g_autoptr (GError) error = NULL;
  gboolean good = guardian_grant_store_open (opened, cardea_secret_ref (key), &error);
  int size = good ? (int) guardian_grant_table_size (table) : -1;

  g_assert_cmpint (guardian_grant_table_size (table), ==, good ? size : 0);
  if (!good)
    g_assert_error (error, GUARDIAN_SEALED_FILE_ERROR, GUARDIAN_SEALED_FILE_ERROR_ALTERED);
  guardian_grant_store_free (opened);
  return size;
}

static void
save_two (Store *store)
{
  g_autoptr (GuardianGrantTable) table = guardian_grant_table_new (NULL, NULL, NULL);
  GuardianGrantStore *opened = guardian_grant_store_new (store->folder, table);
  g_autoptr (GError) error = NULL;

  g_assert_false (guardian_grant_store_save (opened, &error));
  g_assert_error (error, GUARDIAN_SEALED_FILE_ERROR, GUARDIAN_SEALED_FILE_ERROR_CLOSED);
  g_clear_error (&error);
  g_assert_true (guardian_grant_store_open (opened, cardea_secret_ref (store->key), &error));
  for (guint i = 0; i < 2; i++)
    {
      GuardianGrant *grant = make_grant (NULL, "/home/ann/a", 5 + i, FALSE);
      grant->expires = grant->created + G_TIME_SPAN_HOUR;
      add (table, grant);
    }
  add (table, make_grant (SESSION, "/home/ann/task", 9, FALSE)); /* not stored */
  g_assert_true (guardian_grant_store_save (opened, &error));
  g_assert_no_error (error);
  guardian_grant_store_free (opened);
}

static void
test_store (Store *store, gconstpointer data)
{
  g_autofree char *content = NULL;
  gsize size = 0;

  g_assert_cmpint (load (store, store->key), ==, 0); /* no file yet */
  save_two (store);
  g_assert_cmpint (load (store, store->key), ==, 2);
  g_assert_true (g_file_get_contents (store->file, &content, &size, NULL));
  g_assert_null (memmem (content, size, "/home/ann", 9)); /* not in the clear */
}

static void
test_store_altered (Store *store, gconstpointer data)
{
  g_autoptr (CardeaSecret) other = cardea_secret_new_random (32);
  g_autofree char *content = NULL;
  gsize size = 0;

  save_two (store);
  g_assert_cmpint (load (store, other), ==, -1);
  g_assert_true (g_file_get_contents (store->file, &content, &size, NULL));
  for (gsize i = 0; i < size; i += 7)
    {
      g_autofree char *changed = g_memdup2 (content, size);
      changed[i] ^= 0x20;
      g_assert_true (g_file_set_contents (store->file, changed, (gssize) size, NULL));
      g_assert_cmpint (load (store, store->key), ==, -1);
    }
  g_assert_true (g_file_set_contents (store->file, content, (gssize) size - 1, NULL));
  g_assert_cmpint (load (store, store->key), ==, -1);
}

/* What was replaced takes the grants for exactly it along, and no other. */
static void
test_follow (void)
{
  g_autoptr (GuardianGrantTable) table = guardian_grant_table_new (NULL, NULL, NULL);
  g_autoptr (GuardianObject) now = make_object ("/home/ann/Documents/a.csv", 101, FALSE);
  g_autoptr (GuardianObject) moved = make_object ("/home/ann/Documents/b.csv", 101, FALSE);
  g_autoptr (GuardianObject) made = make_object ("/home/ann/Documents/new", 102, FALSE);
  const GuardianInode before = { 1, 100 };
  const GuardianInode nothing = { 0, 0 };

  add (table, make_grant (SESSION, "/home/ann/Documents/a.csv", 100, FALSE));
  add (table, make_grant (OTHER, "/home/ann/other-name.csv", 100, FALSE)); /* a hard link */
  g_assert_null (match (table, SESSION, now, &reading));
  guardian_grant_table_follow (table, &before, now->path, &now->inode, now->path);
  g_assert_nonnull (match (table, SESSION, now, &reading));
  g_assert_null (match (table, OTHER, now, &reading));
  /* A new name of the same object. */
  guardian_grant_table_follow (table, &now->inode, now->path, &now->inode, moved->path);
  g_assert_null (match (table, SESSION, now, &reading));
  g_assert_nonnull (match (table, SESSION, moved, &reading));
  /* What was remembered before there was a file. */
  GuardianGrant *early = make_grant (SESSION, made->path, 0, FALSE);
  early->inode = nothing;
  add (table, early);
  g_assert_null (match (table, SESSION, made, &reading));
  guardian_grant_table_follow (table, &nothing, made->path, &made->inode, made->path);
  g_assert_true (match (table, SESSION, made, &reading) == early);
  guardian_grant_table_revoke (table, early);
  g_assert_null (match (table, SESSION, made, &reading));
  g_assert_cmpuint (guardian_grant_table_revoke_session (table, NULL), ==, 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/grant/exact", test_exact);
  g_test_add_func ("/grant/hosts", test_hosts);
  g_test_add_func ("/grant/host-json", test_host_json);
  g_test_add_func ("/grant/folder", test_folder);
  g_test_add_func ("/grant/level", test_level);
  g_test_add_func ("/grant/standing", test_standing);
  g_test_add_func ("/grant/expiry", test_expiry);
  g_test_add_func ("/grant/revoke", test_revoke);
  g_test_add_func ("/grant/follow", test_follow);
  g_test_add_func ("/grant/names", test_names);
  g_test_add_func ("/grant/limit", test_limit);
  g_test_add_func ("/grant/json", test_json);
  g_test_add ("/grant/store", Store, NULL, store_up, test_store, store_down);
  g_test_add ("/grant/store-altered", Store, NULL, store_up, test_store_altered, store_down);
  return g_test_run ();
}
