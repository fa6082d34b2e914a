/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/files/change/guardian-change-seam.h"

#include "common/base/cardea-paths.h"

#include <signal.h>
#include <stdlib.h>

void
guardian_change_seam_point (guint *points)
{
  const char *seam = cardea_paths_test_seam ("CARDEA_TEST_CHANGE_DIE_AT");
  if (seam != NULL && ++*points == (guint) atoi (seam))
    raise (SIGKILL);
}

gboolean
guardian_change_seam_plain (void)
{
  return cardea_paths_test_seam ("CARDEA_TEST_CHANGE_PLAIN") != NULL;
}

guint
guardian_change_seam_seconds (guint seconds)
{
  const char *seam = cardea_paths_test_seam ("CARDEA_TEST_CHANGE_SECONDS");
  return seam != NULL ? (guint) MAX (atoi (seam), 1) : seconds;
}
