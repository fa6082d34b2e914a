/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/files/guardian-files-object.h"

#include "common/base/cardea-autofd.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#define NANOSECONDS 1000000000LL

void
guardian_files_object_free (GuardianFilesObject *object)
{
  if (object == NULL)
    return;
  cardea_fd_clear (&object->fd);
  g_free (object->path);
  g_free (object->parents);
  g_free (object);
}

gboolean
guardian_files_id_equal (const GuardianFilesId *a, const GuardianFilesId *b)
{
  return a->dev == b->dev && a->ino == b->ino;
}

guint
guardian_files_id_hash (gconstpointer id)
{
  const GuardianFilesId *self = id;
  guint64 mixed = (self->ino ^ (self->dev << 40)) * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);
  return (guint) (mixed >> 32);
}

gboolean
guardian_files_id_equal_cb (gconstpointer a, gconstpointer b)
{
  return guardian_files_id_equal (a, b);
}

static GuardianFilesKind
kind_of_mode (guint mode)
{
  switch (mode & S_IFMT)
    {
    case S_IFREG:
      return GUARDIAN_FILES_KIND_FILE;
    case S_IFDIR:
      return GUARDIAN_FILES_KIND_FOLDER;
    case S_IFLNK:
      return GUARDIAN_FILES_KIND_LINK;
    default:
      return GUARDIAN_FILES_KIND_OTHER;
    }
}

gboolean
guardian_files_info_read (int fd, const char *name, gboolean wait, GuardianFilesInfo *ret_info)
{
  struct statx st;
  int flags = AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT;
  flags |= wait ? AT_STATX_SYNC_AS_STAT : AT_STATX_DONT_SYNC;
  if (statx (fd, name, flags, STATX_BASIC_STATS | STATX_MNT_ID, &st) != 0)
    return FALSE;

  *ret_info = (GuardianFilesInfo){
    .id = { .dev = makedev (st.stx_dev_major, st.stx_dev_minor), .ino = st.stx_ino },
    .mount = st.stx_mnt_id,
    .size = st.stx_size,
    .mtime_ns = st.stx_mtime.tv_sec * NANOSECONDS + st.stx_mtime.tv_nsec,
    .ctime_ns = st.stx_ctime.tv_sec * NANOSECONDS + st.stx_ctime.tv_nsec,
    .nlink = st.stx_nlink,
    .mode = st.stx_mode,
    .uid = st.stx_uid,
    .kind = kind_of_mode (st.stx_mode),
  };
  return TRUE;
}
