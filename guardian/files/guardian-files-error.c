/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/files/guardian-files-error.h"

#include <errno.h>

G_DEFINE_QUARK (guardian - files - error - quark, guardian_files_error)

static const char *const codes[] = {
  [GUARDIAN_FILES_ERROR_NOT_FOUND] = "not-found",
  [GUARDIAN_FILES_ERROR_AMBIGUOUS] = "ambiguous",
  [GUARDIAN_FILES_ERROR_UNSUITABLE] = "unsuitable",
  [GUARDIAN_FILES_ERROR_DENIED] = "denied",
  [GUARDIAN_FILES_ERROR_CHANGED] = "changed",
  [GUARDIAN_FILES_ERROR_STALE] = "stale",
  [GUARDIAN_FILES_ERROR_BUSY] = "busy",
  [GUARDIAN_FILES_ERROR_UNAVAILABLE] = "unavailable",
  [GUARDIAN_FILES_ERROR_CANCELLED] = "unanswered",
  [GUARDIAN_FILES_ERROR_INTERNAL] = "internal",
  [GUARDIAN_FILES_ERROR_WOULD_BLOCK] = "internal",
};

/* What the kernel says, in words for the person. Anything else is an unexpected answer. */
static const struct {
  int number;
  GuardianFilesError code;
  const char *reason;
} reasons[] = {
  { ENOENT, GUARDIAN_FILES_ERROR_NOT_FOUND, "there is no file or folder of that name" },
  { ENOTDIR, GUARDIAN_FILES_ERROR_NOT_FOUND, "a part of the path is a file, not a folder" },
  { EACCES, GUARDIAN_FILES_ERROR_UNSUITABLE, "the system does not permit you to open it" },
  { EPERM, GUARDIAN_FILES_ERROR_UNSUITABLE, "the system does not permit you to open it" },
  { ELOOP, GUARDIAN_FILES_ERROR_UNSUITABLE, "its symbolic links lead in a circle" },
  { ENAMETOOLONG, GUARDIAN_FILES_ERROR_UNSUITABLE, "the path, or a name in it, is too long" },
  { ENXIO, GUARDIAN_FILES_ERROR_UNSUITABLE, "it is a pipe, a socket or a device, not a file" },
  { ENODEV, GUARDIAN_FILES_ERROR_UNSUITABLE, "it is a pipe, a socket or a device, not a file" },
  { EISDIR, GUARDIAN_FILES_ERROR_UNSUITABLE, "it is a folder, not a file" },
  { EILSEQ, GUARDIAN_FILES_ERROR_UNSUITABLE, "the disk cannot hold a file of that name" },
  { EINVAL, GUARDIAN_FILES_ERROR_UNSUITABLE, "the disk cannot hold a file of that name" },
  { EWOULDBLOCK, GUARDIAN_FILES_ERROR_BUSY, "another program holds it at the moment" },
  { EMFILE, GUARDIAN_FILES_ERROR_BUSY, "too many files are open" },
  { ENFILE, GUARDIAN_FILES_ERROR_BUSY, "too many files are open" },
  { ENOMEM, GUARDIAN_FILES_ERROR_BUSY, "the system is short of memory" },
  { ENOSPC, GUARDIAN_FILES_ERROR_BUSY, "the system is short of memory" },
  { ESTALE, GUARDIAN_FILES_ERROR_CHANGED, "it vanished in the meantime" },
  { EIO, GUARDIAN_FILES_ERROR_UNAVAILABLE, "the disk reports a read error" },
  { ETIMEDOUT, GUARDIAN_FILES_ERROR_UNAVAILABLE, "the disk or server does not answer" },
  { EHOSTDOWN, GUARDIAN_FILES_ERROR_UNAVAILABLE, "the disk or server does not answer" },
  { EHOSTUNREACH, GUARDIAN_FILES_ERROR_UNAVAILABLE, "the disk or server does not answer" },
  { ENOTCONN, GUARDIAN_FILES_ERROR_UNAVAILABLE, "the disk or server does not answer" },
  { ENOKEY, GUARDIAN_FILES_ERROR_UNSUITABLE, "it is encrypted and its key is not loaded" },
};

const char *
guardian_files_error_code (const GError *error)
{
  if (error == NULL || error->domain != GUARDIAN_FILES_ERROR || error->code < 0
      || (gsize) error->code >= G_N_ELEMENTS (codes))
    return "internal";
  return codes[error->code];
}

void
guardian_files_error_set_errno (GError **error, int errno_value)
{
  for (gsize i = 0; i < G_N_ELEMENTS (reasons); i++)
    if (reasons[i].number == errno_value)
      {
        g_set_error_literal (error, GUARDIAN_FILES_ERROR, reasons[i].code, reasons[i].reason);
        return;
      }
  g_set_error (error, GUARDIAN_FILES_ERROR, GUARDIAN_FILES_ERROR_UNAVAILABLE,
               "the system answered: %s", g_strerror (errno_value));
}

void
guardian_files_error_set_busy (GError **error)
{
  g_clear_error (error);
  g_set_error_literal (error, GUARDIAN_FILES_ERROR, GUARDIAN_FILES_ERROR_BUSY,
                       "too much is being waited for: a disk or server may not answer");
}
