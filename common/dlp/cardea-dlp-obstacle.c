/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/dlp/cardea-dlp-obstacle.h"

static const struct {
  const char *text;
  const char *word;
} obstacles[] = {
  { CARDEA_DLP_OBSTACLE_DEEP, "deep" },           { CARDEA_DLP_OBSTACLE_MUCH, "large" },
  { CARDEA_DLP_OBSTACLE_LARGE, "large" },         { CARDEA_DLP_OBSTACLE_SLOW, "slow" },
  { CARDEA_DLP_OBSTACLE_LISTED, "large" },        { CARDEA_DLP_OBSTACLE_DAMAGED, "damaged" },
  { CARDEA_DLP_OBSTACLE_ENCRYPTED, "encrypted" },
};

const char *
cardea_dlp_obstacle_word (const char *text)
{
  for (gsize i = 0; i < G_N_ELEMENTS (obstacles); i++)
    if (g_strcmp0 (text, obstacles[i].text) == 0)
      return obstacles[i].word;
  return "unknown";
}
