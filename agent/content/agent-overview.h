/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "agent/content/agent-profile.h"
#include "agent/content/agent-table.h"

/* What a table holds, column by column. */

#define AGENT_OVERVIEW_COLUMNS_MAX 40u

typedef struct {
  char *name; /* fit to be shown */
  AgentTableType type;
  guint64 filled;
  guint64 read; /* cells that are of the column's type */
  AgentDecimal sum, min, max;
  gboolean summed; /* FALSE: not numbers, of several units, or too large */
  char unit[AGENT_NUMBER_UNIT_SIZE];
  guint32 first, last; /* dates as yyyymmdd */
} AgentOverviewColumn;

typedef struct {
  guint64 rows;
  guint n_columns;    /* of the table; columns may hold fewer */
  GPtrArray *columns; /* of AgentOverviewColumn */
  GPtrArray *notes;   /* of char * */
} AgentOverview;

AgentOverview *agent_overview_run (AgentTable *table, GCancellable *cancellable,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
void agent_overview_free (AgentOverview *overview);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgentOverview, agent_overview_free)
