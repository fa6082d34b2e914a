/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/core/guardian-credential.h"
#include "guardian/core/guardian-link.h"
#include "guardian/core/guardian-model.h"

/* A front end's command, while it waits for somebody. */
typedef struct {
  GuardianLink *link;
  CardeaMessage *message;
  GuardianModel *model;           /* owned; NULL: it is not about one */
  GuardianCredential *credential; /* owned; NULL: none */
} GuardianFrontErrand;

GuardianFrontErrand *guardian_front_errand_new (GuardianLink *link, CardeaMessage *message);
void guardian_front_errand_free (GuardianFrontErrand *errand);

/* Each answers the front end and frees errand. */
void guardian_front_errand_refuse (GuardianFrontErrand *errand, const char *code,
                                   const char *reason);
void guardian_front_errand_done (GuardianFrontErrand *errand);

/* Takes resource, and records that it was commanded. FALSE: it could not be, errand was refused
 * and is freed. */
gboolean guardian_front_errand_record (GuardianFrontErrand *errand,
                                       CardeaJson *resource) G_GNUC_WARN_UNUSED_RESULT;
