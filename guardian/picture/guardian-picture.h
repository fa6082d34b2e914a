/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/base/cardea-limits.h"

#include <glib.h>

/* Bytes that a stranger made (CARDEA_LIMIT_PICTURE at most), as pixels. */

#define GUARDIAN_PICTURE_MAX_SIDE 65535u             /* pixels, before it is made smaller */
#define GUARDIAN_PICTURE_MAX_PIXELS (50u * 1000000u) /* of these: 200 MB as RGBA */

typedef enum {
  GUARDIAN_PICTURE_ERROR_KIND,   /* of none of the kinds that are known */
  GUARDIAN_PICTURE_ERROR_BROKEN, /* it begins like one, and is none */
  GUARDIAN_PICTURE_ERROR_LIMIT,  /* more than the limits above, or than there is memory for */
} GuardianPictureError;

#define GUARDIAN_PICTURE_ERROR (guardian_picture_error_quark ())
GQuark guardian_picture_error_quark (void);

typedef struct {
  guint width; /* pixels */
  guint height;
  guint full_width; /* before it was made smaller */
  guint full_height;
  guint8 *rgba; /* height rows of 4 * width bytes, not premultiplied */
} GuardianPicture;

/* PNG, JPEG, WebP, GIF or BMP, told by its first bytes; of one that moves, the first picture. The
 * longer side of what comes out is at most edge (1 at least); it is never made larger. */
GuardianPicture *guardian_picture_decode (const guint8 *bytes, gsize size, guint edge,
                                          GError **error) G_GNUC_WARN_UNUSED_RESULT;
void guardian_picture_free (GuardianPicture *picture);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GuardianPicture, guardian_picture_free)
