/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/picture/guardian-picture-private.h"

/* The mean of the source's pixels from x0, y0 up to x1, y1. What is transparent has no colour to
 * give. */
static void
average (const GuardianPicture *from, guint x0, guint y0, guint x1, guint y1, guint8 *to)
{
  guint64 colour[3] = { 0 }, alpha = 0;
  guint64 count = (guint64) (x1 - x0) * (y1 - y0);

  for (guint y = y0; y < y1; y++)
    {
      const guint8 *pixel = from->rgba + ((gsize) y * from->width + x0) * 4;
      for (guint x = x0; x < x1; x++, pixel += 4)
        {
          for (guint i = 0; i < 3; i++)
            colour[i] += (guint64) pixel[i] * pixel[3];
          alpha += pixel[3];
        }
    }
  for (guint i = 0; i < 3; i++)
    to[i] = (guint8) (alpha > 0 ? (colour[i] + alpha / 2) / alpha : 0);
  to[3] = (guint8) ((alpha + count / 2) / count);
}

GuardianPicture *
guardian_picture_shrink (GuardianPicture *picture, guint edge, GError **error)
{
  g_autoptr (GuardianPicture) from = picture;
  guint width = 0, height = 0;

  guardian_picture_fit (from->width, from->height, edge, &width, &height);
  if (width == from->width && height == from->height)
    return g_steal_pointer (&from);
  GuardianPicture *to = guardian_picture_new (width, height, error);
  if (to == NULL)
    return NULL;
  to->full_width = from->full_width;
  to->full_height = from->full_height;
  for (guint y = 0; y < height; y++)
    for (guint x = 0; x < width; x++)
      average (from, (guint) ((guint64) x * from->width / width),
               (guint) ((guint64) y * from->height / height),
               (guint) ((guint64) (x + 1) * from->width / width),
               (guint) ((guint64) (y + 1) * from->height / height),
               to->rgba + ((gsize) y * width + x) * 4);
  return to;
}

/* Exif's orientations: which way the picture's rows and columns run in what is to be shown. */
static const struct {
  gboolean swapped; /* its rows are columns */
  gboolean right_to_left;
  gboolean bottom_up;
} orientations[] = {
  [1] = { FALSE, FALSE, FALSE }, [2] = { FALSE, TRUE, FALSE }, [3] = { FALSE, TRUE, TRUE },
  [4] = { FALSE, FALSE, TRUE },  [5] = { TRUE, FALSE, FALSE }, [6] = { TRUE, TRUE, FALSE },
  [7] = { TRUE, TRUE, TRUE },    [8] = { TRUE, FALSE, TRUE },
};

GuardianPicture *
guardian_picture_turn (GuardianPicture *picture, guint orientation, GError **error)
{
  g_autoptr (GuardianPicture) from = picture;

  if (orientation < 2 || orientation >= G_N_ELEMENTS (orientations))
    return g_steal_pointer (&from);
  gboolean swapped = orientations[orientation].swapped;
  GuardianPicture *to = guardian_picture_new (swapped ? from->height : from->width,
                                              swapped ? from->width : from->height, error);
  if (to == NULL)
    return NULL;
  to->full_width = swapped ? from->full_height : from->full_width;
  to->full_height = swapped ? from->full_width : from->full_height;
  const guint32 *source = (const guint32 *) (gpointer) from->rgba;
  guint32 *target = (guint32 *) (gpointer) to->rgba;
  for (guint y = 0; y < from->height; y++)
    for (guint x = 0; x < from->width; x++)
      {
        guint column = swapped ? y : x, row = swapped ? x : y;
        if (orientations[orientation].right_to_left)
          column = to->width - 1 - column;
        if (orientations[orientation].bottom_up)
          row = to->height - 1 - row;
        target[(gsize) row * to->width + column] = source[(gsize) y * from->width + x];
      }
  return to;
}
