/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "agent/content/agent-date.h"
#include "agent/content/agent-number.h"

/* What all cells of one column together prove about how its numbers and dates are written. Fed
 * cell by cell in a first pass; the second pass reads with what was decided. */

#define AGENT_PROFILE_UNITS_MAX 8
#define AGENT_PROFILE_EXAMPLE 48

typedef struct {
  guint64 filled;
  guint64 numbers;
  guint64 dates;
  guint64 marks[3];  /* by AgentDecimalMark: cells that prove it */
  guint64 orders[3]; /* by AgentDateOrder: cells that prove it */
  guint64 ambiguous_numbers;
  guint64 ambiguous_dates;
  char ambiguous_number[AGENT_PROFILE_EXAMPLE]; /* the first one */
  char ambiguous_date[AGENT_PROFILE_EXAMPLE];
  guint64 breaks[3][2]; /* by order: steps down and up from row to row */
  guint32 last[3];      /* by order: the row before as yyyymmdd */
  char units[AGENT_PROFILE_UNITS_MAX][AGENT_NUMBER_UNIT_SIZE];
  guint n_units;
  gboolean more_units;
} AgentProfile;

void agent_profile_add (AgentProfile *profile, const char *cell);

/* elsewhere: what the other columns prove; comma_likely: the file's separator suggests it. A
 * sentence about an assumption is appended to notes. name is fit to be shown. */
AgentDecimalMark agent_profile_mark (const AgentProfile *profile, const char *name,
                                     AgentDecimalMark elsewhere, gboolean comma_likely,
                                     GPtrArray *notes);
AgentDateOrder agent_profile_order (const AgentProfile *profile, const char *name,
                                    GPtrArray *notes);
/* TRUE when amounts of different units stand in the column: they are never added. */
gboolean agent_profile_is_mixed (const AgentProfile *profile);
/* The unit of all its numbers, "" when they have none or several. */
const char *agent_profile_unit (const AgentProfile *profile);
