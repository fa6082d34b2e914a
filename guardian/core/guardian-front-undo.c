/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/core/guardian-front.h"

static void
refuse (GuardianLink *link, CardeaMessage *message)
{
  guardian_link_refuse (link, message, "unavailable", "changes cannot be reached at the moment");
}

void
guardian_front_undo_list (GuardianLink *link, CardeaMessage *message)
{
  refuse (link, message);
}

void
guardian_front_undo_show (GuardianLink *link, CardeaMessage *message)
{
  refuse (link, message);
}

void
guardian_front_undo_apply (GuardianLink *link, CardeaMessage *message)
{
  refuse (link, message);
}

void
guardian_front_undo_clear (GuardianLink *link, CardeaMessage *message)
{
  refuse (link, message);
}
