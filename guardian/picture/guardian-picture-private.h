/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/picture/guardian-picture.h"

/* A kind each. bytes begin with what the kind begins with; edge is a hint: a decoder may make the
 * picture smaller by itself, not smaller than that. */
GuardianPicture *guardian_picture_decode_bmp (const guint8 *bytes, gsize size, guint edge,
                                              GError **error);
GuardianPicture *guardian_picture_decode_gif (const guint8 *bytes, gsize size, guint edge,
                                              GError **error);
GuardianPicture *guardian_picture_decode_jpeg (const guint8 *bytes, gsize size, guint edge,
                                               GError **error);
GuardianPicture *guardian_picture_decode_png (const guint8 *bytes, gsize size, guint edge,
                                              GError **error);
GuardianPicture *guardian_picture_decode_webp (const guint8 *bytes, gsize size, guint edge,
                                               GError **error);

/* TRUE when a picture of that size may be decoded. */
gboolean guardian_picture_check_size (gsize width, gsize height, GError **error);
/* All of it transparent. NULL: too large. */
GuardianPicture *guardian_picture_new (gsize width, gsize height, GError **error);
/* What is left of a size when its longer side is at most edge; never 0. */
void guardian_picture_fit (guint width, guint height, guint edge, guint *ret_width,
                           guint *ret_height);
/* NULL, and the error that it is broken. */
GuardianPicture *guardian_picture_broken (const char *what, GError **error);

/* Takes picture. Makes it smaller, by the mean of what falls together; NULL: no memory. */
GuardianPicture *guardian_picture_shrink (GuardianPicture *picture, guint edge, GError **error);
/* Takes picture. orientation: 1 to 8, as Exif has it. */
GuardianPicture *guardian_picture_turn (GuardianPicture *picture, guint orientation,
                                        GError **error);
/* The orientation that a JPEG's Exif says; 1 when it says none that is known. */
guint guardian_picture_orientation (const guint8 *bytes, gsize size);
