/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/core/guardian-refusals.h"

#include "common/base/cardea-text.h"

#include <string.h>

void
guardian_refusals_note (GuardianRefusals *refusals, const char *what, const char *why)
{
  refusals->count = MIN (refusals->count, G_MAXINT32 - 1) + 1;
  if (refusals->what != NULL || what == NULL || why == NULL)
    return;
  g_autofree char *shown = cardea_text_escape (what, strlen (what), NULL);
  refusals->what = cardea_text_shorten (shown, GUARDIAN_REFUSALS_CHARACTERS);
  refusals->why = cardea_text_shorten (why, GUARDIAN_REFUSALS_CHARACTERS);
}

void
guardian_refusals_tell (const GuardianRefusals *refusals, CardeaMessage *event)
{
  if (refusals->what == NULL)
    return;
  cardea_message_set_int (event, "refused", refusals->count);
  cardea_message_set_string (event, "refused_what", refusals->what);
  cardea_message_set_string (event, "refused_why", refusals->why);
}

void
guardian_refusals_clear (GuardianRefusals *refusals)
{
  g_clear_pointer (&refusals->what, g_free);
  g_clear_pointer (&refusals->why, g_free);
}
