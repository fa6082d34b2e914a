/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* BMP as Windows writes it: 1, 4, 8, 16, 24 and 32 bits a pixel, not packed. Trusts no offset: all
 * rows lie in the file, or it is broken. */

#include "guardian/picture/guardian-picture-private.h"

#define FILE_HEAD 14u
#define CORE_HEAD 12u /* OS/2's, with sizes of 16 bits */
#define INFO_HEAD 40u
#define PLAIN 0u
#define BITFIELDS 3u

typedef struct {
  guint32 mask;
  guint shift;
  guint32 most; /* 0: there is no such channel */
} Channel;

typedef struct {
  const guint8 *bytes;
  gsize size;
  gsize pixels;  /* where they begin */
  gsize palette; /* where it begins */
  guint n_colours;
  guint colour; /* bytes of one in the palette */
  guint width;
  guint height;
  gboolean top_down;
  guint depth; /* bits a pixel */
  Channel channels[4];
} Bitmap;

static guint32
read_number (const Bitmap *bitmap, gsize at, guint length)
{
  guint32 value = 0;

  if (at > bitmap->size || length > bitmap->size - at)
    return 0;
  for (guint i = length; i > 0; i--)
    value = value << 8 | bitmap->bytes[at + i - 1];
  return value;
}

static void
set_channel (Channel *channel, guint32 mask)
{
  channel->mask = mask;
  channel->shift = mask != 0 ? (guint) __builtin_ctz (mask) : 0;
  channel->most = mask >> channel->shift;
}

static void
set_channels (Bitmap *bitmap, guint head, guint packing)
{
  static const guint32 of_16[] = { 0x7c00, 0x03e0, 0x001f };
  static const guint32 of_32[] = { 0xff0000, 0x00ff00, 0x0000ff };
  const guint32 *usual = bitmap->depth == 16 ? of_16 : of_32;

  for (guint i = 0; i < 3; i++)
    set_channel (&bitmap->channels[i], packing == BITFIELDS ? read_number (
                                           bitmap, FILE_HEAD + INFO_HEAD + (gsize) i * 4, 4)
                                                            : usual[i]);
  if (packing == BITFIELDS && head >= INFO_HEAD + 16)
    set_channel (&bitmap->channels[3], read_number (bitmap, FILE_HEAD + INFO_HEAD + 12, 4));
}

/* FALSE: of a kind that is not read here. */
static gboolean
read_head (Bitmap *bitmap)
{
  guint head = read_number (bitmap, FILE_HEAD, 4);
  gboolean core = head == CORE_HEAD;
  guint32 height = core ? read_number (bitmap, 20, 2) : read_number (bitmap, 22, 4);
  guint packing = core ? PLAIN : read_number (bitmap, 30, 4);
  guint used = core ? 0 : read_number (bitmap, 46, 4);

  if (!core && (head < INFO_HEAD || head > 1024))
    return FALSE;
  bitmap->pixels = read_number (bitmap, 10, 4);
  bitmap->width = core ? read_number (bitmap, 18, 2) : read_number (bitmap, 18, 4);
  bitmap->top_down = !core && (height & 0x80000000u) != 0;
  bitmap->height = bitmap->top_down ? 0u - height : height;
  bitmap->depth = core ? read_number (bitmap, 24, 2) : read_number (bitmap, 28, 2);
  bitmap->colour = core ? 3 : 4;
  bitmap->palette = FILE_HEAD + head + (packing == BITFIELDS && head == INFO_HEAD ? (gsize) 12 : 0);
  if (bitmap->depth <= 8)
    bitmap->n_colours = used > 0 && used <= 256 ? used : 1u << bitmap->depth;
  set_channels (bitmap, head, packing);
  gboolean masked = bitmap->depth == 16 || bitmap->depth == 32;
  gboolean plain = bitmap->depth == 1 || bitmap->depth == 4 || bitmap->depth == 8
                   || bitmap->depth == 24 || masked;
  return plain && (packing == PLAIN || (packing == BITFIELDS && masked));
}

static void
put_index (const Bitmap *bitmap, guint index, guint8 *pixel)
{
  guint32 colour = index < bitmap->n_colours
                       ? read_number (bitmap, bitmap->palette + (gsize) index * bitmap->colour, 3)
                       : 0;
  pixel[0] = (guint8) (colour >> 16);
  pixel[1] = (guint8) (colour >> 8);
  pixel[2] = (guint8) colour;
  pixel[3] = 255;
}

static void
put_masked (const Bitmap *bitmap, guint32 value, guint8 *pixel)
{
  for (guint i = 0; i < 4; i++)
    {
      const Channel *channel = &bitmap->channels[i];
      guint64 part = (value & channel->mask) >> channel->shift;
      pixel[i] = channel->most > 0 ? (guint8) (part * 255 / channel->most) : i == 3 ? 255 : 0;
    }
}

static void
put_row (const Bitmap *bitmap, gsize at, guint8 *pixel)
{
  for (guint x = 0; x < bitmap->width; x++, pixel += 4)
    if (bitmap->depth <= 8)
      {
        guint per_byte = 8 / bitmap->depth;
        guint shift = (per_byte - 1 - x % per_byte) * bitmap->depth;
        guint byte = bitmap->bytes[at + x / per_byte];
        put_index (bitmap, byte >> shift & ((1u << bitmap->depth) - 1), pixel);
      }
    else
      put_masked (bitmap,
                  read_number (bitmap, at + (gsize) x * bitmap->depth / 8, bitmap->depth / 8),
                  pixel);
}

GuardianPicture *
guardian_picture_decode_bmp (const guint8 *bytes, gsize size, guint edge, GError **error)
{
  Bitmap bitmap = { .bytes = bytes, .size = size };

  if (size < FILE_HEAD + CORE_HEAD || !read_head (&bitmap))
    return guardian_picture_broken ("it is of a kind that is not read here", error);
  if (!guardian_picture_check_size (bitmap.width, bitmap.height, error))
    return NULL;
  gsize row = ((gsize) bitmap.width * bitmap.depth + 31) / 32 * 4;
  if (bitmap.pixels > size || row * bitmap.height > size - bitmap.pixels)
    return guardian_picture_broken ("it is cut off", error);
  GuardianPicture *picture = guardian_picture_new (bitmap.width, bitmap.height, error);
  for (guint y = 0; picture != NULL && y < bitmap.height; y++)
    put_row (&bitmap, bitmap.pixels + row * (bitmap.top_down ? y : bitmap.height - 1 - y),
             picture->rgba + (gsize) y * bitmap.width * 4);
  return picture;
}
