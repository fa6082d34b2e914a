/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/protocol/cardea-message.h"

#include <glib.h>

/* A picture as it travels once it is decoded: pixels in a sealed memfd, red, green, blue and alpha
 * (not premultiplied), a byte each, rows from the top. Whoever decoded it was given a stranger's
 * bytes and is believed nothing. */

#define CARDEA_PICTURE_PIXEL 4u       /* bytes */
#define CARDEA_PICTURE_EDGE_LEAST 16u /* pixels of the longer side that may be asked for */
#define CARDEA_PICTURE_EDGE_MOST 2048u

typedef struct {
  guint width; /* pixels, 1 to CARDEA_PICTURE_EDGE_MOST */
  guint height;
  guint stride;     /* bytes of a row: width * CARDEA_PICTURE_PIXEL */
  guint full_width; /* as its maker says it was before; good for words only */
  guint full_height;
  int pixels; /* a memfd of exactly height * stride bytes that cannot change any more */
} CardeaPicture;

typedef enum {
  CARDEA_PICTURE_ERROR_SIZE,   /* not what was asked for, or not what the numbers say */
  CARDEA_PICTURE_ERROR_PIXELS, /* no descriptor, or one that could still change */
} CardeaPictureError;

#define CARDEA_PICTURE_ERROR (cardea_picture_error_quark ())
GQuark cardea_picture_error_quark (void);

/* Puts the fields of a picture into a message, and takes its descriptor. */
void cardea_picture_put (CardeaMessage *message, const CardeaPicture *picture);

/* Takes them out, checked: the numbers agree, neither side is longer than edge, and the descriptor
 * is a memfd of that size, sealed. FALSE: none of that is to be used; what was taken is closed. */
gboolean cardea_picture_take (CardeaMessage *message, guint edge, CardeaPicture *ret_picture,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

void cardea_picture_clear (CardeaPicture *picture);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CardeaPicture, cardea_picture_clear)
