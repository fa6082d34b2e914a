/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/core/guardian-link.h"

/* Who wants pictures to be seen. Each answers by itself, later. */

/* picture.show: a front end has one. */
void guardian_picture_show_front (GuardianLink *link, CardeaMessage *message);
/* chat.picture: a session's agent has one for the person. */
void guardian_picture_show_agent (GuardianLink *link, CardeaMessage *message);
