/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "tests/unit/guardian/picture/picture-maker.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>
#include <png.h>
#include <webp/encode.h>

static const guint8 quarters[4][4]
    = { { 255, 0, 0, 255 }, { 0, 255, 0, 255 }, { 0, 0, 255, 255 }, { 255, 255, 255, 128 } };

static guint
quarter (guint x, guint y, guint width, guint height)
{
  return (y * 2 >= height ? 2 : 0) + (x * 2 >= width ? 1 : 0);
}

static guint8 *
new_pixels (guint width, guint height)
{
  guint8 *rgba = g_malloc_n ((gsize) width * height, 4);
  for (guint y = 0; y < height; y++)
    for (guint x = 0; x < width; x++)
      memcpy (rgba + ((gsize) y * width + x) * 4, quarters[quarter (x, y, width, height)], 4);
  return rgba;
}

GBytes *
picture_maker_png (guint width, guint height)
{
  g_autofree guint8 *rgba = new_pixels (width, height);
  png_image image = { .version = PNG_IMAGE_VERSION, .width = width, .height = height };
  png_alloc_size_t size = 0;

  image.format = PNG_FORMAT_RGBA;
  g_assert_true (png_image_write_to_memory (&image, NULL, &size, 0, rgba, 0, NULL));
  guint8 *bytes = g_malloc (size);
  g_assert_true (png_image_write_to_memory (&image, bytes, &size, 0, rgba, 0, NULL));
  return g_bytes_new_take (bytes, size);
}

GBytes *
picture_maker_jpeg (guint width, guint height)
{
  g_autofree guint8 *rgba = new_pixels (width, height);
  struct jpeg_compress_struct info = { 0 };
  struct jpeg_error_mgr manager;
  unsigned char *bytes = NULL;
  unsigned long size = 0;

  info.err = jpeg_std_error (&manager);
  jpeg_create_compress (&info);
  jpeg_mem_dest (&info, &bytes, &size);
  info.image_width = width;
  info.image_height = height;
  info.input_components = 4;
  info.in_color_space = JCS_EXT_RGBX;
  jpeg_set_defaults (&info);
  jpeg_set_quality (&info, 95, TRUE);
  jpeg_start_compress (&info, TRUE);
  while (info.next_scanline < height)
    {
      JSAMPROW row = rgba + (gsize) info.next_scanline * width * 4;
      (void) jpeg_write_scanlines (&info, &row, 1);
    }
  jpeg_finish_compress (&info);
  jpeg_destroy_compress (&info);
  GBytes *made = g_bytes_new (bytes, size);
  free (bytes);
  return made;
}

GBytes *
picture_maker_webp (guint width, guint height)
{
  g_autofree guint8 *rgba = new_pixels (width, height);
  guint8 *bytes = NULL;
  gsize size = WebPEncodeLosslessRGBA (rgba, (int) width, (int) height, (int) width * 4, &bytes);
  g_assert_cmpuint (size, >, 0);
  GBytes *made = g_bytes_new (bytes, size);
  WebPFree (bytes);
  return made;
}

static void
append (GByteArray *to, const void *bytes, guint size)
{
  g_byte_array_append (to, bytes, size);
}

/* Nothing is packed: a code of nine bits each, the table cleared before it grows to ten. */
static void
append_codes (GByteArray *to, guint width, guint height)
{
  g_autoptr (GByteArray) codes = g_byte_array_new ();
  guint32 bits = 0;
  guint n_bits = 0;

  for (guint i = 0; i <= width * height + width * height / 200 + 1; i++)
    {
      guint n = i - i / 201 - 1;
      guint code = i % 201 == 0         ? 256
                   : n < width * height ? quarter (n % width, n / width, width, height)
                                        : 257;
      bits |= code << n_bits;
      for (n_bits += 9; n_bits >= 8; n_bits -= 8, bits >>= 8)
        append (codes, &(guint8){ (guint8) bits }, 1);
    }
  append (codes, (const guint8[]){ (guint8) bits, 0 }, 2);
  for (guint at = 0; at < codes->len; at += 255)
    {
      guint8 length = (guint8) MIN (255u, codes->len - at);
      append (to, &length, 1);
      append (to, codes->data + at, length);
    }
}

GBytes *
picture_maker_gif (guint width, guint height)
{
  GByteArray *file = g_byte_array_new ();
  const guint8 size[] = { (guint8) width, 0, (guint8) height, 0 };

  append (file, "GIF89a", 6);
  append (file, size, 4);
  append (file, "\x81\0\0", 3);
  for (guint i = 0; i < 4; i++)
    append (file, quarters[i], 3);
  append (file, "\x21\xf9\x04\x01\0\0\x03\0", 8); /* the fourth is transparent */
  append (file, "\x2c\0\0\0\0", 5);
  append (file, size, 4);
  append (file, "\0\x08", 2);
  append_codes (file, width, height);
  append (file, "\0\x3b", 2);
  return g_byte_array_free_to_bytes (file);
}

GBytes *
picture_maker_bmp (guint width, guint height)
{
  GByteArray *file = g_byte_array_new ();
  const guint32 row = (width * 3 + 3) / 4 * 4;
  const guint32 head[]
      = { 54 + row * height, 0, 54, 40, width, height, 24u << 16 | 1, 0, row * height, 0, 0, 0, 0 };
  g_autofree guint8 *rgba = new_pixels (width, height);

  append (file, "BM", 2);
  for (guint i = 0; i < G_N_ELEMENTS (head); i++)
    append (file, &(guint32){ GUINT32_TO_LE (head[i]) }, 4);
  for (guint y = height; y > 0; y--)
    {
      for (guint x = 0; x < width; x++)
        for (guint i = 3; i > 0; i--)
          append (file, rgba + ((gsize) (y - 1) * width + x) * 4 + i - 1, 1);
      append (file, "\0\0\0", row - width * 3);
    }
  return g_byte_array_free_to_bytes (file);
}

GBytes *
picture_maker_turn (GBytes *jpeg, guint orientation)
{
  gsize size = 0;
  const guint8 *bytes = g_bytes_get_data (jpeg, &size);
  GByteArray *file = g_byte_array_new ();
  const guint8 exif[]
      = { 0xff, 0xe1, 0, 34, 'E', 'x',  'i',  'f', 0, 0, 'M', 'M', 0, '*', 0,
          0,    0,    8, 0,  1,   0x01, 0x12, 0,   3, 0, 0,   0,   1, 0,   (guint8) orientation,
          0,    0,    0, 0,  0,   0 };

  append (file, bytes, 2);
  append (file, exif, sizeof exif);
  append (file, bytes + 2, (guint) size - 2);
  return g_byte_array_free_to_bytes (file);
}

GBytes *
picture_maker_bomb_png (guint width, guint height)
{
  g_autoptr (GBytes) small = picture_maker_png (1, 1);
  gsize size = 0;
  const guint8 *from = g_bytes_get_data (small, &size);
  guint8 *bytes = g_memdup2 (from, size);
  guint32 sum = 0xffffffffu;

  memcpy (bytes + 16, &(guint32){ GUINT32_TO_BE (width) }, 4);
  memcpy (bytes + 20, &(guint32){ GUINT32_TO_BE (height) }, 4);
  for (guint i = 12; i < 29; i++)
    {
      sum ^= bytes[i];
      for (guint bit = 0; bit < 8; bit++)
        sum = sum >> 1 ^ ((sum & 1) != 0 ? 0xedb88320u : 0);
    }
  memcpy (bytes + 29, &(guint32){ GUINT32_TO_BE (~sum) }, 4);
  return g_bytes_new_take (bytes, size);
}
