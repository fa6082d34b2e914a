/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/limits/cardea-host-limits.h"
#include "guardian/egress/guardian-egress-fetch.h"

/* Keeps to limits of one host in one session, over all requests that they are for. Sentences why it
 * does not go on are static. */
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

/* What is limited without a grant is counted with all of its session that is limited so. */
typedef struct _GuardianEgressMeters GuardianEgressMeters;

#define GUARDIAN_EGRESS_METERS 256u /* of a session; what would need more is refused */

GuardianEgressMeters *guardian_egress_meters_new (void);
void guardian_egress_meters_free (GuardianEgressMeters *meters);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GuardianEgressMeters, guardian_egress_meters_free)

/* limits: the core's (objects.md, Limits), or NULL: nothing is limited, and *ret_meter NULL. The
 * caller gives it back. FALSE: they are none, of no session, or there are too many. */
gboolean guardian_egress_meters_find (GuardianEgressMeters *meters, const char *session,
                                      const char *host, guint16 port, const CardeaJson *limits,
                                      GuardianEgressMeter **ret_meter) G_GNUC_WARN_UNUSED_RESULT;
/* The session (NULL is none) ended. */
void guardian_egress_meters_forget (GuardianEgressMeters *meters, const char *session);
