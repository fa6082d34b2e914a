/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/files/change/guardian-change-open.h"

#include "common/base/cardea-autofd.h"
#include "guardian/files/change/guardian-change-error.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

CardeaSecret *
guardian_change_open_key (int memfd, GError **error)
{
  struct stat st;
  CardeaSecret *key = cardea_secret_new (GUARDIAN_CHANGE_RECORD_KEY);
  if (key != NULL && memfd >= 0 && fstat (memfd, &st) == 0
      && st.st_size == GUARDIAN_CHANGE_RECORD_KEY
      && pread (memfd, cardea_secret_writable (key), GUARDIAN_CHANGE_RECORD_KEY, 0)
             == GUARDIAN_CHANGE_RECORD_KEY)
    return key;
  g_clear_pointer (&key, cardea_secret_unref);
  (void) guardian_change_error_set (error, GUARDIAN_FILES_ERROR_UNAVAILABLE,
                                    "the undo store's key is not what it must be");
  return NULL;
}

GuardianChangeStore *
guardian_change_open (const char *folder, const CardeaSecret *key, gint64 max_bytes, guint days,
                      GError **error)
{
  struct stat st;
  if (folder[0] != '/' || g_mkdir_with_parents (folder, 0700) != 0)
    {
      (void) guardian_change_error_set_errno (error, folder[0] == '/' ? errno : EINVAL);
      return NULL;
    }
  cardea_autofd int fd = open (folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0 || fstat (fd, &st) != 0)
    {
      (void) guardian_change_error_set_errno (error, errno);
      return NULL;
    }
  if (st.st_uid != geteuid () || (st.st_mode & (S_IWGRP | S_IWOTH)) != 0)
    {
      (void) guardian_change_error_set (error, GUARDIAN_FILES_ERROR_UNAVAILABLE,
                                        "others may write the folder of the undo store");
      return NULL;
    }
  /* Another worker may still hang in a disk that does not answer, with a change half done. */
  if (flock (fd, LOCK_EX | LOCK_NB) != 0)
    {
      (void) guardian_change_error_set (error, GUARDIAN_FILES_ERROR_UNAVAILABLE,
                                        "the undo store is in use by another process");
      return NULL;
    }
  return guardian_change_store_new (cardea_fd_steal (&fd), key, max_bytes, days, error);
}
