/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/core/guardian-context.h"

/* SIGTERM, SIGINT and SIGHUP end the guardian cleanly; read from a signalfd, so that no thread is
 * needed for them. */

/* After the starter was forked: what it starts must not inherit this. */
void guardian_signals_block (void);
void guardian_signals_watch (GuardianContext *context);
