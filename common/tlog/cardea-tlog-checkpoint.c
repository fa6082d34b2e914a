/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/tlog/cardea-tlog-checkpoint.h"

#include "common/base/cardea-encoding.h"

#include <string.h>

#define MANDATORY_LINES 3u

void
cardea_tlog_checkpoint_free (CardeaTlogCheckpoint *checkpoint)
{
  if (checkpoint == NULL)
    return;
  g_free (checkpoint->origin);
  g_free (checkpoint);
}

static gboolean
refuse (GError **error, const char *what)
{
  g_set_error (error, CARDEA_TLOG_ERROR, CARDEA_TLOG_ERROR_FORMAT, "not a checkpoint: %s", what);
  return FALSE;
}

static gboolean
parse_size (const char *line, guint64 *ret)
{
  if (!g_ascii_isdigit (line[0]) || (line[0] == '0' && line[1] != '\0'))
    return FALSE;
  return g_ascii_string_to_unsigned (line, 10, 0, G_MAXINT64, ret, NULL);
}

static gboolean
parse_root (const char *line, CardeaTlogHash *ret)
{
  g_autoptr (GBytes) bytes = cardea_base64_decode (line);

  if (bytes == NULL || g_bytes_get_size (bytes) != sizeof ret->bytes)
    return FALSE;
  memcpy (ret->bytes, g_bytes_get_data (bytes, NULL), sizeof ret->bytes);
  return TRUE;
}

static gboolean
parse_lines (CardeaTlogCheckpoint *checkpoint, char **lines, GError **error)
{
  guint count = g_strv_length (lines);

  /* The text ends in a newline, so that the last element is empty. */
  if (count < MANDATORY_LINES + 1 || lines[count - 1][0] != '\0')
    return refuse (error, "fewer than three lines");
  for (guint i = 0; i + 1 < count; i++)
    if (lines[i][0] == '\0')
      return refuse (error, "an empty line");
  if (!parse_size (lines[1], &checkpoint->size))
    return refuse (error, "the second line is not a size");
  if (!parse_root (lines[2], &checkpoint->root))
    return refuse (error, "the third line is not a root hash");
  checkpoint->origin = g_strdup (lines[0]);
  return TRUE;
}

CardeaTlogCheckpoint *
cardea_tlog_checkpoint_parse (GBytes *text, GError **error)
{
  g_autoptr (CardeaTlogCheckpoint) checkpoint = g_new0 (CardeaTlogCheckpoint, 1);
  g_autofree char *copy = NULL;
  g_auto (GStrv) lines = NULL;
  gsize size;
  const char *data = g_bytes_get_data (text, &size);

  if (size == 0 || memchr (data, '\0', size) != NULL)
    {
      refuse (error, "not text");
      return NULL;
    }
  copy = g_strndup (data, size);
  lines = g_strsplit (copy, "\n", -1);
  return parse_lines (checkpoint, lines, error) ? g_steal_pointer (&checkpoint) : NULL;
}

GBytes *
cardea_tlog_checkpoint_format (const char *origin, guint64 size, const CardeaTlogHash *root)
{
  g_autofree char *encoded = cardea_base64_encode (root->bytes, sizeof root->bytes);
  char *text = g_strdup_printf ("%s\n%" G_GUINT64_FORMAT "\n%s\n", origin, size, encoded);

  return g_bytes_new_take (text, strlen (text));
}
