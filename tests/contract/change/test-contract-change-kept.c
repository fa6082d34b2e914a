/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What a file is beside its content goes over to its successor, and comes back with an undo. */

#include "change-fixture.h"

#include "common/base/cardea-autofd.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#define WRITE "[{'op':'write','path':'~/file','offset':'0','length':'3'}]"
#define SPARSE_SIZE (8 << 20)

/* A POSIX ACL as the kernel stores it (version 2): user 4242 may read. */
static const guint8 acl[] = {
  2,  0, 0, 0,                         /* version */
  1,  0, 6, 0, 0xff, 0xff, 0xff, 0xff, /* user::rw- */
  2,  0, 4, 0, 0x92, 0x10, 0,    0,    /* user:4242:r-- */
  4,  0, 4, 0, 0xff, 0xff, 0xff, 0xff, /* group::r-- */
  16, 0, 4, 0, 0xff, 0xff, 0xff, 0xff, /* mask::r-- */
  32, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, /* other::--- */
};

static gboolean
has_xattr (const char *path, const char *name, const void *expected, gsize size)
{
  guint8 value[256];
  gssize got = getxattr (path, name, value, sizeof value);
  return got == (gssize) size && memcmp (value, expected, size) == 0;
}

static CardeaJson *
describe_first (ChangeFixture *fixture, const char *plan, CardeaMessage **ret_described)
{
  *ret_described = change_fixture_describe (fixture, plan);
  contract_assert_is (*ret_described, "change.described");
  return change_fixture_nth (*ret_described, "changes", 0);
}

static gboolean
has_note (const CardeaJson *shown, const char *part)
{
  const CardeaJson *notes = cardea_json_get (shown, "notes");
  for (guint i = 0; notes != NULL && i < cardea_json_size (notes); i++)
    if (strstr (cardea_json_string (cardea_json_nth (notes, i)), part) != NULL)
      return TRUE;
  return FALSE;
}

static void
test_mode_and_attributes (ChangeFixture *fixture, gconstpointer data)
{
  struct stat before, st;
  g_autofree char *path = change_fixture_put (fixture, "file", "former");
  g_assert_cmpint (chmod (path, 0640), ==, 0);
  gboolean has_acl = setxattr (path, "system.posix_acl_access", acl, sizeof acl, 0) == 0;
  gboolean has_user = setxattr (path, "user.note", "kept", 4, 0) == 0;
  g_test_message ("acl %d, user attributes %d", has_acl, has_user);
  g_assert_cmpint (stat (path, &before), ==, 0);

  g_autoptr (CardeaMessage) committed = change_fixture_change (fixture, WRITE, "new");
  change_fixture_assert_says (fixture, "file", "new");
  g_assert_cmpint (stat (path, &st), ==, 0);
  g_assert_cmpint (st.st_mode, ==, before.st_mode);
  g_assert_cmpint (st.st_ino, !=, before.st_ino);
  g_assert_true (!has_acl || has_xattr (path, "system.posix_acl_access", acl, sizeof acl));
  g_assert_true (!has_user || has_xattr (path, "user.note", "kept", 4));

  g_autoptr (CardeaMessage) reverted
      = change_fixture_revert (fixture, change_fixture_change_id (committed));
  contract_assert_is (reverted, "change.reverted");
  g_assert_cmpint (stat (path, &st), ==, 0);
  g_assert_cmpint (st.st_mode, ==, before.st_mode);
  g_assert_cmpint (st.st_mtim.tv_sec, ==, before.st_mtim.tv_sec);
  g_assert_cmpint (st.st_mtim.tv_nsec, ==, before.st_mtim.tv_nsec);
  g_assert_true (!has_acl || has_xattr (path, "system.posix_acl_access", acl, sizeof acl));
  g_assert_true (!has_user || has_xattr (path, "user.note", "kept", 4));
}

static void
test_set_id (ChangeFixture *fixture, gconstpointer data)
{
  struct stat st;
  g_autofree char *path = change_fixture_put (fixture, "file", "former");
  g_assert_cmpint (chmod (path, 04755), ==, 0);
  g_autoptr (CardeaMessage) planned = change_fixture_plan (fixture, WRITE, "new");
  g_autoptr (CardeaMessage) described = NULL;
  CardeaJson *shown = describe_first (fixture, change_fixture_plan_id (planned), &described);
  g_assert_true (has_note (shown, "not run as its owner"));
  g_autoptr (CardeaMessage) committed
      = change_fixture_commit (fixture, change_fixture_plan_id (planned));
  contract_assert_is (committed, "change.committed");
  g_assert_cmpint (stat (path, &st), ==, 0);
  g_assert_cmpint (st.st_mode & 07777, ==, 0755);
}

static void
make_sparse (const char *path)
{
  cardea_autofd int fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (pwrite (fd, "start", 5, 0), ==, 5);
  g_assert_cmpint (pwrite (fd, "middle", 6, SPARSE_SIZE / 2), ==, 6);
  g_assert_cmpint (ftruncate (fd, SPARSE_SIZE), ==, 0);
}

static void
test_sparse (ChangeFixture *fixture, gconstpointer data)
{
  struct stat before, st;
  g_autofree char *path = change_fixture_path (fixture, "sparse");
  make_sparse (path);
  g_assert_cmpint (stat (path, &before), ==, 0);
  g_autoptr (CardeaMessage) committed
      = change_fixture_change (fixture, "[{'op':'append','path':'~/sparse'}]", "end");
  g_assert_cmpint (stat (path, &st), ==, 0);
  g_assert_cmpint (st.st_size, ==, SPARSE_SIZE + 3);
  g_assert_cmpint (st.st_blocks, <=, before.st_blocks + 16);
  g_autoptr (CardeaMessage) reverted
      = change_fixture_revert (fixture, change_fixture_change_id (committed));
  contract_assert_is (reverted, "change.reverted");
  g_assert_cmpint (stat (path, &st), ==, 0);
  g_assert_cmpint (st.st_size, ==, SPARSE_SIZE);
  g_assert_cmpint (st.st_blocks, <=, before.st_blocks + 16);
  cardea_autofd int fd = open (path, O_RDONLY | O_CLOEXEC);
  char text[7] = { 0 };
  g_assert_cmpint (pread (fd, text, 6, SPARSE_SIZE / 2), ==, 6);
  g_assert_cmpstr (text, ==, "middle");
}

static void
test_hard_link (ChangeFixture *fixture, gconstpointer data)
{
  struct stat st;
  g_autofree char *path = change_fixture_put (fixture, "file", "former");
  g_autofree char *other = change_fixture_path (fixture, "other");
  g_assert_cmpint (link (path, other), ==, 0);
  g_autoptr (CardeaMessage) planned = change_fixture_plan (fixture, WRITE, "new");
  g_autoptr (CardeaMessage) described = NULL;
  CardeaJson *shown = describe_first (fixture, change_fixture_plan_id (planned), &described);
  g_assert_true (has_note (shown, "one of 2 names"));
  g_autoptr (CardeaMessage) committed
      = change_fixture_commit (fixture, change_fixture_plan_id (planned));
  contract_assert_is (committed, "change.committed");
  change_fixture_assert_says (fixture, "file", "new");
  change_fixture_assert_says (fixture, "other", "former");
  g_assert_cmpint (stat (other, &st), ==, 0);
  g_assert_cmpint (st.st_nlink, ==, 1);
}

static void
test_write_protected (ChangeFixture *fixture, gconstpointer data)
{
  struct stat st;
  g_autofree char *path = change_fixture_put (fixture, "file", "former");
  g_assert_cmpint (chmod (path, 0444), ==, 0);
  g_autoptr (CardeaMessage) planned = change_fixture_plan (fixture, WRITE, "new");
  g_autoptr (CardeaMessage) described = NULL;
  CardeaJson *shown = describe_first (fixture, change_fixture_plan_id (planned), &described);
  g_assert_true (has_note (shown, "write-protected"));
  g_autoptr (CardeaMessage) committed
      = change_fixture_commit (fixture, change_fixture_plan_id (planned));
  contract_assert_is (committed, "change.committed");
  g_assert_cmpint (stat (path, &st), ==, 0);
  g_assert_cmpint (st.st_mode & 07777, ==, 0444);
}

static void
test_folder_without_permission (ChangeFixture *fixture, gconstpointer data)
{
  if (geteuid () == 0)
    {
      g_test_skip ("root may write everywhere");
      return;
    }
  g_autofree char *path = change_fixture_put (fixture, "locked/file", "former");
  g_autofree char *folder = change_fixture_path (fixture, "locked");
  g_assert_cmpint (chmod (folder, 0555), ==, 0);
  g_autoptr (CardeaMessage) planned
      = change_fixture_plan (fixture, "[{'op':'write','path':'~/locked/file'}]", "new");
  contract_assert_refused (planned, "unsuitable");
  g_assert_cmpint (chmod (folder, 0755), ==, 0);
}

/* chattr(1) by its call. FALSE: not here. */
static gboolean
set_flag (const char *path, int flag, gboolean set)
{
  int flags = 0;
  cardea_autofd int fd = open (path, O_RDONLY | O_CLOEXEC);
  if (fd < 0 || ioctl (fd, FS_IOC_GETFLAGS, &flags) != 0)
    return FALSE;
  flags = set ? flags | flag : flags & ~flag;
  return ioctl (fd, FS_IOC_SETFLAGS, &flags) == 0;
}

static void
test_immutable (ChangeFixture *fixture, gconstpointer data)
{
  static const int flags[] = { FS_IMMUTABLE_FL, FS_APPEND_FL };
  g_autofree char *path = change_fixture_put (fixture, "file", "former");
  for (gsize i = 0; i < G_N_ELEMENTS (flags); i++)
    {
      if (!set_flag (path, flags[i], TRUE))
        {
          g_test_skip ("this takes a right that this test does not have, or another disk");
          return;
        }
      g_autoptr (CardeaMessage) planned = change_fixture_plan (fixture, WRITE, "new");
      g_autoptr (CardeaMessage) removed
          = change_fixture_plan (fixture, "[{'op':'delete','path':'~/file'}]", NULL);
      g_assert_true (set_flag (path, flags[i], FALSE));
      contract_assert_refused (planned, "unsuitable");
      contract_assert_refused (removed, "unsuitable");
    }
  /* Marked after it was planned: found out when it is done, and nothing is done. */
  g_autofree char *first = change_fixture_put (fixture, "a-first", "first");
  g_autoptr (CardeaMessage) planned = change_fixture_plan (
      fixture, "[{'op':'write','path':'~/a-first'},{'op':'write','path':'~/file'}]", "new");
  g_assert_true (set_flag (path, FS_IMMUTABLE_FL, TRUE));
  g_autoptr (CardeaMessage) committed
      = change_fixture_commit (fixture, change_fixture_plan_id (planned));
  g_assert_true (set_flag (path, FS_IMMUTABLE_FL, FALSE));
  g_assert_true (cardea_message_is (committed, "refused"));
  g_autofree char *tree = change_fixture_tree (fixture);
  g_assert_cmpstr (tree, ==, "a-first: first\nfile: former\n");
}

static void
test_other_owner (ChangeFixture *fixture, gconstpointer data)
{
  struct stat st;
  g_autofree char *path = change_fixture_put (fixture, "file", "former");
  if (chown (path, 4242, 4343) != 0)
    {
      g_test_skip ("only root gives files away");
      return;
    }
  g_autoptr (CardeaMessage) committed = change_fixture_change (fixture, WRITE, "new");
  g_assert_cmpint (stat (path, &st), ==, 0);
  g_assert_cmpint (st.st_uid, ==, 4242);
  g_assert_cmpint (st.st_gid, ==, 4343);
}

static void
test_binary (ChangeFixture *fixture, gconstpointer data)
{
  gboolean binary = FALSE;
  g_autofree char *path = change_fixture_path (fixture, "file");
  g_assert_true (g_file_set_contents (path, "\x89PNG\r\n\x1a\n\0\0", 10, NULL));
  g_autoptr (CardeaMessage) planned = change_fixture_plan (fixture, WRITE, "new");
  g_autoptr (CardeaMessage) described = NULL;
  CardeaJson *shown = describe_first (fixture, change_fixture_plan_id (planned), &described);
  g_assert_true (cardea_json_get_boolean (shown, "binary", &binary));
  g_assert_true (binary);
  g_assert_cmpstr (cardea_json_get_string (shown, "type"), ==, "PNG picture");
  g_assert_cmpstr (cardea_json_get_string (shown, "type_after"), ==, "text");
  g_assert_null (cardea_json_get (shown, "diff"));
}

/* Bytes that are no text in names, and names as long as they may be. */
static void
test_names (ChangeFixture *fixture, gconstpointer data)
{
  g_autofree char *longest = g_strnfill (255, 'n');
  g_autofree char *too_long = g_strnfill (256, 'n');
  g_autofree char *make = g_strdup_printf ("[{'op':'create','path':'~/%s'}]", longest);
  g_autofree char *make_too_long = g_strdup_printf ("[{'op':'create','path':'~/%s'}]", too_long);
  g_autofree char *remove_it = g_strdup_printf ("[{'op':'delete','path':'~/%s'}]", longest);
  g_autofree char *bytes = g_strdup_printf ("%s/\xff\xfe name", fixture->home);
  g_autofree char *encoded = g_base64_encode ((const guchar *) bytes, strlen (bytes));
  g_autofree char *odd = g_strdup_printf ("[{'op':'create','path_b64':'%s'}]", encoded);

  g_autoptr (CardeaMessage) made = change_fixture_change (fixture, make, "x");
  g_assert_true (change_fixture_exists (fixture, longest));
  g_autoptr (CardeaMessage) removed = change_fixture_change (fixture, remove_it, NULL);
  g_assert_false (change_fixture_exists (fixture, longest));
  g_autoptr (CardeaMessage) refused = change_fixture_plan (fixture, make_too_long, "x");
  contract_assert_refused (refused, "unsuitable");
  g_autoptr (CardeaMessage) bytes_made = change_fixture_change (fixture, odd, "x");
  change_fixture_assert_says (fixture, "\xff\xfe name", "x");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  CHANGE_TEST ("/contract/change/kept/attributes", test_mode_and_attributes);
  CHANGE_TEST ("/contract/change/kept/set-id", test_set_id);
  CHANGE_TEST ("/contract/change/kept/sparse", test_sparse);
  CHANGE_TEST ("/contract/change/kept/hard-link", test_hard_link);
  CHANGE_TEST ("/contract/change/kept/write-protected", test_write_protected);
  CHANGE_TEST ("/contract/change/kept/folder-without-permission", test_folder_without_permission);
  CHANGE_TEST ("/contract/change/kept/immutable", test_immutable);
  CHANGE_TEST ("/contract/change/kept/other-owner", test_other_owner);
  CHANGE_TEST ("/contract/change/kept/binary", test_binary);
  CHANGE_TEST ("/contract/change/kept/names", test_names);
  return g_test_run ();
}
