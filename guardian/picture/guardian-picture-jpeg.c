/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* libjpeg-turbo leaves its errors by longjmp(): what is made after setjmp() is kept where the
 * caller finds it. A file of a few kilobytes may have thousands of scans over millions of pixels:
 * they are counted. */

#include "guardian/picture/guardian-picture-private.h"

#include <setjmp.h>
#include <stdio.h>

#include <jpeglib.h>

#define MAX_SCANS 100 /* cameras and programs write a dozen */

typedef struct {
  struct jpeg_error_mgr manager; /* first: libjpeg knows its address only */
  struct jpeg_progress_mgr progress;
  jmp_buf back;
  char message[JMSG_LENGTH_MAX];
} Handler;

static void
error_exit (j_common_ptr info)
{
  Handler *handler = (Handler *) info->err;
  info->err->format_message (info, handler->message);
  longjmp (handler->back, 1);
}

static void
say_nothing (j_common_ptr info)
{
}

static void
count_scans (j_common_ptr info)
{
  Handler *handler = (Handler *) info->err;
  if (((j_decompress_ptr) info)->input_scan_number <= MAX_SCANS)
    return;
  g_strlcpy (handler->message, "it goes over its pixels too often", sizeof handler->message);
  longjmp (handler->back, 1);
}

/* The smallest that is not smaller than wanted: the rest of the way is made with better means. */
static void
choose_size (struct jpeg_decompress_struct *info, guint edge)
{
  guint64 longer = MAX (info->image_width, info->image_height);

  info->scale_denom = 8;
  info->scale_num = 1;
  while (info->scale_num < 8 && longer * info->scale_num / 8 < edge)
    info->scale_num++;
}

/* For printing: what ink leaves of the light. Adobe's are written the other way round. */
static void
mix_inks (guint8 *row, guint width, gboolean inverted)
{
  for (guint8 *pixel = row; width > 0; width--, pixel += 4)
    {
      guint black = inverted ? pixel[3] : 255u - pixel[3];
      for (guint i = 0; i < 3; i++)
        pixel[i] = (guint8) ((inverted ? pixel[i] : 255u - pixel[i]) * black / 255);
      pixel[3] = 255;
    }
}

static gboolean
read_all (struct jpeg_decompress_struct *info, Handler *handler, guint edge,
          GuardianPicture **ret_picture, GError **error)
{
  if (setjmp (handler->back) != 0)
    {
      (void) guardian_picture_broken (handler->message, error);
      return FALSE;
    }
  (void) jpeg_read_header (info, TRUE);
  if (!guardian_picture_check_size (info->image_width, info->image_height, error))
    return FALSE;
  gboolean inks = info->jpeg_color_space == JCS_CMYK || info->jpeg_color_space == JCS_YCCK;
  info->out_color_space = inks ? JCS_CMYK : JCS_EXT_RGBA;
  choose_size (info, edge);
  (void) jpeg_start_decompress (info);
  *ret_picture = guardian_picture_new (info->output_width, info->output_height, error);
  if (*ret_picture == NULL)
    return FALSE;
  (*ret_picture)->full_width = info->image_width;
  (*ret_picture)->full_height = info->image_height;
  while (info->output_scanline < info->output_height)
    {
      JSAMPROW row = (*ret_picture)->rgba + (gsize) info->output_scanline * info->output_width * 4;
      if (jpeg_read_scanlines (info, &row, 1) == 1 && inks)
        mix_inks (row, info->output_width, info->saw_Adobe_marker);
    }
  return TRUE;
}

GuardianPicture *
guardian_picture_decode_jpeg (const guint8 *bytes, gsize size, guint edge, GError **error)
{
  struct jpeg_decompress_struct info = { 0 };
  Handler handler = { .progress = { .progress_monitor = count_scans } };
  GuardianPicture *picture = NULL;

  info.err = jpeg_std_error (&handler.manager);
  handler.manager.error_exit = error_exit;
  handler.manager.output_message = say_nothing;
  if (setjmp (handler.back) != 0)
    return guardian_picture_broken (handler.message, error);
  jpeg_create_decompress (&info);
  info.progress = &handler.progress;
  jpeg_mem_src (&info, bytes, size);
  gboolean whole = read_all (&info, &handler, edge, &picture, error);
  jpeg_destroy_decompress (&info);
  if (!whole)
    {
      guardian_picture_free (picture);
      return NULL;
    }
  picture = guardian_picture_shrink (picture, edge, error);
  return picture != NULL
             ? guardian_picture_turn (picture, guardian_picture_orientation (bytes, size), error)
             : NULL;
}
