/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/launch/guardian-bundle.h"

#include "common/base/cardea-autofd.h"
#include "guardian/launch/guardian-sandbox.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#define SYSTEM "/etc/ssl/certs/ca-certificates.crt" /* Debian package ca-certificates */
#define LINE 64                                     /* RFC 7468, 2 */

static gboolean
write_all (int fd, const char *text, gsize size)
{
  while (size > 0)
    {
      ssize_t written = write (fd, text, size);
      if (written < 0 && errno != EINTR)
        return FALSE;
      text += written > 0 ? written : 0;
      size -= written > 0 ? (gsize) written : 0;
    }
  return TRUE;
}

static char *
print_certificate (GBytes *der)
{
  gsize size = 0;
  const guchar *bytes = g_bytes_get_data (der, &size);
  g_autofree char *text = g_base64_encode (bytes, size);
  g_autoptr (GString) lines = g_string_new ("-----BEGIN CERTIFICATE-----\n");

  for (gsize at = 0; at < strlen (text); at += LINE)
    g_string_append_printf (lines, "%.*s\n", LINE, text + at);
  g_string_append (lines, "-----END CERTIFICATE-----\n");
  return g_string_free (g_steal_pointer (&lines), FALSE);
}

int
guardian_bundle_new (GBytes *der, GError **error)
{
  g_autofree char *own = print_certificate (der);
  g_autofree char *system = NULL;
  gsize size = 0;
  cardea_autofd int fd = memfd_create ("cardea-bundle", MFD_CLOEXEC);

  /* Without the system's it trusts this session's alone, which is all that is looked into. */
  if (!g_file_get_contents (SYSTEM, &system, &size, NULL))
    size = 0;
  if (fd >= 0 && write_all (fd, system, size) && write_all (fd, own, strlen (own))
      && lseek (fd, 0, SEEK_SET) == 0)
    return cardea_fd_steal (&fd);
  g_set_error (error, GUARDIAN_SANDBOX_ERROR, GUARDIAN_SANDBOX_ERROR_UNAVAILABLE,
               "what the program trusts cannot be written down: %s", g_strerror (errno));
  return -1;
}
