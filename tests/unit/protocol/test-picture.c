/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What a decoder that lies may say: nothing of it is taken. */

#include "common/base/cardea-autofd.h"
#include "common/protocol/cardea-descriptor.h"
#include "common/protocol/cardea-picture.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define ALL_SEALS (F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE)

typedef struct {
  const char *name;
  gint64 width;
  gint64 height;
  gint64 stride;
  guint edge;
  off_t size;
  int seals;
  gboolean taken;
} Case;

static const Case cases[] = {
  { "good", 8, 4, 32, 8, 128, ALL_SEALS, TRUE },
  { "least", 1, 1, 4, 1, 4, ALL_SEALS, TRUE },
  { "largest", 2048, 2048, 8192, 4096, 2048 * 8192, ALL_SEALS, TRUE },
  { "wider-than-asked", 9, 4, 36, 8, 144, ALL_SEALS, FALSE },
  { "higher-than-asked", 4, 9, 16, 8, 144, ALL_SEALS, FALSE },
  { "larger-than-any", 2049, 1, 8196, 4096, 8196, ALL_SEALS, FALSE },
  { "no-width", 0, 4, 0, 8, 0, ALL_SEALS, FALSE },
  { "negative", -8, 4, -32, 8, 128, ALL_SEALS, FALSE },
  { "gigabytes", G_MAXINT32, G_MAXINT32, 4, 2048, 128, ALL_SEALS, FALSE },
  { "product-overflows", G_GINT64_CONSTANT (1) << 32, 4, 32, 2048, 128, ALL_SEALS, FALSE },
  { "stride-longer", 8, 4, 64, 8, 256, ALL_SEALS, FALSE },
  { "stride-shorter", 8, 4, 16, 8, 64, ALL_SEALS, FALSE },
  { "one-byte-less", 8, 4, 32, 8, 127, ALL_SEALS, FALSE },
  { "one-byte-more", 8, 4, 32, 8, 129, ALL_SEALS, FALSE },
  { "empty", 8, 4, 32, 8, 0, ALL_SEALS, FALSE },
  { "not-sealed", 8, 4, 32, 8, 128, 0, FALSE },
  { "can-shrink", 8, 4, 32, 8, 128, ALL_SEALS & ~F_SEAL_SHRINK, FALSE },
  { "can-be-written", 8, 4, 32, 8, 128, ALL_SEALS & ~F_SEAL_WRITE, FALSE },
  { "can-grow", 8, 4, 32, 8, 128, ALL_SEALS & ~F_SEAL_GROW, FALSE },
};

static CardeaMessage *
new_message (const Case *said, int fd)
{
  CardeaMessage *message = cardea_message_new ("picture.decoded");
  cardea_message_set_int (message, "width", said->width);
  cardea_message_set_int (message, "height", said->height);
  cardea_message_set_int (message, "stride", said->stride);
  cardea_message_set_int (message, "full_width", 1000);
  cardea_message_set_int (message, "full_height", 500);
  if (fd >= 0)
    cardea_message_set_fd (message, "pixels", fd);
  return message;
}

static void
test_case (gconstpointer data)
{
  const Case *said = data;
  g_autoptr (GError) error = NULL;
  g_auto (CardeaPicture) picture = { .pixels = -1 };
  int fd = memfd_create ("test", MFD_CLOEXEC | MFD_ALLOW_SEALING);

  g_assert_cmpint (ftruncate (fd, said->size), ==, 0);
  g_assert_cmpint (fcntl (fd, F_ADD_SEALS, said->seals), ==, 0);
  g_autoptr (CardeaMessage) message = new_message (said, fd);
  gboolean taken = cardea_picture_take (message, said->edge, &picture, &error);
  g_assert_cmpint (taken, ==, said->taken);
  g_assert_true (taken == (error == NULL));
  g_assert_true (taken == (picture.pixels >= 0));
  g_assert_cmpint (cardea_message_peek_fd (message, "pixels"), <, 0);
}

/* A file, a pipe and nothing are no memfd. */
static void
test_descriptors (void)
{
  int pair[2];
  g_autoptr (GError) file_error = NULL, pipe_error = NULL, none_error = NULL;
  g_autofree char *name = NULL;
  CardeaPicture picture;
  int file = g_file_open_tmp (NULL, &name, NULL);

  g_assert_cmpint (ftruncate (file, 128), ==, 0);
  g_assert_cmpint (unlink (name), ==, 0);
  g_assert_cmpint (pipe2 (pair, O_CLOEXEC), ==, 0);
  g_autoptr (CardeaMessage) of_file = new_message (&cases[0], file);
  g_autoptr (CardeaMessage) of_pipe = new_message (&cases[0], pair[0]);
  g_autoptr (CardeaMessage) of_none = new_message (&cases[0], -1);
  g_assert_false (cardea_picture_take (of_file, 8, &picture, &file_error));
  g_assert_error (file_error, CARDEA_PICTURE_ERROR, CARDEA_PICTURE_ERROR_PIXELS);
  g_assert_false (cardea_picture_take (of_pipe, 8, &picture, &pipe_error));
  g_assert_error (pipe_error, CARDEA_PICTURE_ERROR, CARDEA_PICTURE_ERROR_PIXELS);
  g_assert_false (cardea_picture_take (of_none, 8, &picture, &none_error));
  g_assert_error (none_error, CARDEA_PICTURE_ERROR, CARDEA_PICTURE_ERROR_PIXELS);
  close (pair[1]);
}

static void
test_put (void)
{
  g_autoptr (GError) error = NULL;
  g_auto (CardeaPicture) taken = { .pixels = -1 };
  const CardeaPicture put
      = { 2, 1, 8, 20, 10, cardea_descriptor_new_memfd ("test", "12345678", 8) };
  g_autoptr (CardeaMessage) message = cardea_message_new ("picture.decoded");

  cardea_picture_put (message, &put);
  g_assert_true (cardea_picture_take (message, 16, &taken, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (taken.full_width, ==, 20);
  g_assert_cmpuint (taken.full_height, ==, 10);
  cardea_picture_clear (&taken);
  g_assert_cmpint (taken.pixels, ==, -1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/picture/", cases[i].name, NULL);
      g_test_add_data_func (path, &cases[i], test_case);
    }
  g_test_add_func ("/picture/descriptors", test_descriptors);
  g_test_add_func ("/picture/put", test_put);
  return g_test_run ();
}
