/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/protocol/cardea-channel.h"
#include "guardian/core/guardian-context.h"

/* The guardian's side of an enrolment (architecture.md §4): a fresh peer sends the public part of a
 * key it made, the keys worker certifies it, and from then on the link is mutual TLS. */
typedef struct _GuardianEnrolment GuardianEnrolment;

/* Called once, never from inside guardian_enrolment_start(). tls NULL: failed, error says why, fd
 * is -1. Else fd is the callee's and tls is borrowed. */
typedef void (*GuardianEnrolmentDone) (int fd, CardeaTls *tls, const GError *error,
                                       gpointer user_data);

/* Takes fd. */
GuardianEnrolment *guardian_enrolment_start (GuardianContext *context, int fd, CardeaRole role,
                                             const char *name, GuardianEnrolmentDone done,
                                             gpointer user_data);
/* done is not called; fd is closed. */
void guardian_enrolment_cancel (GuardianEnrolment *enrolment);
