/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/protocol/cardea-message.h"

/* launch.probe: what this machine can do, as many at a time as are useful. */
typedef struct _GuardianLaunchProbes GuardianLaunchProbes;

/* Gets every answer; the message is its. */
typedef void (*GuardianLaunchProbesAnswer) (CardeaMessage *taken, gpointer user_data);

GuardianLaunchProbes *guardian_launch_probes_new (GuardianLaunchProbesAnswer answer,
                                                  gpointer user_data);
/* Nothing is answered any more. */
void guardian_launch_probes_free (GuardianLaunchProbes *probes);

void guardian_launch_probes_begin (GuardianLaunchProbes *probes, CardeaMessage *request);
