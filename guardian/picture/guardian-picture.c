/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts nothing: each byte is a stranger's. Refuses what does not begin like one of five kinds,
 * and sizes beyond its limits before memory is taken for them. PNG, JPEG and WebP are read by the
 * libraries of that name, which are linked, never loaded, and open no file; GIF and BMP by the few
 * lines beside this. Known gaps: colour profiles are not heeded; of what moves, the first picture
 * is shown. */

#include "guardian/picture/guardian-picture-private.h"

#include <string.h>

static const struct {
  gsize offset;
  const char *magic;
  gsize length;
  GuardianPicture *(*decode) (const guint8 *bytes, gsize size, guint edge, GError **error);
} kinds[] = {
  { 0, "\x89PNG\r\n\x1a\n", 8, guardian_picture_decode_png },
  { 0, "\xff\xd8\xff", 3, guardian_picture_decode_jpeg },
  { 8, "WEBP", 4, guardian_picture_decode_webp },
  { 0, "GIF8", 4, guardian_picture_decode_gif },
  { 0, "BM", 2, guardian_picture_decode_bmp },
};

G_DEFINE_QUARK (guardian - picture - error - quark, guardian_picture_error)

void
guardian_picture_free (GuardianPicture *picture)
{
  if (picture == NULL)
    return;
  g_free (picture->rgba);
  g_free (picture);
}

gboolean
guardian_picture_check_size (gsize width, gsize height, GError **error)
{
  if (width == 0 || height == 0)
    {
      (void) guardian_picture_broken ("it has no pixels", error);
      return FALSE;
    }
  if (width <= GUARDIAN_PICTURE_MAX_SIDE && height <= GUARDIAN_PICTURE_MAX_SIDE
      && width * height <= GUARDIAN_PICTURE_MAX_PIXELS)
    return TRUE;
  g_set_error (error, GUARDIAN_PICTURE_ERROR, GUARDIAN_PICTURE_ERROR_LIMIT,
               "the picture is too large: %" G_GSIZE_FORMAT " × %" G_GSIZE_FORMAT " pixels", width,
               height);
  return FALSE;
}

GuardianPicture *
guardian_picture_new (gsize width, gsize height, GError **error)
{
  if (!guardian_picture_check_size (width, height, error))
    return NULL;
  g_autoptr (GuardianPicture) picture = g_new0 (GuardianPicture, 1);
  picture->width = picture->full_width = (guint) width;
  picture->height = picture->full_height = (guint) height;
  picture->rgba = g_try_malloc0_n (height, width * 4);
  if (picture->rgba != NULL)
    return g_steal_pointer (&picture);
  g_set_error_literal (error, GUARDIAN_PICTURE_ERROR, GUARDIAN_PICTURE_ERROR_LIMIT,
                       "there is no memory for this picture");
  return NULL;
}

GuardianPicture *
guardian_picture_broken (const char *what, GError **error)
{
  g_autofree char *valid = g_utf8_make_valid (what, -1);
  g_set_error (error, GUARDIAN_PICTURE_ERROR, GUARDIAN_PICTURE_ERROR_BROKEN,
               "the picture is broken: %s", valid);
  return NULL;
}

void
guardian_picture_fit (guint width, guint height, guint edge, guint *ret_width, guint *ret_height)
{
  guint64 longer = MAX (width, height);

  *ret_width = longer <= edge ? width : (guint) MAX (1, (guint64) width * edge / longer);
  *ret_height = longer <= edge ? height : (guint) MAX (1, (guint64) height * edge / longer);
}

GuardianPicture *
guardian_picture_decode (const guint8 *bytes, gsize size, guint edge, GError **error)
{
  if (size > CARDEA_LIMIT_PICTURE)
    {
      g_set_error_literal (error, GUARDIAN_PICTURE_ERROR, GUARDIAN_PICTURE_ERROR_LIMIT,
                           "the picture is too large");
      return NULL;
    }
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (size >= kinds[i].offset + kinds[i].length
        && memcmp (bytes + kinds[i].offset, kinds[i].magic, kinds[i].length) == 0)
      {
        GuardianPicture *picture = kinds[i].decode (bytes, size, MAX (edge, 1), error);
        return picture != NULL ? guardian_picture_shrink (picture, MAX (edge, 1), error) : NULL;
      }
  g_set_error_literal (error, GUARDIAN_PICTURE_ERROR, GUARDIAN_PICTURE_ERROR_KIND,
                       "this is no PNG, JPEG, WebP, GIF or BMP picture");
  return NULL;
}
