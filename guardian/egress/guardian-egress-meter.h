/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/protocol/cardea-host-limits.h"
#include "guardian/egress/guardian-egress-fetch.h"

/* Keeps to the limits of one grant in one session, over all its requests. Sentences why it does not
 * go on are static. */
typedef struct _GuardianEgressMeter GuardianEgressMeter;

/* Of one request, zeroed before it begins. */
typedef struct {
  gint64 sent;
  gint64 received;
} GuardianEgressMeterUse;

GuardianEgressMeter *guardian_egress_meter_new (const CardeaHostLimits *limits); /* copied */
GuardianEgressMeter *guardian_egress_meter_ref (GuardianEgressMeter *meter);     /* NULL: of NULL */
void guardian_egress_meter_unref (GuardianEgressMeter *meter);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GuardianEgressMeter, guardian_egress_meter_unref)

/* meter NULL: nothing is limited. Each returns NULL when it may go on. now_us: monotonic. */
const char *guardian_egress_meter_begin (GuardianEgressMeter *meter, gint64 body_size,
                                         gint64 now_us);
const char *guardian_egress_meter_head (const GuardianEgressMeter *meter, guint status,
                                        const GPtrArray *headers);
const char *guardian_egress_meter_sent (GuardianEgressMeter *meter, GuardianEgressMeterUse *use,
                                        gsize bytes, gint64 now_us);
const char *guardian_egress_meter_received (GuardianEgressMeter *meter, GuardianEgressMeterUse *use,
                                            gsize bytes, gint64 now_us);
