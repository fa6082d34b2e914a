/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "agent/content/agent-profile.h"
#include "agent/content/agent-table.h"

/* One question to a table: two scans, the first to learn how the columns in question are written,
 * the second to add up. Memory grows with the number of groups only, and that is limited. */

#define AGENT_QUERY_GROUPS_MAX 20000u
#define AGENT_QUERY_KEY_MAX 120u /* characters of a group's name */

typedef enum {
  AGENT_COMPARE_NONE,
  AGENT_COMPARE_IS,
  AGENT_COMPARE_IS_NOT,
  AGENT_COMPARE_CONTAINS,
  AGENT_COMPARE_ABOVE,
  AGENT_COMPARE_BELOW,
} AgentCompare;

typedef struct {
  int value;           /* column to add up; -1: rows are counted */
  gboolean count_only; /* with value: cells that are filled are counted, of whatever kind */
  int group;           /* -1: none */
  AgentPeriod period;  /* of the group column's dates; NONE: by its text */
  int filter;          /* column; -1: none */
  AgentCompare compare;
  const char *operand;
  int when;  /* column of dates; -1: none */
  int year;  /* 0: any */
  int month; /* 0: any */
} AgentQuery;

#define AGENT_QUERY_INIT ((AgentQuery){ .value = -1, .group = -1, .filter = -1, .when = -1 })

typedef struct {
  char *key; /* fit to be shown */
  char unit[AGENT_NUMBER_UNIT_SIZE];
  guint64 rows;
  AgentDecimal sum;
  AgentDecimal min;
  AgentDecimal max;
  guint64 min_line;
  guint64 max_line;
} AgentQueryGroup;

typedef struct {
  GPtrArray *groups; /* of AgentQueryGroup; periods in order of time, others largest first */
  GPtrArray *totals; /* of AgentQueryGroup: one for each unit; one without a value column */
  GPtrArray *notes;  /* of char *: assumptions, and what was left out */
  guint64 rows;      /* looked at */
  guint64 matched;   /* passed the filters */
  guint64 left_out;
  gboolean mixed;                    /* groups and totals are for each unit */
  char unit[AGENT_NUMBER_UNIT_SIZE]; /* of all numbers, when it is one */
} AgentQueryResult;

AgentQueryResult *agent_query_run (AgentTable *table, const AgentQuery *query,
                                   GCancellable *cancellable,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
void agent_query_result_free (AgentQueryResult *result);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgentQueryResult, agent_query_result_free)

/* The average of a group as text, "" for no rows. The caller owns it. */
char *agent_query_average (const AgentQueryGroup *group);
