/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/store/ui-store-disk.h"
#include "ui/store/ui-store-pasted.h"

#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utime.h>

#define ID "00112233445566778899aabbccddeeff"
#define OTHER "ffeeddccbbaa99887766554433221100"

static char *
keep (const char *id, const char *content)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (content, strlen (content));
  g_autoptr (GError) error = NULL;
  char *path = ui_store_pasted_keep (id, "png", bytes, &error);
  g_assert_no_error (error);
  return path;
}

static gboolean
is_there (const char *path)
{
  return g_file_test (path, G_FILE_TEST_EXISTS);
}

static void
test_keep (void)
{
  g_autofree char *first = keep (ID, "one");
  g_autofree char *second = keep (ID, "two");
  g_autofree char *other = keep (OTHER, "three");
  g_autofree char *content = NULL;

  g_assert_true (g_str_has_suffix (first, "/org.cardea.Cardea/pasted/" ID "/picture-1.png"));
  g_assert_true (g_str_has_suffix (second, "/picture-2.png"));
  g_assert_true (g_file_get_contents (second, &content, NULL, NULL));
  g_assert_cmpstr (content, ==, "two");
  g_assert_true (ui_store_pasted_has (ID, first));
  g_assert_false (ui_store_pasted_has (OTHER, first));

  ui_store_pasted_drop (OTHER, first); /* another chat's */
  g_assert_true (is_there (first));
  ui_store_pasted_drop (ID, first);
  g_assert_false (is_there (first));
  ui_store_pasted_delete (ID);
  g_assert_false (is_there (second));
  g_assert_true (is_there (other));
  ui_store_pasted_delete (OTHER);
  g_assert_false (is_there (other));
}

static void
test_sweep (void)
{
  static const char *const ids[] = { ID, NULL };
  g_autofree char *known = keep (ID, "one");
  g_autofree char *unknown = keep (OTHER, "two");
  g_autofree char *folder = g_path_get_dirname (unknown);
  g_autofree char *known_folder = g_path_get_dirname (known);
  const struct utimbuf old = { 1000000, 1000000 };

  ui_store_pasted_sweep (ids);
  g_assert_true (is_there (unknown)); /* it is young */
  g_assert_cmpint (utime (folder, &old), ==, 0);
  g_assert_cmpint (utime (known_folder, &old), ==, 0);
  ui_store_pasted_sweep (ids);
  g_assert_false (is_there (folder));
  g_assert_true (is_there (known));
  ui_store_pasted_delete (ID);
}

/* Nothing is written or removed where a link leads, and ids are only ids. */
static void
test_places (void)
{
  g_autofree char *aside = g_dir_make_tmp ("cardea-pasted-XXXXXX", NULL);
  g_autofree char *victim = g_build_filename (aside, "picture-1.png", NULL);
  g_autofree char *link
      = g_build_filename (g_get_user_data_dir (), "org.cardea.Cardea", "pasted", ID, NULL);
  g_autofree char *named = g_build_filename (link, "picture-1.png", NULL);
  g_autoptr (GBytes) bytes = g_bytes_new_static ("x", 1);
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (victim, "mine", -1, NULL));
  g_assert_cmpint (symlink (aside, link), ==, 0);
  g_assert_null (ui_store_pasted_keep (ID, "png", bytes, &error));
  g_assert_error (error, UI_STORE_ERROR, UI_STORE_ERROR_FAILED);
  ui_store_pasted_drop (ID, named);
  ui_store_pasted_delete (ID);
  g_assert_true (is_there (victim));
  g_clear_error (&error);
  g_assert_null (ui_store_pasted_keep ("../" ID, "png", bytes, &error));
  g_assert_error (error, UI_STORE_ERROR, UI_STORE_ERROR_LIMIT);
  g_assert_false (ui_store_pasted_has (ID, "/etc/passwd"));

  g_assert_cmpint (unlink (link), ==, 0);
  g_assert_cmpint (unlink (victim), ==, 0);
  g_assert_cmpint (rmdir (aside), ==, 0);
}

static void
test_limit (void)
{
  g_autofree char *large = g_malloc0 (UI_STORE_PASTED_LIMIT + 1);
  g_autoptr (GBytes) bytes = g_bytes_new_take (g_steal_pointer (&large), UI_STORE_PASTED_LIMIT + 1);
  g_autoptr (GError) error = NULL;

  g_assert_null (ui_store_pasted_keep (ID, "png", bytes, &error));
  g_assert_error (error, UI_STORE_ERROR, UI_STORE_ERROR_LIMIT);
}

int
main (int argc, char **argv)
{
  g_autofree char *folder = g_dir_make_tmp ("cardea-pasted-XXXXXX", NULL);
  g_autofree char *command = g_strdup_printf ("rm -rf '%s'", folder);

  g_setenv ("XDG_DATA_HOME", folder, TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ui-store-pasted/keep", test_keep);
  g_test_add_func ("/ui-store-pasted/sweep", test_sweep);
  g_test_add_func ("/ui-store-pasted/places", test_places);
  g_test_add_func ("/ui-store-pasted/limit", test_limit);
  int status = g_test_run ();
  return system (command) == 0 ? status : 1;
}
