/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The first picture of a GIF, by giflib record by record: DGifSlurp() would unpack all of them.
 * What breaks off in the middle is shown as far as it goes. */

#include "guardian/picture/guardian-picture-private.h"

#include <gif_lib.h>
#include <string.h>

typedef struct {
  const guint8 *bytes;
  gsize left;
} Rest;

static int
read_cb (GifFileType *file, GifByteType *buffer, int length)
{
  Rest *rest = file->UserData;
  gsize size = MIN ((gsize) MAX (length, 0), rest->left);

  memcpy (buffer, rest->bytes, size);
  rest->bytes += size;
  rest->left -= size;
  return (int) size;
}

static void
close_file (GifFileType *file)
{
  DGifCloseFile (file, NULL);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GifFileType, close_file)

/* What stands before a picture; of that only which colour cannot be seen. FALSE: it is broken. */
static gboolean
take_extension (GifFileType *file, int *transparent)
{
  GraphicsControlBlock control;
  GifByteType *block = NULL;
  int kind = 0;

  if (DGifGetExtension (file, &kind, &block) == GIF_ERROR)
    return FALSE;
  if (kind == GRAPHICS_EXT_FUNC_CODE && block != NULL
      && DGifExtensionToGCB (block[0], block + 1, &control) == GIF_OK)
    *transparent = control.TransparentColor;
  while (block != NULL)
    if (DGifGetExtensionNext (file, &block) == GIF_ERROR)
      return FALSE;
  return TRUE;
}

/* Up to the first picture's data. FALSE: there is none. */
static gboolean
find_picture (GifFileType *file, int *transparent)
{
  GifRecordType kind = UNDEFINED_RECORD_TYPE;

  *transparent = NO_TRANSPARENT_COLOR;
  while (DGifGetRecordType (file, &kind) == GIF_OK)
    {
      if (kind == IMAGE_DESC_RECORD_TYPE)
        return DGifGetImageDesc (file) == GIF_OK;
      if (kind != EXTENSION_RECORD_TYPE || !take_extension (file, transparent))
        return FALSE;
    }
  return FALSE;
}

static void
put_row (GuardianPicture *picture, const GifImageDesc *place, const ColorMapObject *colours,
         int transparent, int row, const GifPixelType *indexes)
{
  gint64 y = (gint64) place->Top + row;

  for (int i = 0; i < place->Width; i++)
    {
      gint64 x = (gint64) place->Left + i;
      if (x < 0 || x >= picture->width || y < 0 || y >= picture->height || indexes[i] == transparent
          || indexes[i] >= colours->ColorCount)
        continue;
      const GifColorType *colour = &colours->Colors[indexes[i]];
      guint8 *pixel = picture->rgba + ((gsize) y * picture->width + (gsize) x) * 4;
      pixel[0] = colour->Red;
      pixel[1] = colour->Green;
      pixel[2] = colour->Blue;
      pixel[3] = 255;
    }
}

/* Returns how many rows there were. GIF89a, Appendix E. */
static guint
read_rows (GifFileType *file, GuardianPicture *picture, const ColorMapObject *colours,
           int transparent)
{
  static const struct {
    int first;
    int step;
  } passes[] = { { 0, 8 }, { 4, 8 }, { 2, 4 }, { 1, 2 } }, whole[] = { { 0, 1 } };
  const GifImageDesc *place = &file->Image;
  gsize n_passes = place->Interlace ? G_N_ELEMENTS (passes) : G_N_ELEMENTS (whole);
  g_autofree GifPixelType *indexes = g_new0 (GifPixelType, (gsize) place->Width);
  guint n = 0;

  for (gsize i = 0; i < n_passes; i++)
    {
      int step = place->Interlace ? passes[i].step : whole[i].step;
      for (int row = place->Interlace ? passes[i].first : 0; row < place->Height; row += step, n++)
        {
          if (DGifGetLine (file, indexes, place->Width) == GIF_ERROR)
            return n;
          put_row (picture, place, colours, transparent, row, indexes);
        }
    }
  return n;
}

GuardianPicture *
guardian_picture_decode_gif (const guint8 *bytes, gsize size, guint edge, GError **error)
{
  Rest rest = { bytes, size };
  int transparent;
  g_autoptr (GifFileType) file = DGifOpen (&rest, read_cb, NULL);

  if (file == NULL)
    return guardian_picture_broken ("its head is cut off", error);
  if (!find_picture (file, &transparent))
    return guardian_picture_broken ("there is no picture in it", error);
  const GifImageDesc *place = &file->Image;
  const ColorMapObject *colours = place->ColorMap != NULL ? place->ColorMap : file->SColorMap;
  if (colours == NULL || place->Width <= 0 || place->Height <= 0)
    return guardian_picture_broken ("there is no picture in it", error);
  if (!guardian_picture_check_size ((gsize) place->Width, (gsize) place->Height, error))
    return NULL;
  g_autoptr (GuardianPicture) picture
      = guardian_picture_new ((gsize) (file->SWidth > 0 ? file->SWidth : place->Width),
                              (gsize) (file->SHeight > 0 ? file->SHeight : place->Height), error);
  if (picture == NULL)
    return NULL;
  if (read_rows (file, picture, colours, transparent) == 0)
    return guardian_picture_broken ("its data cannot be read", error);
  return g_steal_pointer (&picture);
}
