/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* GIF89a, its first picture. Trusts no length and no code: each is held against what is there.
 * What breaks off in the middle is shown as far as it goes. */

#include "guardian/picture/guardian-picture-private.h"

#define MAX_CODES 4096u
#define NO_CODE MAX_CODES

typedef struct {
  const guint8 *bytes;
  gsize size;
  gsize at;
} Reader;

typedef struct {
  guint left;
  guint top;
  guint width;
  guint height;
  gboolean interlaced;
  const guint8 *colours; /* three bytes each */
  guint n_colours;
  gint transparent; /* an index; -1: none */
} Frame;

/* Codes of growing length, across blocks of at most 255 bytes. */
typedef struct {
  Reader *reader;
  guint block; /* bytes that are left of it */
  guint32 bits;
  guint n_bits;
} Codes;

typedef struct {
  guint16 before[MAX_CODES];
  guint8 last[MAX_CODES];
  guint8 stack[MAX_CODES];
} Table;

static gboolean
has (const Reader *reader, gsize length)
{
  return length <= reader->size - reader->at;
}

static guint
read_16 (const Reader *reader, gsize offset)
{
  const guint8 *at = reader->bytes + reader->at + offset;
  return at[0] | (guint) at[1] << 8;
}

static void
skip_blocks (Reader *reader)
{
  while (has (reader, 1) && reader->bytes[reader->at] > 0)
    reader->at += MIN (1u + reader->bytes[reader->at], reader->size - reader->at);
  reader->at += has (reader, 1) ? 1 : 0;
}

static gint
next_code (Codes *codes, guint length)
{
  Reader *reader = codes->reader;
  while (codes->n_bits < length)
    {
      if (!has (reader, 1))
        return -1;
      if (codes->block == 0)
        {
          codes->block = reader->bytes[reader->at++];
          if (codes->block == 0 || !has (reader, 1))
            return -1;
        }
      codes->bits |= (guint32) reader->bytes[reader->at++] << codes->n_bits;
      codes->n_bits += 8;
      codes->block--;
    }
  guint code = codes->bits & ((1u << length) - 1);
  codes->bits >>= length;
  codes->n_bits -= length;
  return (gint) code;
}

/* Where the row that comes as the n-th belongs. */
static guint
place_row (const Frame *frame, guint n)
{
  static const struct {
    guint first;
    guint step;
  } passes[] = { { 0, 8 }, { 4, 8 }, { 2, 4 }, { 1, 2 } };

  if (!frame->interlaced)
    return n;
  for (gsize i = 0; i < G_N_ELEMENTS (passes); i++)
    {
      guint rows = frame->height > passes[i].first
                       ? (frame->height - passes[i].first - 1) / passes[i].step + 1
                       : 0;
      if (n < rows)
        return passes[i].first + n * passes[i].step;
      n -= rows;
    }
  return frame->height;
}

static void
put_pixel (GuardianPicture *picture, const Frame *frame, guint64 n, guint index)
{
  guint64 x = frame->left + n % frame->width;
  guint64 y = frame->top + (guint64) place_row (frame, (guint) (n / frame->width));

  if (x >= picture->width || y >= picture->height || (gint) index == frame->transparent
      || index >= frame->n_colours)
    return;
  guint8 *pixel = picture->rgba + (y * picture->width + x) * 4;
  for (guint i = 0; i < 3; i++)
    pixel[i] = frame->colours[index * 3 + i];
  pixel[3] = 255;
}

/* Appendix F. Returns how many pixels there were. */
static guint64
unpack (Reader *reader, GuardianPicture *picture, const Frame *frame, guint least, Table *table)
{
  Codes codes = { .reader = reader };
  const guint clear = 1u << least, end = clear + 1;
  const guint64 total = (guint64) frame->width * frame->height;
  guint next = clear + 2, length = least + 1, former = NO_CODE;
  guint8 first = 0;
  guint64 n = 0;

  while (n < total)
    {
      gint read = next_code (&codes, length);
      guint code = (guint) read, depth = 0;
      if (read < 0 || code == end || (code > next) || (code == next && former == NO_CODE))
        break;
      if (code == clear)
        {
          next = clear + 2;
          length = least + 1;
          former = NO_CODE;
          continue;
        }
      guint at = code;
      if (code == next)
        {
          table->stack[depth++] = first;
          at = former;
        }
      for (; at > end && depth < MAX_CODES - 1; at = table->before[at])
        table->stack[depth++] = table->last[at];
      if (at >= clear)
        break;
      first = (guint8) at;
      table->stack[depth++] = first;
      while (depth > 0 && n < total)
        put_pixel (picture, frame, n++, table->stack[--depth]);
      if (former != NO_CODE && next < MAX_CODES)
        {
          table->before[next] = (guint16) former;
          table->last[next] = first;
          next++;
          if (next == 1u << length && length < 12)
            length++;
        }
      former = code;
    }
  return n;
}

static const guint8 *
take_colours (Reader *reader, guint flags, guint *ret_count)
{
  const guint8 *colours = reader->bytes + reader->at;
  guint count = 2u << (flags & 7);

  if ((flags & 0x80) == 0)
    return NULL;
  if (!has (reader, (gsize) count * 3))
    count = (guint) ((reader->size - reader->at) / 3);
  reader->at += (gsize) count * 3;
  *ret_count = count;
  return colours;
}

/* Up to the first picture's data. FALSE: there is none. */
static gboolean
find_frame (Reader *reader, Frame *frame)
{
  while (has (reader, 2))
    {
      guint8 kind = reader->bytes[reader->at];
      if (kind == 0x2c)
        break;
      if (kind != 0x21)
        return FALSE;
      gboolean control = reader->bytes[reader->at + 1] == 0xf9;
      reader->at += 2;
      if (control && has (reader, 5) && (reader->bytes[reader->at + 1] & 1) != 0)
        frame->transparent = reader->bytes[reader->at + 4];
      skip_blocks (reader);
    }
  if (!has (reader, 10))
    return FALSE;
  frame->left = read_16 (reader, 1);
  frame->top = read_16 (reader, 3);
  frame->width = read_16 (reader, 5);
  frame->height = read_16 (reader, 7);
  guint flags = reader->bytes[reader->at + 9];
  frame->interlaced = (flags & 0x40) != 0;
  reader->at += 10;
  guint n_colours = 0;
  const guint8 *colours = take_colours (reader, flags, &n_colours);
  if (colours != NULL)
    {
      frame->colours = colours;
      frame->n_colours = n_colours;
    }
  return frame->width > 0 && frame->height > 0 && has (reader, 1);
}

GuardianPicture *
guardian_picture_decode_gif (const guint8 *bytes, gsize size, guint edge, GError **error)
{
  Reader reader = { bytes, size, 6 };
  Frame frame = { .transparent = -1 };

  if (size < 13)
    return guardian_picture_broken ("its head is cut off", error);
  guint width = read_16 (&reader, 0), height = read_16 (&reader, 2);
  guint flags = bytes[10];
  reader.at = 13;
  frame.colours = take_colours (&reader, flags, &frame.n_colours);
  if (!find_frame (&reader, &frame) || frame.colours == NULL)
    return guardian_picture_broken ("there is no picture in it", error);
  if (!guardian_picture_check_size (frame.width, frame.height, error))
    return NULL;
  g_autoptr (GuardianPicture) picture = guardian_picture_new (
      width > 0 ? width : frame.width, height > 0 ? height : frame.height, error);
  if (picture == NULL)
    return NULL;
  guint least = bytes[reader.at++];
  if (least < 1 || least > 8)
    return guardian_picture_broken ("its codes have no length", error);
  g_autofree Table *table = g_new0 (Table, 1);
  if (unpack (&reader, picture, &frame, least, table) == 0)
    return guardian_picture_broken ("its data cannot be read", error);
  return g_steal_pointer (&picture);
}
