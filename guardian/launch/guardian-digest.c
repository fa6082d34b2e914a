/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: that a file whose device, inode, size, mtime and ctime are the same has the same content.
 * Refuses: what is not a regular file.
 * Known gaps: in user mode the user can replace our programs; the digest says what ran. */

#include "guardian/launch/guardian-digest.h"

#include "common/base/cardea-autofd.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

G_DEFINE_QUARK (guardian - digest - error - quark, guardian_digest_error)

#define PIECE (64 * 1024)

typedef struct {
  struct stat st;
  char *sha256;
} Entry;

struct _GuardianDigests {
  GHashTable *entries; /* path → Entry */
};

static void
entry_free (gpointer data)
{
  Entry *entry = data;
  g_free (entry->sha256);
  g_free (entry);
}

GuardianDigests *
guardian_digests_new (void)
{
  GuardianDigests *digests = g_new0 (GuardianDigests, 1);
  digests->entries = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, entry_free);
  return digests;
}

void
guardian_digests_free (GuardianDigests *digests)
{
  g_hash_table_unref (digests->entries);
  g_free (digests);
}

static gboolean
is_same (const struct stat *a, const struct stat *b)
{
  return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size
         && a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec
         && a->st_ctim.tv_sec == b->st_ctim.tv_sec && a->st_ctim.tv_nsec == b->st_ctim.tv_nsec;
}

static char *
compute (int fd)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree guchar *piece = g_malloc (PIECE);
  ssize_t size;

  while ((size = read (fd, piece, PIECE)) > 0)
    g_checksum_update (checksum, piece, size);
  return size == 0 ? g_strdup (g_checksum_get_string (checksum)) : NULL;
}

gboolean
guardian_digests_get (GuardianDigests *digests, const char *path, GuardianDigest *ret,
                      GError **error)
{
  cardea_autofd int fd = open (path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
  struct stat st = { 0 };
  int result = fd >= 0 ? fstat (fd, &st) : -1;
  Entry *entry = g_hash_table_lookup (digests->entries, path);

  if (result == 0 && (entry == NULL || !is_same (&entry->st, &st)))
    {
      errno = EINVAL;
      g_autofree char *sha256 = S_ISREG (st.st_mode) ? compute (fd) : NULL;
      result = sha256 != NULL ? 0 : -1;
      if (result == 0)
        {
          entry = g_new0 (Entry, 1);
          entry->st = st;
          entry->sha256 = g_steal_pointer (&sha256);
          g_hash_table_replace (digests->entries, g_strdup (path), entry);
        }
    }
  if (result != 0)
    {
      g_set_error (error, GUARDIAN_DIGEST_ERROR, GUARDIAN_DIGEST_ERROR_UNREADABLE,
                   "%s cannot be read: %s", path, g_strerror (errno));
      return FALSE;
    }
  *ret = (GuardianDigest){ st.st_dev, st.st_ino, entry->sha256 };
  return TRUE;
}
