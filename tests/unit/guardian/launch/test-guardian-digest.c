/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/launch/guardian-digest.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

/* FIPS 180-2, appendix B.1, and the empty message. */
#define SHA256_ABC "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
#define SHA256_EMPTY "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

static void
check (GuardianDigests *digests, const char *path, const char *expected)
{
  g_autoptr (GError) error = NULL;
  GuardianDigest digest;
  struct stat st;

  g_assert_true (guardian_digests_get (digests, path, &digest, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (digest.sha256, ==, expected);
  g_assert_cmpint (stat (path, &st), ==, 0);
  g_assert_true (digest.device == st.st_dev && digest.inode == st.st_ino);
}

static void
test_changes (void)
{
  g_autoptr (GuardianDigests) digests = guardian_digests_new ();
  g_autofree char *folder = g_dir_make_tmp ("cardea-digest-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "program", NULL);

  g_assert_true (g_file_set_contents (path, "abc", -1, NULL));
  check (digests, path, SHA256_ABC);
  check (digests, path, SHA256_ABC);
  g_assert_true (g_file_set_contents (path, "", 0, NULL));
  check (digests, path, SHA256_EMPTY);
  g_unlink (path);
  g_rmdir (folder);
}

static void
test_refuses (void)
{
  static const char *const paths[] = { "/does/not/exist", "/dev/null", "/tmp" };
  g_autoptr (GuardianDigests) digests = guardian_digests_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autoptr (GError) error = NULL;
      GuardianDigest digest;
      g_assert_false (guardian_digests_get (digests, paths[i], &digest, &error));
      g_assert_error (error, GUARDIAN_DIGEST_ERROR, GUARDIAN_DIGEST_ERROR_UNREADABLE);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/digest/changes", test_changes);
  g_test_add_func ("/digest/refuses", test_refuses);
  return g_test_run ();
}
