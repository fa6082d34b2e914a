/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/files/view/guardian-view-linger.h"

gboolean
guardian_view_linger_try (GuardianViewLinger *linger)
{
  if (linger->left == 0)
    return TRUE;
  linger->left--;
  return FALSE;
}

void
guardian_view_linger_learn (GuardianViewLinger *linger, gboolean came)
{
  if (came)
    {
      linger->credit = MIN (linger->credit + 1, GUARDIAN_VIEW_LINGER_CREDIT);
      linger->resting /= 2;
      return;
    }
  if (linger->credit >= GUARDIAN_VIEW_LINGER_PRICE)
    {
      linger->credit -= GUARDIAN_VIEW_LINGER_PRICE;
      return;
    }
  linger->credit = 0;
  linger->resting = CLAMP (linger->resting * 2, GUARDIAN_VIEW_LINGER_REST_FIRST,
                           GUARDIAN_VIEW_LINGER_REST_LAST);
  linger->left = linger->resting;
}
