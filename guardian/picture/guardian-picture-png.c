/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* libpng's reader in one step: it has its own limits for what stands between the pixels (8 MB a
 * chunk, 1000 chunks kept), and gives RGBA whatever is in there. */

#include "guardian/picture/guardian-picture-private.h"

#include <png.h>

GuardianPicture *
guardian_picture_decode_png (const guint8 *bytes, gsize size, guint edge, GError **error)
{
  g_autoptr (GuardianPicture) picture = NULL;
  png_image image = { .version = PNG_IMAGE_VERSION };

  if (png_image_begin_read_from_memory (&image, bytes, size) == 0)
    return guardian_picture_broken (image.message, error);
  image.format = PNG_FORMAT_RGBA;
  picture = guardian_picture_new (image.width, image.height, error);
  if (picture != NULL && png_image_finish_read (&image, NULL, picture->rgba, 0, NULL) == 0)
    {
      g_clear_pointer (&picture, guardian_picture_free);
      (void) guardian_picture_broken (image.message, error);
    }
  png_image_free (&image);
  return g_steal_pointer (&picture);
}
