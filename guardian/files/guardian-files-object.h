/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* What identifies a file or folder on this machine: device and inode. */
typedef struct {
  guint64 dev; /* as st_dev */
  guint64 ino;
} GuardianFilesId;

typedef enum {
  GUARDIAN_FILES_KIND_FILE,
  GUARDIAN_FILES_KIND_FOLDER,
  GUARDIAN_FILES_KIND_LINK,
  GUARDIAN_FILES_KIND_OTHER, /* pipe, socket, device: never opened */
} GuardianFilesKind;

typedef struct {
  GuardianFilesId id;
  guint64 mount; /* stx_mnt_id */
  gint64 size;
  gint64 mtime_ns;
  gint64 ctime_ns;
  gint64 nlink;
  guint mode;
  guint uid;
  GuardianFilesKind kind;
} GuardianFilesInfo;

/* An object that is held: whatever happens to its name, fd stays what was decided about. */
typedef struct {
  int fd;          /* O_PATH; owned */
  char *path;      /* the real path at the time of the walk: bytes, absolute */
  gboolean linked; /* a symbolic link was followed on the way */
  GuardianFilesInfo info;
  GuardianFilesId *parents; /* of every folder above, nearest first */
  gsize n_parents;
} GuardianFilesObject;

void guardian_files_object_free (GuardianFilesObject *object);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GuardianFilesObject, guardian_files_object_free)

gboolean guardian_files_id_equal (const GuardianFilesId *a, const GuardianFilesId *b);
/* For GHashTable: keys are GuardianFilesId. */
guint guardian_files_id_hash (gconstpointer id);
gboolean guardian_files_id_equal_cb (gconstpointer a, gconstpointer b);

/* statx(2) of name in folder fd without following a link (name "": fd itself). wait FALSE never
 * asks a server. FALSE with errno. */
gboolean guardian_files_info_read (int fd, const char *name, gboolean wait,
                                   GuardianFilesInfo *ret_info) G_GNUC_WARN_UNUSED_RESULT;
