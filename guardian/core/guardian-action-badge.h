/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/core/guardian-request.h"

/* A badge that a program wants for a service (egress.badge), through the pipeline as everything:
 * the launch worker says which program it is, policy decides (credential.use, resource.kind
 * "badge"), the keys worker signs. */

/* Static. */
const GuardianAction *guardian_action_badge_row (void);
