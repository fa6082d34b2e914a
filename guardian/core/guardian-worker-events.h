/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/core/guardian-context.h"

/* What workers say unasked, and what their coming and going means for the rest: the handler that
 * guardian-workers.h takes; user_data is the context. */
extern const GuardianWorkersHandler guardian_worker_events;
