/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/core/guardian-session.h"

/* A guardian's parts with links that lead nowhere and workers that are all down: what is decided
 * and recorded can be seen all the same. Its policy refuses everything until one is loaded. */
typedef struct {
  char *folder;
  GuardianContext context;
  GuardianLink *front, *agent;
  GuardianSession *session; /* ready, in mode ask, of /home/ann */
} CoreFixture;

void core_fixture_up (CoreFixture *fixture, gconstpointer data);
void core_fixture_down (CoreFixture *fixture, gconstpointer data);
