/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/content/agent-overview.h"

typedef struct {
  AgentOverview *overview;
  AgentProfile *profiles;
  AgentDecimalMark *marks;
  AgentDateOrder *orders;
  guint64 left_out;
} Run;

static void
column_free (gpointer data)
{
  AgentOverviewColumn *column = data;
  g_free (column->name);
  g_free (column);
}

void
agent_overview_free (AgentOverview *overview)
{
  g_ptr_array_unref (overview->columns);
  g_ptr_array_unref (overview->notes);
  g_free (overview);
}

static gboolean
profile_row (const AgentCsvRow *row, gpointer user_data)
{
  Run *run = user_data;
  for (guint i = 0; i < run->overview->columns->len; i++)
    agent_profile_add (&run->profiles[i], agent_table_cell (row, i));
  return TRUE;
}

static void
settle (Run *run, const AgentTable *table)
{
  GPtrArray *notes = run->overview->notes;
  for (guint i = 0; i < run->overview->columns->len; i++)
    {
      AgentOverviewColumn *column = run->overview->columns->pdata[i];
      const AgentProfile *profile = &run->profiles[i];
      column->filled = profile->filled;
      if (column->type == AGENT_TABLE_DATE)
        run->orders[i] = agent_profile_order (profile, column->name, notes);
      if (column->type != AGENT_TABLE_NUMBER)
        continue;
      run->marks[i] = agent_profile_mark (profile, column->name, agent_table_mark (table),
                                          agent_table_separator (table) == ';', notes);
      column->summed = !agent_profile_is_mixed (profile);
      g_strlcpy (column->unit, agent_profile_unit (profile), sizeof column->unit);
      if (!column->summed)
        g_ptr_array_add (notes, g_strdup_printf ("“%s” holds amounts of several currencies; they "
                                                 "were not added.",
                                                 column->name));
    }
}

static void
add_number (AgentOverviewColumn *column, const char *cell, AgentDecimalMark mark)
{
  AgentNumber number;
  if (!agent_number_parse (cell, mark, &number))
    return;
  gboolean first = column->read++ == 0;
  if (first || agent_decimal_compare (number.value, column->min) < 0)
    column->min = number.value;
  if (first || agent_decimal_compare (number.value, column->max) > 0)
    column->max = number.value;
  column->summed = column->summed && agent_decimal_add (column->sum, number.value, &column->sum);
}

static void
add_date (AgentOverviewColumn *column, const char *cell, AgentDateOrder order)
{
  AgentDate date;
  if (!agent_date_parse (cell, order, &date))
    return;
  guint32 day = (guint32) (date.year * 10000 + date.month * 100 + date.day);
  gboolean first = column->read++ == 0;
  column->first = first ? day : MIN (column->first, day);
  column->last = MAX (column->last, day);
}

static gboolean
add_row (const AgentCsvRow *row, gpointer user_data)
{
  Run *run = user_data;
  run->overview->rows++;
  if (row->damaged || row->n_fields > run->overview->n_columns)
    run->left_out++;
  for (guint i = 0; i < run->overview->columns->len; i++)
    {
      AgentOverviewColumn *column = run->overview->columns->pdata[i];
      if (column->type == AGENT_TABLE_NUMBER)
        add_number (column, agent_table_cell (row, i), run->marks[i]);
      else if (column->type == AGENT_TABLE_DATE)
        add_date (column, agent_table_cell (row, i), run->orders[i]);
    }
  return TRUE;
}

static AgentOverview *
overview_new (const AgentTable *table)
{
  AgentOverview *overview = g_new0 (AgentOverview, 1);
  overview->columns = g_ptr_array_new_with_free_func (column_free);
  overview->notes = g_ptr_array_new_with_free_func (g_free);
  overview->n_columns = agent_table_names (table)->len;
  for (guint i = 0; i < MIN (overview->n_columns, AGENT_OVERVIEW_COLUMNS_MAX); i++)
    {
      AgentOverviewColumn *column = g_new0 (AgentOverviewColumn, 1);
      column->name = agent_table_show_name (table, i);
      column->type = agent_table_type (table, i);
      g_ptr_array_add (overview->columns, column);
    }
  return overview;
}

AgentOverview *
agent_overview_run (AgentTable *table, GCancellable *cancellable, GError **error)
{
  g_autoptr (AgentOverview) overview = overview_new (table);
  guint columns = overview->columns->len;
  g_autofree AgentProfile *profiles = g_new0 (AgentProfile, columns);
  g_autofree AgentDecimalMark *marks = g_new0 (AgentDecimalMark, columns);
  g_autofree AgentDateOrder *orders = g_new0 (AgentDateOrder, columns);
  Run run = { overview, profiles, marks, orders, 0 };

  if (!agent_table_scan (table, profile_row, &run, cancellable, error))
    return NULL;
  settle (&run, table);
  if (!agent_table_scan (table, add_row, &run, cancellable, error))
    return NULL;
  if (run.left_out > 0)
    g_ptr_array_add (overview->notes,
                     g_strdup_printf ("%" G_GUINT64_FORMAT " row%s damaged or too long; the "
                                      "figures may be off by them.",
                                      run.left_out, run.left_out == 1 ? " is" : "s are"));
  if (!agent_table_has_header (table))
    g_ptr_array_add (overview->notes,
                     g_strdup ("The file has no header; columns are called by their number."));
  return g_steal_pointer (&overview);
}
