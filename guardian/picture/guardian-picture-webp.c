/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* libwebp takes one picture. Of a file that moves, the first frame is put into a file of its own:
 * that its player would draw it at a place of a larger canvas is left out. */

#include "guardian/picture/guardian-picture-private.h"

#include <string.h>

#include <webp/decode.h>

#define FILE_HEAD 12u  /* RIFF, size, WEBP */
#define CHUNK_HEAD 8u  /* name, size */
#define FRAME_HEAD 16u /* of ANMF: place, size, time, flags */

static guint
read_24 (const guint8 *at)
{
  return at[0] | (guint) at[1] << 8 | (guint) at[2] << 16;
}

static guint32
read_32 (const guint8 *at)
{
  return read_24 (at) | (guint32) at[3] << 24;
}

static void
append_32 (GByteArray *to, guint32 value)
{
  const guint8 bytes[]
      = { (guint8) value, (guint8) (value >> 8), (guint8) (value >> 16), (guint8) (value >> 24) };
  g_byte_array_append (to, bytes, sizeof bytes);
}

/* payload: an ANMF chunk's; the size of its frame stands in it as the new file wants it. */
static GByteArray *
wrap_frame (const guint8 *payload, guint size)
{
  static const guint8 has_alpha[] = { 0x10, 0, 0, 0 };
  GByteArray *file = g_byte_array_new ();

  g_byte_array_append (file, (const guint8 *) "RIFF", 4);
  append_32 (file, 4 + CHUNK_HEAD + 10 + size - FRAME_HEAD);
  g_byte_array_append (file, (const guint8 *) "WEBPVP8X", 8);
  append_32 (file, 10);
  g_byte_array_append (file, has_alpha, sizeof has_alpha);
  g_byte_array_append (file, payload + 6, 6);
  g_byte_array_append (file, payload + FRAME_HEAD, size - FRAME_HEAD);
  return file;
}

static GByteArray *
find_frame (const guint8 *bytes, gsize size)
{
  for (gsize at = FILE_HEAD; at + CHUNK_HEAD <= size;)
    {
      guint32 length = read_32 (bytes + at + 4);
      if (length > size - at - CHUNK_HEAD)
        return NULL;
      if (memcmp (bytes + at, "ANMF", 4) == 0)
        return length >= FRAME_HEAD ? wrap_frame (bytes + at + CHUNK_HEAD, length) : NULL;
      at += CHUNK_HEAD + length + (length & 1);
    }
  return NULL;
}

static GuardianPicture *
decode_one (const guint8 *bytes, gsize size, WebPDecoderConfig *config, guint edge, GError **error)
{
  guint width = (guint) config->input.width, height = (guint) config->input.height;
  guint fitting_width = 0, fitting_height = 0;

  if (!guardian_picture_check_size (width, height, error))
    return NULL;
  guardian_picture_fit (width, height, edge, &fitting_width, &fitting_height);
  g_autoptr (GuardianPicture) picture = guardian_picture_new (fitting_width, fitting_height, error);
  if (picture == NULL)
    return NULL;
  picture->full_width = width;
  picture->full_height = height;
  config->options.use_scaling = fitting_width != width || fitting_height != height;
  config->options.scaled_width = (int) fitting_width;
  config->options.scaled_height = (int) fitting_height;
  config->output.colorspace = MODE_RGBA;
  config->output.is_external_memory = 1;
  config->output.u.RGBA.rgba = picture->rgba;
  config->output.u.RGBA.stride = (int) fitting_width * 4;
  config->output.u.RGBA.size = (gsize) fitting_width * fitting_height * 4;
  VP8StatusCode status = WebPDecode (bytes, size, config);
  WebPFreeDecBuffer (&config->output);
  if (status != VP8_STATUS_OK)
    return guardian_picture_broken ("its data cannot be read", error);
  return g_steal_pointer (&picture);
}

GuardianPicture *
guardian_picture_decode_webp (const guint8 *bytes, gsize size, guint edge, GError **error)
{
  WebPDecoderConfig config;
  g_autoptr (GByteArray) frame = NULL;

  if (!WebPInitDecoderConfig (&config))
    return guardian_picture_broken ("it cannot be read here", error);
  VP8StatusCode status = WebPGetFeatures (bytes, size, &config.input);
  if (status == VP8_STATUS_OK && config.input.has_animation)
    {
      frame = find_frame (bytes, size);
      status = frame != NULL ? WebPGetFeatures (frame->data, frame->len, &config.input)
                             : VP8_STATUS_BITSTREAM_ERROR;
    }
  if (status != VP8_STATUS_OK || config.input.has_animation)
    return guardian_picture_broken ("its head cannot be read", error);
  return decode_one (frame != NULL ? frame->data : bytes, frame != NULL ? frame->len : size,
                     &config, edge, error);
}
