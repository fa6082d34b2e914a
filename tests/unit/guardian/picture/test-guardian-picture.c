/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The decoder, on pictures that the libraries' own writers made and on what is left of them. */

#include "guardian/picture/guardian-picture-private.h"
#include "tests/unit/guardian/picture/picture-maker.h"

#include <string.h>

typedef struct {
  const char *name;
  PictureMaker make;
  guint tolerance;  /* of a JPEG's colours */
  guint last_alpha; /* of the fourth quarter */
} Kind;

static const Kind kinds[] = {
  { "png", picture_maker_png, 0, 128 },   { "jpeg", picture_maker_jpeg, 12, 255 },
  { "webp", picture_maker_webp, 0, 128 }, { "gif", picture_maker_gif, 0, 0 },
  { "bmp", picture_maker_bmp, 0, 255 },
};

static GuardianPicture *
decode (GBytes *bytes, guint edge)
{
  g_autoptr (GError) error = NULL;
  gsize size = 0;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  GuardianPicture *picture = guardian_picture_decode (data, size, edge, &error);
  g_assert_no_error (error);
  g_assert_nonnull (picture);
  return picture;
}

static const guint8 *
pixel_at (const GuardianPicture *picture, guint eighth_x, guint eighth_y)
{
  guint x = picture->width * eighth_x / 8, y = picture->height * eighth_y / 8;
  return picture->rgba + ((gsize) y * picture->width + x) * 4;
}

static void
assert_colour (const guint8 *pixel, guint red, guint green, guint blue, guint alpha,
               guint tolerance)
{
  const guint wanted[] = { red, green, blue, alpha };
  for (guint i = 0; i < (alpha == 0 ? 0 : 4); i++)
    g_assert_cmpint (ABS ((gint) pixel[i] - (gint) wanted[i]), <=, (gint) tolerance);
  g_assert_cmpuint (pixel[3], ==, alpha);
}

static void
assert_quarters (const GuardianPicture *picture, const Kind *kind)
{
  assert_colour (pixel_at (picture, 1, 1), 255, 0, 0, 255, kind->tolerance);
  assert_colour (pixel_at (picture, 6, 1), 0, 255, 0, 255, kind->tolerance);
  assert_colour (pixel_at (picture, 1, 6), 0, 0, 255, 255, kind->tolerance);
  assert_colour (pixel_at (picture, 6, 6), 255, 255, 255, kind->last_alpha, kind->tolerance);
}

static void
test_whole (gconstpointer data)
{
  const Kind *kind = data;
  g_autoptr (GBytes) bytes = kind->make (48, 32);
  g_autoptr (GuardianPicture) picture = decode (bytes, 48);

  g_assert_cmpuint (picture->width, ==, 48);
  g_assert_cmpuint (picture->height, ==, 32);
  g_assert_cmpuint (picture->full_width, ==, 48);
  g_assert_cmpuint (picture->full_height, ==, 32);
  assert_quarters (picture, kind);
}

static void
test_smaller (gconstpointer data)
{
  const Kind *kind = data;
  g_autoptr (GBytes) bytes = kind->make (240, 120);
  g_autoptr (GuardianPicture) picture = decode (bytes, 64);

  g_assert_cmpuint (picture->width, ==, 64);
  g_assert_cmpuint (picture->height, ==, 32);
  g_assert_cmpuint (picture->full_width, ==, 240);
  g_assert_cmpuint (picture->full_height, ==, 120);
  assert_quarters (picture, kind);
  g_autoptr (GuardianPicture) least = decode (bytes, 1);
  g_assert_cmpuint (least->width, ==, 1);
  g_assert_cmpuint (least->height, ==, 1);
}

/* Cut off anywhere, or with any byte turned: a picture of the right form, or an error. */
static void
test_broken (gconstpointer data)
{
  const Kind *kind = data;
  g_autoptr (GBytes) bytes = kind->make (40, 24);
  gsize size = 0;
  const guint8 *whole = g_bytes_get_data (bytes, &size);

  for (gsize at = 0; at < MIN (size, 400); at++)
    for (guint way = 0; way < 2; way++)
      {
        g_autoptr (GError) error = NULL;
        g_autofree guint8 *copy = g_memdup2 (whole, size);
        copy[at] ^= way == 1 ? 0xff : 0;
        g_autoptr (GuardianPicture) picture
            = guardian_picture_decode (copy, way == 0 ? at : size, 64, &error);
        g_assert_true ((picture == NULL) == (error != NULL));
        if (picture == NULL)
          g_assert_true (error->domain == GUARDIAN_PICTURE_ERROR);
        else
          g_assert_true (picture->width >= 1 && picture->width <= 64 && picture->height >= 1
                         && picture->height <= 64);
      }
}

static void
assert_refused (const void *bytes, gsize size, gint code)
{
  g_autoptr (GError) error = NULL;
  g_assert_null (guardian_picture_decode (bytes, size, 64, &error));
  g_test_message ("%s", error->message);
  g_assert_error (error, GUARDIAN_PICTURE_ERROR, code);
}

static void
test_none (void)
{
  static const char *const texts[]
      = { "", "B", "<svg xmlns='http://www.w3.org/2000/svg'/>", "II*" };
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    assert_refused (texts[i], strlen (texts[i]), GUARDIAN_PICTURE_ERROR_KIND);
  assert_refused ("\x89PNG\r\n\x1a\nnothing", 15, GUARDIAN_PICTURE_ERROR_BROKEN);
  assert_refused ("\xff\xd8\xff\xe0nothing", 11, GUARDIAN_PICTURE_ERROR_BROKEN);
  assert_refused ("GIF89anothing", 13, GUARDIAN_PICTURE_ERROR_BROKEN);
  assert_refused ("RIFF\x10\0\0\0WEBPVP8 ", 16, GUARDIAN_PICTURE_ERROR_BROKEN);
  assert_refused ("BM..........................", 28, GUARDIAN_PICTURE_ERROR_BROKEN);
}

/* A few bytes that say they are gigabytes: refused before memory is taken. */
static void
test_claims (void)
{
  g_autoptr (GBytes) png = picture_maker_bomb_png (60000, 60000);
  g_autoptr (GBytes) wide = picture_maker_bomb_png (999999, 1);
  g_autoptr (GBytes) gif = picture_maker_gif (16, 16);
  g_autoptr (GBytes) bmp = picture_maker_bmp (16, 16);
  gsize size = 0;
  const guint8 *bytes = g_bytes_get_data (png, &size);
  assert_refused (bytes, size, GUARDIAN_PICTURE_ERROR_LIMIT);
  bytes = g_bytes_get_data (wide, &size);
  assert_refused (bytes, size, GUARDIAN_PICTURE_ERROR_LIMIT);

  bytes = g_bytes_get_data (gif, &size);
  g_autofree guint8 *canvas = g_memdup2 (bytes, size);
  memset (canvas + 6, 0xff, 4);
  assert_refused (canvas, size, GUARDIAN_PICTURE_ERROR_LIMIT);
  g_autofree guint8 *frame = g_memdup2 (bytes, size);
  memset (frame + 13 + 12 + 8 + 5, 0xff, 4);
  assert_refused (frame, size, GUARDIAN_PICTURE_ERROR_LIMIT);

  bytes = g_bytes_get_data (bmp, &size);
  g_autofree guint8 *tall = g_memdup2 (bytes, size);
  memcpy (tall + 22, "\xff\xff\xff\x7f", 4);
  assert_refused (tall, size, GUARDIAN_PICTURE_ERROR_LIMIT);
}

/* Held sideways: the red quarter is where Exif says that it belongs. */
static void
test_turned (void)
{
  static const struct {
    guint orientation;
    guint x; /* of the red quarter, in eighths */
    guint y;
    gboolean upright;
  } ways[] = { { 1, 1, 1, FALSE }, { 2, 6, 1, FALSE }, { 3, 6, 6, FALSE },
               { 4, 1, 6, FALSE }, { 5, 1, 1, TRUE },  { 6, 6, 1, TRUE },
               { 7, 6, 6, TRUE },  { 8, 1, 6, TRUE },  { 9, 1, 1, FALSE } };
  g_autoptr (GBytes) jpeg = picture_maker_jpeg (96, 48);

  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      g_autoptr (GBytes) turned = picture_maker_turn (jpeg, ways[i].orientation);
      g_autoptr (GuardianPicture) picture = decode (turned, 48);
      g_assert_cmpuint (picture->width, ==, ways[i].upright ? 24 : 48);
      g_assert_cmpuint (picture->full_height, ==, ways[i].upright ? 96 : 48);
      assert_colour (pixel_at (picture, ways[i].x, ways[i].y), 255, 0, 0, 255, 12);
    }
}

/* What other programs write: the fuzz target's own seeds. */
static void
test_seeds (void)
{
  static const struct {
    const char *name;
    guint width;
    guint height;
  } seeds[]
      = { { "alpha.bmp", 9, 7 },         { "alpha.png", 9, 7 },        { "bits.bmp", 9, 7 },
          { "core.bmp", 9, 7 },          { "deep.png", 24, 16 },       { "gray.jpg", 24, 16 },
          { "gray.png", 24, 16 },        { "index.bmp", 9, 7 },        { "inks.jpg", 24, 16 },
          { "interlaced.gif", 24, 16 },  { "interlaced.png", 24, 16 }, { "lossless.webp", 24, 16 },
          { "lossy.webp", 24, 16 },      { "moving.gif", 24, 16 },     { "moving.webp", 24, 16 },
          { "palette.png", 24, 16 },     { "plain.bmp", 9, 7 },        { "plain.jpg", 40, 16 },
          { "progressive.jpg", 24, 16 }, { "turned.jpg", 16, 40 } };

  for (guint i = 0; i < G_N_ELEMENTS (seeds); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *path = g_build_filename (SEEDS, seeds[i].name, NULL);
      char *content = NULL;
      gsize size = 0;
      g_assert_true (g_file_get_contents (path, &content, &size, &error));
      g_autoptr (GBytes) bytes = g_bytes_new_take (content, size);
      g_autoptr (GuardianPicture) picture = decode (bytes, 64);
      g_test_message ("%s", seeds[i].name);
      g_assert_cmpuint (picture->width, ==, seeds[i].width);
      g_assert_cmpuint (picture->height, ==, seeds[i].height);
    }
}

/* What is transparent has no colour: red beside nothing stays red, half of it. */
static void
test_mean (void)
{
  g_autoptr (GError) error = NULL;
  GuardianPicture *picture = guardian_picture_new (2, 1, &error);
  memcpy (picture->rgba, "\xff\0\0\xff\0\xff\0\0", 8);
  picture = guardian_picture_shrink (picture, 1, &error);
  g_assert_no_error (error);
  assert_colour (picture->rgba, 255, 0, 0, 128, 0);
  guardian_picture_free (picture);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autofree char *whole = g_strdup_printf ("/picture/%s/whole", kinds[i].name);
      g_autofree char *smaller = g_strdup_printf ("/picture/%s/smaller", kinds[i].name);
      g_autofree char *broken = g_strdup_printf ("/picture/%s/broken", kinds[i].name);
      g_test_add_data_func (whole, &kinds[i], test_whole);
      g_test_add_data_func (smaller, &kinds[i], test_smaller);
      g_test_add_data_func (broken, &kinds[i], test_broken);
    }
  g_test_add_func ("/picture/none", test_none);
  g_test_add_func ("/picture/claims", test_claims);
  g_test_add_func ("/picture/turned", test_turned);
  g_test_add_func ("/picture/mean", test_mean);
  g_test_add_func ("/picture/seeds", test_seeds);
  return g_test_run ();
}
