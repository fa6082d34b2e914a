/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/cli/ui-cli-bytes.h"

#include "common/base/cardea-autofd.h"
#include "ui/cli/ui-cli.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

#define PIECE 65536u

static gboolean
fail (GError **error, const char *path, const char *what)
{
  g_set_error (error, UI_CLI_ERROR, UI_CLI_ERROR_FAILED, "%s: %s", path, what);
  return FALSE;
}

static gboolean
read_all (int fd, GByteArray *bytes, gsize max, const char *path, GError **error)
{
  guint8 piece[PIECE];
  for (;;)
    {
      ssize_t n = read (fd, piece, sizeof piece);
      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return fail (error, path, g_strerror (errno));
      if (n == 0)
        return TRUE;
      if ((gsize) n > max - bytes->len)
        return fail (error, path, _ ("it is too big: split it"));
      g_byte_array_append (bytes, piece, (guint) n);
    }
}

GBytes *
ui_cli_bytes_read (const char *path, gsize max, GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  gboolean standard = strcmp (path, "-") == 0;
  cardea_autofd int opened = standard ? -1 : open (path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
  if (!standard && opened < 0)
    {
      (void) fail (error, path, g_strerror (errno));
      return NULL;
    }
  if (!read_all (standard ? STDIN_FILENO : opened, bytes, max, path, error))
    return NULL;
  return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
}
