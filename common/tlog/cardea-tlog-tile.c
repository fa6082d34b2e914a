/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/tlog/cardea-tlog-tile.h"

#include <string.h>

char *
cardea_tlog_tile_index_path (guint64 index)
{
  GString *path = g_string_new (NULL);

  g_string_printf (path, "%03u", (guint) (index % 1000));
  for (index /= 1000; index > 0; index /= 1000)
    {
      char element[8];
      g_snprintf (element, sizeof element, "x%03u/", (guint) (index % 1000));
      g_string_prepend (path, element);
    }
  return g_string_free (path, FALSE);
}

gboolean
cardea_tlog_tile_parse_index (const char *path, guint64 *ret)
{
  g_autofree char *again = NULL;
  guint64 index = 0;

  if (strlen (path) > 7 * 5)
    return FALSE;
  for (const char *c = path; *c != '\0'; c++)
    if (g_ascii_isdigit (*c))
      {
        if (index > (G_MAXUINT64 - 9) / 10)
          return FALSE;
        index = index * 10 + (guint64) (*c - '0');
      }
  /* Writing it again checks every other character. */
  again = cardea_tlog_tile_index_path (index);
  if (strcmp (again, path) != 0)
    return FALSE;
  *ret = index;
  return TRUE;
}

char *
cardea_tlog_tile_path (const CardeaTlogTile *tile)
{
  g_autofree char *index = cardea_tlog_tile_index_path (tile->index);
  g_autofree char *level = tile->level == CARDEA_TLOG_TILE_ENTRIES
                               ? g_strdup ("entries")
                               : g_strdup_printf ("%d", tile->level);

  if (tile->width == CARDEA_TLOG_TILE_WIDTH)
    return g_strdup_printf ("tile/%s/%s", level, index);
  return g_strdup_printf ("tile/%s/%s.p/%u", level, index, tile->width);
}

gboolean
cardea_tlog_tile_parse (const char *path, CardeaTlogTile *ret)
{
  g_autofree char *index = NULL;
  g_autofree char *again = NULL;
  const char *slash, *partial;
  CardeaTlogTile tile = { .width = CARDEA_TLOG_TILE_WIDTH };

  if (!g_str_has_prefix (path, "tile/") || (slash = strchr (path + 5, '/')) == NULL)
    return FALSE;
  if (g_str_has_prefix (path, "tile/entries/"))
    tile.level = CARDEA_TLOG_TILE_ENTRIES;
  else if (slash == path + 6 && path[5] >= '0' && path[5] < '0' + (int) CARDEA_TLOG_TILE_LEVELS)
    tile.level = path[5] - '0';
  else
    return FALSE;
  partial = strstr (slash, ".p/");
  if (partial != NULL)
    tile.width = (guint) g_ascii_strtoull (partial + 3, NULL, 10);
  index = partial != NULL ? g_strndup (slash + 1, (gsize) (partial - slash - 1))
                          : g_strdup (slash + 1);
  if (tile.width == 0 || tile.width > CARDEA_TLOG_TILE_WIDTH
      || !cardea_tlog_tile_parse_index (index, &tile.index))
    return FALSE;
  again = cardea_tlog_tile_path (&tile);
  if (strcmp (again, path) != 0)
    return FALSE;
  *ret = tile;
  return TRUE;
}

guint
cardea_tlog_tile_width (int level, guint64 index, guint64 size)
{
  guint shift = level <= 0 ? 0 : CARDEA_TLOG_TILE_HEIGHT * (guint) level;
  guint64 count = shift < 64 ? size >> shift : 0;

  if (index >= count / CARDEA_TLOG_TILE_WIDTH + 1)
    return 0;
  return index < count / CARDEA_TLOG_TILE_WIDTH ? CARDEA_TLOG_TILE_WIDTH
                                                : (guint) (count % CARDEA_TLOG_TILE_WIDTH);
}

gboolean
cardea_tlog_tile_next_entry (const guint8 *data, gsize size, gsize *offset,
                             const guint8 **ret_entry, gsize *ret_size)
{
  gsize left = *offset <= size ? size - *offset : 0;
  gsize length;

  if (left < 2)
    return FALSE;
  length = (gsize) data[*offset] << 8 | data[*offset + 1];
  if (left - 2 < length)
    return FALSE;
  *ret_entry = data + *offset + 2;
  *ret_size = length;
  *offset += 2 + length;
  return TRUE;
}
