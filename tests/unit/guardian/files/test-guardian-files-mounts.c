/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/files/guardian-files-mounts.h"

#include <string.h>

/* Shapes of proc(5), with optional fields, without, and with what makes no sense. */
static const char table[] = "21 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n"
                            "22 21 0:5 / /proc rw,nosuid shared:2 master:3 - proc proc rw\n"
                            "23 21 0:6 / /dev rw - tmpfs tmpfs rw\n"
                            "24 23 0:7 / /dev/shm rw - tmpfs tmpfs rw\n"
                            "25 21 0:8 / /home/a/dev\\040ices rw - tmpfs tmpfs rw\n"
                            "26 21 0:9 / /device rw - xfs /dev/b rw\n"
                            "27 21 0:10 / /home/a/remote rw - fuse.sshfs host:/x rw\n"
                            "28 21 0:11 / /net rw - autofs systemd-1 rw\n"
                            "29 21 0:12 / /srv rw - nfs4 host:/srv rw\n"
                            "30 21 0:13 / /sys/fs/cgroup rw - cgroup2 cgroup rw\n"
                            "x 21 0:14 / /bad rw - ext4 d rw\n"
                            "31 21 0:15 /\n"
                            "32 21 0:15 / /short rw ext4 d rw\n"
                            "33 - ext4 d rw\n"
                            "-2 21 0:15 / / rw - ext4 d rw\n"
                            " 35 21 0:15 / / rw - ext4 d rw\n"
                            "34 21 0:16 / /last rw - ext4 /dev/last rw";

static void
test_classes (void)
{
  static const struct {
    guint64 id;
    GuardianFilesMountsClass class;
  } expected[] = {
    { 21, GUARDIAN_FILES_MOUNTS_LOCAL },   { 22, GUARDIAN_FILES_MOUNTS_PSEUDO },
    { 23, GUARDIAN_FILES_MOUNTS_PSEUDO },  { 24, GUARDIAN_FILES_MOUNTS_PSEUDO },
    { 25, GUARDIAN_FILES_MOUNTS_LOCAL },   { 26, GUARDIAN_FILES_MOUNTS_LOCAL },
    { 27, GUARDIAN_FILES_MOUNTS_SLOW },    { 28, GUARDIAN_FILES_MOUNTS_PSEUDO },
    { 29, GUARDIAN_FILES_MOUNTS_SLOW },    { 30, GUARDIAN_FILES_MOUNTS_PSEUDO },
    { 31, GUARDIAN_FILES_MOUNTS_UNKNOWN }, { 32, GUARDIAN_FILES_MOUNTS_UNKNOWN },
    { 33, GUARDIAN_FILES_MOUNTS_UNKNOWN }, { 34, GUARDIAN_FILES_MOUNTS_LOCAL },
    { 35, GUARDIAN_FILES_MOUNTS_UNKNOWN }, { G_MAXUINT64 - 1, GUARDIAN_FILES_MOUNTS_UNKNOWN },
    { 0, GUARDIAN_FILES_MOUNTS_UNKNOWN },
  };
  g_autoptr (GuardianFilesMounts) mounts = guardian_files_mounts_new_parse (table, strlen (table));
  for (gsize i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      g_test_message ("mount %" G_GUINT64_FORMAT, expected[i].id);
      g_assert_cmpint (guardian_files_mounts_class (mounts, expected[i].id), ==, expected[i].class);
    }
}

static void
test_cut_off (void)
{
  for (gsize size = 0; size <= strlen (table); size++)
    {
      g_autofree char *copy = g_memdup2 (table, MAX (size, 1));
      g_autoptr (GuardianFilesMounts) mounts = guardian_files_mounts_new_parse (copy, size);
      g_assert_nonnull (mounts);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/files/mounts/classes", test_classes);
  g_test_add_func ("/files/mounts/cut-off", test_cut_off);
  return g_test_run ();
}
