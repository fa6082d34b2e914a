/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/protocol/cardea-message.h"

#include <glib.h>

/* What a program was refused without that a person knows: nobody was there to ask, policy forbids
 * it, the address of a host is none to go to. Programs say no more than "permission denied";
 * whoever started one is told how often, and of the first what and why. One a session. */

#define GUARDIAN_REFUSALS_CHARACTERS 300u

typedef struct {
  guint count;
  char *what; /* a path or host, escaped and cut; NULL: none yet */
  char *why;
} GuardianRefusals;

/* what: bytes of a stranger. */
void guardian_refusals_note (GuardianRefusals *refusals, const char *what, const char *why);
/* Into run.exited, when there are any. */
void guardian_refusals_tell (const GuardianRefusals *refusals, CardeaMessage *event);
void guardian_refusals_clear (GuardianRefusals *refusals);
