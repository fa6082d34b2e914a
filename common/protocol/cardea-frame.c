/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/protocol/cardea-frame.h"

#include <string.h>

#define FIRST_CAPACITY 4096u
#define IDLE_CAPACITY 65536u /* more than this is given back when nothing waits */

void
cardea_frame_buffer_clear (CardeaFrameBuffer *buffer)
{
  g_free (buffer->bytes);
  *buffer = (CardeaFrameBuffer){ NULL };
}

guint8 *
cardea_frame_buffer_room (CardeaFrameBuffer *buffer, gsize *ret_size)
{
  if (buffer->start > 0 && buffer->end == buffer->capacity)
    {
      memmove (buffer->bytes, buffer->bytes + buffer->start, buffer->end - buffer->start);
      buffer->end -= buffer->start;
      buffer->start = 0;
    }
  if (buffer->end == buffer->capacity)
    {
      buffer->capacity = buffer->capacity == 0 ? FIRST_CAPACITY : buffer->capacity * 2;
      buffer->bytes = g_realloc (buffer->bytes, buffer->capacity);
    }
  *ret_size = buffer->capacity - buffer->end;
  return buffer->bytes + buffer->end;
}

void
cardea_frame_buffer_filled (CardeaFrameBuffer *buffer, gsize size)
{
  buffer->end += size;
}

CardeaFrameResult
cardea_frame_buffer_next (const CardeaFrameBuffer *buffer, const char **ret_text, gsize *ret_size)
{
  gsize waiting = buffer->end - buffer->start;
  if (waiting < CARDEA_FRAME_HEADER)
    return CARDEA_FRAME_NONE;

  const guint8 *header = buffer->bytes + buffer->start;
  gsize size = (gsize) header[0] << 24 | (gsize) header[1] << 16 | (gsize) header[2] << 8
               | (gsize) header[3];
  if (size == 0 || size > CARDEA_LIMIT_FRAME)
    return CARDEA_FRAME_BAD;
  if (waiting - CARDEA_FRAME_HEADER < size)
    return CARDEA_FRAME_NONE;
  *ret_text = (const char *) header + CARDEA_FRAME_HEADER;
  *ret_size = size;
  return CARDEA_FRAME_READY;
}

void
cardea_frame_buffer_consume (CardeaFrameBuffer *buffer, gsize size)
{
  buffer->start += CARDEA_FRAME_HEADER + size;
  if (buffer->start < buffer->end)
    return;
  buffer->start = buffer->end = 0;
  if (buffer->capacity > IDLE_CAPACITY)
    cardea_frame_buffer_clear (buffer);
}

gboolean
cardea_frame_buffer_begun (const CardeaFrameBuffer *buffer)
{
  return buffer->end > buffer->start;
}

void
cardea_frame_write_header (guint8 header[CARDEA_FRAME_HEADER], gsize size)
{
  header[0] = (guint8) (size >> 24);
  header[1] = (guint8) (size >> 16);
  header[2] = (guint8) (size >> 8);
  header[3] = (guint8) size;
}
