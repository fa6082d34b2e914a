/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/protocol/cardea-descriptor.h"
#include "common/protocol/cardea-picture.h"
#include "tests/fuzz/fuzz.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define NUMBERS 7

/* What decoders might say of a picture: six numbers, how long its memfd is, and how it is sealed.
 * What is taken can be mapped whole, and cannot change. */
int
LLVMFuzzerTestOneInput (const uint8_t *bytes, size_t size)
{
  static const char *const fields[] = { "width", "height", "stride", "full_width", "full_height" };
  guint32 numbers[NUMBERS] = { 0 };
  struct stat st;
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaMessage) message = cardea_message_new ("picture.decoded");
  g_auto (CardeaPicture) picture = { .pixels = -1 };

  if (size < sizeof numbers + 1)
    return 0;
  memcpy (numbers, bytes, sizeof numbers);
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    cardea_message_set_int (message, fields[i], (gint32) GUINT32_FROM_LE (numbers[i]));
  int fd = memfd_create ("fuzz", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  FUZZ_CHECK (fd >= 0 && ftruncate (fd, GUINT32_FROM_LE (numbers[6])) == 0);
  (void) fcntl (fd, F_ADD_SEALS, bytes[sizeof numbers] & 0x0f);
  cardea_message_set_fd (message, "pixels", fd);
  gboolean taken = cardea_picture_take (message, GUINT32_FROM_LE (numbers[5]), &picture, &error);
  FUZZ_CHECK (taken == (error == NULL) && taken == (picture.pixels >= 0));
  if (!taken)
    return 0;
  FUZZ_CHECK (picture.width <= CARDEA_PICTURE_EDGE_MOST
              && picture.height <= CARDEA_PICTURE_EDGE_MOST
              && picture.stride == picture.width * CARDEA_PICTURE_PIXEL);
  FUZZ_CHECK (fstat (picture.pixels, &st) == 0
              && (guint64) st.st_size == (guint64) picture.height * picture.stride);
  FUZZ_CHECK (ftruncate (picture.pixels, 0) != 0);
  FUZZ_CHECK (write (picture.pixels, "x", 1) != 1);
  return 0;
}
