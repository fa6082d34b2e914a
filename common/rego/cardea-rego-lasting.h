/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/rego/cardea-rego-code.h"

/* Which rules have values that may outlive an evaluation, and what those depend on. */

/* A bit for each path of the input that some rule looks at, in a program's order; further paths and
 * the input as a whole share one. What only the query itself looks at has its own. */
#define CARDEA_REGO_LOOKS 62u
#define CARDEA_REGO_LOOKS_QUERY ((guint64) 1 << 63)
#define CARDEA_REGO_LOOKS_ALL G_MAXUINT64

static inline guint64
cardea_rego_lasting_bit (guint path)
{
  return (guint64) 1 << MIN (path, CARDEA_REGO_LOOKS);
}

void cardea_rego_lasting_mark (CardeaRegoProgram *program);
