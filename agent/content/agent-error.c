/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/content/agent-error.h"

G_DEFINE_QUARK (agent - error - quark, agent_error)
