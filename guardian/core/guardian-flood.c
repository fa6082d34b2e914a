/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/core/guardian-flood.h"

#include <string.h>

gboolean
guardian_flood_ask (GuardianFlood *flood, gint64 now_us, gboolean *ret_first)
{
  gint64 oldest = flood->asked[flood->next];
  gboolean too_many = oldest != 0 && now_us - oldest < GUARDIAN_FLOOD_WINDOW_US;

  if (ret_first != NULL)
    *ret_first = FALSE;
  if (!flood->paused && (too_many || flood->denials >= GUARDIAN_FLOOD_DENIALS))
    {
      flood->paused = TRUE;
      if (ret_first != NULL)
        *ret_first = TRUE;
    }
  if (flood->paused)
    {
      flood->refused++;
      return FALSE;
    }
  flood->asked[flood->next] = now_us;
  flood->next = (flood->next + 1) % GUARDIAN_FLOOD_QUESTIONS;
  return TRUE;
}

void
guardian_flood_answered (GuardianFlood *flood, gboolean allowed)
{
  flood->denials = allowed ? 0 : flood->denials + 1;
}

void
guardian_flood_reset (GuardianFlood *flood)
{
  memset (flood, 0, sizeof *flood);
}
