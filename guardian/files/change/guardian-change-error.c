/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/files/change/guardian-change-error.h"

#include <errno.h>

static const struct {
  int number;
  GuardianFilesError code;
  const char *reason;
} reasons[] = {
  { ENOSPC, GUARDIAN_FILES_ERROR_UNAVAILABLE, "the disk is full" },
  { EDQUOT, GUARDIAN_FILES_ERROR_UNAVAILABLE, "your share of the disk is used up" },
  { EFBIG, GUARDIAN_FILES_ERROR_UNAVAILABLE, "the file would be larger than is allowed" },
  { EROFS, GUARDIAN_FILES_ERROR_UNSUITABLE, "the disk cannot be written to" },
  { EACCES, GUARDIAN_FILES_ERROR_UNSUITABLE, "the system does not permit you to change it" },
  { EPERM, GUARDIAN_FILES_ERROR_UNSUITABLE, "the system does not permit you to change it" },
  { EXDEV, GUARDIAN_FILES_ERROR_UNSUITABLE, "it would have to move to another disk" },
  { EMLINK, GUARDIAN_FILES_ERROR_UNSUITABLE, "the folder cannot hold any more" },
  { EBUSY, GUARDIAN_FILES_ERROR_UNSUITABLE, "the system holds it: it may be a mounted disk" },
  { ENOENT, GUARDIAN_FILES_ERROR_CHANGED, "it vanished in the meantime" },
  { ENOTDIR, GUARDIAN_FILES_ERROR_CHANGED, "it was replaced in the meantime" },
  { EEXIST, GUARDIAN_FILES_ERROR_CHANGED, "something of that name appeared in the meantime" },
  { ENOTEMPTY, GUARDIAN_FILES_ERROR_CHANGED, "the folder is not empty any more" },
  { ECANCELED, GUARDIAN_FILES_ERROR_UNAVAILABLE, "it takes too long" },
  { EIO, GUARDIAN_FILES_ERROR_UNAVAILABLE, "the disk reports an error" },
};

gboolean
guardian_change_error_set (GError **error, GuardianFilesError code, const char *reason)
{
  g_set_error_literal (error, GUARDIAN_FILES_ERROR, code, reason);
  return FALSE;
}

gboolean
guardian_change_error_set_errno (GError **error, int errno_value)
{
  for (gsize i = 0; i < G_N_ELEMENTS (reasons); i++)
    if (reasons[i].number == errno_value)
      return guardian_change_error_set (error, reasons[i].code, reasons[i].reason);
  guardian_files_error_set_errno (error, errno_value);
  return FALSE;
}
