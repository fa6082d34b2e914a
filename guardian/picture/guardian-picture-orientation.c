/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* How a camera was held (Exif 2.3, 4.6.4: tag 0x0112 of the first directory). Everything else in
 * there, places and names among it, is passed over. */

#include "guardian/picture/guardian-picture-private.h"

#include <string.h>

#define MARK_EXIF 0xe1
#define MARK_SCAN 0xda
#define TAG_ORIENTATION 0x0112
#define ENTRY 12u /* bytes of one entry of a directory */

typedef struct {
  const guint8 *bytes;
  gsize size;
  gboolean little;
} Tiff;

/* 0 beyond the end: no tag, no count and no offset that means something. */
static guint
read_number (const Tiff *tiff, gsize at, guint length)
{
  guint value = 0;

  if (at > tiff->size || length > tiff->size - at)
    return 0;
  for (guint i = 0; i < length; i++)
    value = value << 8 | tiff->bytes[at + (tiff->little ? length - 1 - i : i)];
  return value;
}

static guint
read_directory (const guint8 *bytes, gsize size)
{
  Tiff tiff = { bytes, size, size >= 8 && bytes[0] == 'I' };

  if (size < 8 || (memcmp (bytes, "II*", 4) != 0 && memcmp (bytes, "MM\0*", 4) != 0))
    return 1;
  gsize at = read_number (&tiff, 4, 4);
  guint count = read_number (&tiff, at, 2);
  for (guint i = 0; i < count && at + 2 + (i + 1) * ENTRY <= size; i++)
    if (read_number (&tiff, at + 2 + i * ENTRY, 2) == TAG_ORIENTATION)
      {
        guint value = read_number (&tiff, at + 2 + i * ENTRY + 8, 2);
        return value >= 1 && value <= 8 ? value : 1;
      }
  return 1;
}

guint
guardian_picture_orientation (const guint8 *bytes, gsize size)
{
  for (gsize at = 2; at + 4 <= size && bytes[at] == 0xff && bytes[at + 1] != MARK_SCAN;)
    {
      gsize length = (gsize) bytes[at + 2] << 8 | bytes[at + 3];
      if (length < 2 || length > size - at - 2)
        return 1;
      if (bytes[at + 1] == MARK_EXIF && length >= 8 && memcmp (bytes + at + 4, "Exif\0", 6) == 0)
        return read_directory (bytes + at + 10, length - 8);
      at += 2 + length;
    }
  return 1;
}
