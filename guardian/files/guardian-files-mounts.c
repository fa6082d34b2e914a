/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/files/guardian-files-mounts.h"

#include "guardian/files/guardian-files-error.h"

#include <errno.h>
#include <string.h>

#define LIMIT_MOUNTS 20000 /* the rest is unknown, and so refused */

struct _GuardianFilesMounts {
  GHashTable *classes; /* guint64 mount id → class */
};

/* What stands nowhere is slow: it is
 * served, but nobody waits for it. */
static const struct {
  const char *type;
  GuardianFilesMountsClass class;
} types[] = {
  { "anon_inodefs", GUARDIAN_FILES_MOUNTS_PSEUDO }, { "autofs", GUARDIAN_FILES_MOUNTS_PSEUDO },
  { "bcachefs", GUARDIAN_FILES_MOUNTS_LOCAL },      { "bdev", GUARDIAN_FILES_MOUNTS_PSEUDO },
  { "binder", GUARDIAN_FILES_MOUNTS_PSEUDO },       { "binfmt_misc", GUARDIAN_FILES_MOUNTS_PSEUDO },
  { "bpf", GUARDIAN_FILES_MOUNTS_PSEUDO },          { "btrfs", GUARDIAN_FILES_MOUNTS_LOCAL },
  { "cgroup", GUARDIAN_FILES_MOUNTS_PSEUDO },       { "cgroup2", GUARDIAN_FILES_MOUNTS_PSEUDO },
  { "configfs", GUARDIAN_FILES_MOUNTS_PSEUDO },     { "cpuset", GUARDIAN_FILES_MOUNTS_PSEUDO },
  { "debugfs", GUARDIAN_FILES_MOUNTS_PSEUDO },      { "devpts", GUARDIAN_FILES_MOUNTS_PSEUDO },
  { "devtmpfs", GUARDIAN_FILES_MOUNTS_PSEUDO },     { "efivarfs", GUARDIAN_FILES_MOUNTS_PSEUDO },
  { "erofs", GUARDIAN_FILES_MOUNTS_LOCAL },         { "exfat", GUARDIAN_FILES_MOUNTS_LOCAL },
  { "ext2", GUARDIAN_FILES_MOUNTS_LOCAL },          { "ext3", GUARDIAN_FILES_MOUNTS_LOCAL },
  { "ext4", GUARDIAN_FILES_MOUNTS_LOCAL },          { "f2fs", GUARDIAN_FILES_MOUNTS_LOCAL },
  { "functionfs", GUARDIAN_FILES_MOUNTS_PSEUDO },   { "fusectl", GUARDIAN_FILES_MOUNTS_PSEUDO },
  { "hfsplus", GUARDIAN_FILES_MOUNTS_LOCAL },       { "hugetlbfs", GUARDIAN_FILES_MOUNTS_PSEUDO },
  { "iso9660", GUARDIAN_FILES_MOUNTS_LOCAL },       { "jfs", GUARDIAN_FILES_MOUNTS_LOCAL },
  { "mqueue", GUARDIAN_FILES_MOUNTS_PSEUDO },       { "nfsd", GUARDIAN_FILES_MOUNTS_PSEUDO },
  { "nsfs", GUARDIAN_FILES_MOUNTS_PSEUDO },         { "ntfs3", GUARDIAN_FILES_MOUNTS_LOCAL },
  { "overlay", GUARDIAN_FILES_MOUNTS_LOCAL },       { "pidfs", GUARDIAN_FILES_MOUNTS_PSEUDO },
  { "pipefs", GUARDIAN_FILES_MOUNTS_PSEUDO },       { "proc", GUARDIAN_FILES_MOUNTS_PSEUDO },
  { "pstore", GUARDIAN_FILES_MOUNTS_PSEUDO },       { "ramfs", GUARDIAN_FILES_MOUNTS_LOCAL },
  { "resctrl", GUARDIAN_FILES_MOUNTS_PSEUDO },      { "rpc_pipefs", GUARDIAN_FILES_MOUNTS_PSEUDO },
  { "securityfs", GUARDIAN_FILES_MOUNTS_PSEUDO },   { "selinuxfs", GUARDIAN_FILES_MOUNTS_PSEUDO },
  { "smackfs", GUARDIAN_FILES_MOUNTS_PSEUDO },      { "sockfs", GUARDIAN_FILES_MOUNTS_PSEUDO },
  { "squashfs", GUARDIAN_FILES_MOUNTS_LOCAL },      { "sysfs", GUARDIAN_FILES_MOUNTS_PSEUDO },
  { "tmpfs", GUARDIAN_FILES_MOUNTS_LOCAL },         { "tracefs", GUARDIAN_FILES_MOUNTS_PSEUDO },
  { "udf", GUARDIAN_FILES_MOUNTS_LOCAL },           { "vfat", GUARDIAN_FILES_MOUNTS_LOCAL },
  { "xfs", GUARDIAN_FILES_MOUNTS_LOCAL },           { "zfs", GUARDIAN_FILES_MOUNTS_LOCAL },
};

/* In containers /dev is a tmpfs like any other: the place decides, too. */
static const char *const pseudo_places[] = { "/dev", "/proc", "/sys" };

static GuardianFilesMountsClass
classify (const char *type, const char *place)
{
  for (gsize i = 0; i < G_N_ELEMENTS (pseudo_places); i++)
    {
      gsize length = strlen (pseudo_places[i]);
      if (strncmp (place, pseudo_places[i], length) == 0
          && (place[length] == '\0' || place[length] == '/'))
        return GUARDIAN_FILES_MOUNTS_PSEUDO;
    }
  for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
    if (strcmp (types[i].type, type) == 0)
      return types[i].class;
  return GUARDIAN_FILES_MOUNTS_SLOW;
}

/* "36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue". The place has
 * octal escapes for white space; that cannot matter to the three places above. */
static void
parse_line (GuardianFilesMounts *mounts, char *line)
{
  char *rest = line;
  char *end = NULL;
  guint64 id = g_ascii_strtoull (line, &end, 10);
  if (!g_ascii_isdigit (line[0]) || *end != ' ') /* "-2" would be a number, too */
    return;

  char *dash = strstr (line, " - ");
  const char *place = NULL;
  for (guint field = 0; rest != NULL && field < 5; field++)
    {
      place = strsep (&rest, " ");
      if (dash != NULL && rest != NULL && rest > dash)
        return;
    }
  if (dash == NULL || rest == NULL)
    return;

  char *type = dash + strlen (" - ");
  type[strcspn (type, " ")] = '\0';
  guint64 *key = g_new (guint64, 1);
  *key = id;
  g_hash_table_insert (mounts->classes, key, GINT_TO_POINTER (classify (type, place)));
}

GuardianFilesMounts *
guardian_files_mounts_new_parse (const char *text, gsize size)
{
  GuardianFilesMounts *mounts = g_new0 (GuardianFilesMounts, 1);
  mounts->classes = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);

  const char *end = text + size;
  while (text < end && g_hash_table_size (mounts->classes) < LIMIT_MOUNTS)
    {
      const char *newline = memchr (text, '\n', end - text);
      gsize length = (newline != NULL ? newline : end) - text;
      g_autofree char *line = g_strndup (text, length);
      parse_line (mounts, line);
      text += length + 1;
    }
  return mounts;
}

GuardianFilesMounts *
guardian_files_mounts_new (GError **error)
{
  g_autofree char *text = NULL;
  gsize size = 0;
  if (!g_file_get_contents ("/proc/self/mountinfo", &text, &size, NULL))
    {
      g_set_error_literal (error, GUARDIAN_FILES_ERROR, GUARDIAN_FILES_ERROR_UNAVAILABLE,
                           "the list of mounted file systems cannot be read");
      return NULL;
    }
  return guardian_files_mounts_new_parse (text, size);
}

void
guardian_files_mounts_free (GuardianFilesMounts *mounts)
{
  if (mounts == NULL)
    return;
  g_hash_table_unref (mounts->classes);
  g_free (mounts);
}

GuardianFilesMountsClass
guardian_files_mounts_class (const GuardianFilesMounts *mounts, guint64 id)
{
  return GPOINTER_TO_INT (g_hash_table_lookup (mounts->classes, &id));
}
