/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/protocol/cardea-message.h"
#include "guardian/egress/guardian-egress-credential.h"
#include "guardian/egress/guardian-egress-relay.h"
#include "guardian/egress/guardian-egress-resolver.h"
#include "guardian/egress/guardian-egress-trust.h"

/* What all sessions of the worker share. */
typedef struct {
  GuardianEgressResolver *resolver;
  GuardianEgressRelays *relays;
  GuardianEgressTrust *trust;
  GuardianEgressCredentials *credentials;
  void (*send) (CardeaMessage *taken, gpointer user_data); /* to the core */
  gpointer user_data;
} GuardianEgressContext;
