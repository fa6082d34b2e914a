/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/launch/guardian-handoff.h"

#include <glib.h>

/* Why a sandbox could not be made, as one sentence for the person that names what is missing.
 * message: what the chain said, not trusted beyond its type; NULL when it said nothing. output: the
 * tail of its standard error. The caller owns the result. */
char *guardian_explain (const GuardianHandoff *message, const char *output);
