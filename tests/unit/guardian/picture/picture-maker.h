/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* Pictures as others' programs write them, of four quarters: red, green, blue and half transparent
 * white (where the kind knows that), in the order in which one reads. */

typedef GBytes *(*PictureMaker) (guint width, guint height);

GBytes *picture_maker_png (guint width, guint height);
GBytes *picture_maker_jpeg (guint width, guint height);
GBytes *picture_maker_webp (guint width, guint height);
GBytes *picture_maker_gif (guint width, guint height); /* each side at most 255 */
GBytes *picture_maker_bmp (guint width, guint height);

/* A PNG with that orientation is none; of a JPEG: puts Exif with it into the file. */
GBytes *picture_maker_turn (GBytes *jpeg, guint orientation);
/* A picture of nothing that says it is of that size: a few bytes. */
GBytes *picture_maker_bomb_png (guint width, guint height);
