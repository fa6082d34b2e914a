/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/picture/guardian-picture.h"
#include "tests/fuzz/fuzz.h"

#define EDGE 32u

/* Whatever the bytes are: a picture no larger than asked for, every pixel of it there, or an
 * error. */
int
LLVMFuzzerTestOneInput (const uint8_t *bytes, size_t size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GuardianPicture) picture = guardian_picture_decode (bytes, size, EDGE, &error);
  guint sum = 0;

  FUZZ_CHECK ((picture == NULL) == (error != NULL));
  if (picture == NULL)
    return 0;
  FUZZ_CHECK (picture->width >= 1 && picture->width <= EDGE);
  FUZZ_CHECK (picture->height >= 1 && picture->height <= EDGE);
  FUZZ_CHECK (picture->full_width >= picture->width && picture->full_height >= picture->height);
  for (guint i = 0; i < picture->width * picture->height * 4; i++)
    sum += picture->rgba[i];
  FUZZ_CHECK (sum <= 255 * EDGE * EDGE * 4);
  return 0;
}
