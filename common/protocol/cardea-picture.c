/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts the kernel for what a descriptor is. Refuses numbers that do not agree with one another or
 * with it: a reader maps height * stride bytes, and that many are there for good. Known gaps: none.
 */

#include "common/protocol/cardea-picture.h"

#include "common/base/cardea-autofd.h"
#include "common/protocol/cardea-descriptor.h"

#include <sys/stat.h>

G_DEFINE_QUARK (cardea - picture - error - quark, cardea_picture_error)

void
cardea_picture_put (CardeaMessage *message, const CardeaPicture *picture)
{
  cardea_message_set_int (message, "width", picture->width);
  cardea_message_set_int (message, "height", picture->height);
  cardea_message_set_int (message, "stride", picture->stride);
  cardea_message_set_int (message, "full_width", picture->full_width);
  cardea_message_set_int (message, "full_height", picture->full_height);
  cardea_message_set_fd (message, "pixels", picture->pixels);
}

void
cardea_picture_clear (CardeaPicture *picture)
{
  cardea_fd_clear (&picture->pixels);
}

static gboolean
take_side (const CardeaMessage *message, const char *field, guint most, guint *ret_side)
{
  gint64 side = cardea_message_get_int (message, field, 0);
  *ret_side = side >= 1 && side <= (gint64) most ? (guint) side : 0;
  return *ret_side > 0;
}

gboolean
cardea_picture_take (CardeaMessage *message, guint edge, CardeaPicture *ret_picture, GError **error)
{
  guint most = MIN (edge, CARDEA_PICTURE_EDGE_MOST);
  struct stat st;
  g_auto (CardeaPicture) picture = { .pixels = cardea_message_take_fd (message, "pixels") };

  *ret_picture = (CardeaPicture){ .pixels = -1 };
  if (!take_side (message, "width", most, &picture.width)
      || !take_side (message, "height", most, &picture.height)
      || !take_side (message, "stride", CARDEA_PICTURE_EDGE_MOST * CARDEA_PICTURE_PIXEL,
                     &picture.stride)
      || !take_side (message, "full_width", G_MAXINT32, &picture.full_width)
      || !take_side (message, "full_height", G_MAXINT32, &picture.full_height)
      || picture.stride != picture.width * CARDEA_PICTURE_PIXEL)
    {
      g_set_error_literal (error, CARDEA_PICTURE_ERROR, CARDEA_PICTURE_ERROR_SIZE,
                           "the picture's size is not possible");
      return FALSE;
    }
  if (picture.pixels < 0 || !cardea_descriptor_is (picture.pixels, CARDEA_FD_MEMFD))
    {
      g_set_error_literal (error, CARDEA_PICTURE_ERROR, CARDEA_PICTURE_ERROR_PIXELS,
                           "the picture's pixels could still change");
      return FALSE;
    }
  if (fstat (picture.pixels, &st) != 0
      || st.st_size != (off_t) picture.height * (off_t) picture.stride)
    {
      g_set_error_literal (error, CARDEA_PICTURE_ERROR, CARDEA_PICTURE_ERROR_SIZE,
                           "the picture has another number of pixels than it says");
      return FALSE;
    }
  *ret_picture = picture;
  picture.pixels = -1;
  return TRUE;
}
