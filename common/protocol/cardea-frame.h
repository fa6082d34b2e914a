/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/base/cardea-limits.h"

#include <glib.h>

/* Frames in a stream of untrusted bytes: a 4-byte big-endian length of 1 to CARDEA_LIMIT_FRAME,
 * then so many bytes. Grows with what has arrived, never with what was announced. */

#define CARDEA_FRAME_HEADER 4u

typedef struct {
  guint8 *bytes;
  gsize start, end, capacity;
} CardeaFrameBuffer;

typedef enum {
  CARDEA_FRAME_NONE,  /* more bytes are needed */
  CARDEA_FRAME_READY, /* ret_text is valid until the buffer is next changed */
  CARDEA_FRAME_BAD,   /* the length is out of its limits */
} CardeaFrameResult;

void cardea_frame_buffer_clear (CardeaFrameBuffer *buffer);

/* Room for at least one more byte, to be filled; then say how many were. */
guint8 *cardea_frame_buffer_room (CardeaFrameBuffer *buffer, gsize *ret_size);
void cardea_frame_buffer_filled (CardeaFrameBuffer *buffer, gsize size);

CardeaFrameResult cardea_frame_buffer_next (const CardeaFrameBuffer *buffer, const char **ret_text,
                                            gsize *ret_size);
/* Drops the frame that next() gave. */
void cardea_frame_buffer_consume (CardeaFrameBuffer *buffer, gsize size);
/* TRUE when bytes of a frame are there. */
gboolean cardea_frame_buffer_begun (const CardeaFrameBuffer *buffer);

void cardea_frame_write_header (guint8 header[CARDEA_FRAME_HEADER], gsize size);
