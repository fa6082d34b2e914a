/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/access/agent-content.h"
#include "agent/content/agent-query.h"
#include "agent/tools/agent-tool.h"

#include <string.h>

#define GROUPS 60

typedef struct {
  AgentTable *table;
  AgentQuery query;
  GPtrArray *notes; /* which columns were taken */
} Plan;

static const char *const periods[] = { "", "day", "week", "month", "quarter", "year" };
static const char *const compares[] = { "", "is", "is-not", "contains", "above", "below" };

static int
index_of (const char *const *names, gsize count, const char *name)
{
  for (gsize i = 1; name != NULL && i < count; i++)
    if (strcmp (names[i], name) == 0)
      return (int) i;
  return 0;
}

static gboolean
find_column (Plan *plan, const char *wanted, AgentTableType type, int *ret_column, GError **error)
{
  guint column;
  char *note;
  if (!agent_table_find_column (plan->table, wanted, type, &column, &note, error))
    return FALSE;
  *ret_column = (int) column;
  if (note != NULL)
    g_ptr_array_add (plan->notes, note);
  return TRUE;
}

/* "by month": a column that is called Month, else the months of the column of dates. */
static gboolean
find_group (Plan *plan, const AgentToolCall *call, GError **error)
{
  const char *group = agent_tool_text (call, "group");
  AgentPeriod period
      = (AgentPeriod) index_of (periods, G_N_ELEMENTS (periods), agent_tool_text (call, "period"));
  g_autoptr (GError) none = NULL;
  guint column = 0;
  g_autofree char *note = NULL;
  gboolean named
      = group != NULL
        && agent_table_find_column (plan->table, group, AGENT_TABLE_TEXT, &column, &note, &none)
        && (note == NULL || period == AGENT_PERIOD_NONE);

  if (group == NULL && period == AGENT_PERIOD_NONE)
    return TRUE;
  if (!named && period != AGENT_PERIOD_NONE)
    {
      /* Which column of dates it was stands in the answer's first line. */
      g_autofree char *taken = NULL;
      gboolean found
          = agent_table_find_column (plan->table, NULL, AGENT_TABLE_DATE, &column, &taken, error);
      plan->query.period = period;
      plan->query.group = (int) column;
      return found;
    }
  if (!named)
    {
      g_propagate_error (error, g_steal_pointer (&none));
      return FALSE;
    }
  plan->query.group = (int) column;
  if (note != NULL)
    g_ptr_array_add (plan->notes, g_steal_pointer (&note));
  if (agent_table_type (plan->table, column) == AGENT_TABLE_DATE)
    plan->query.period = period != AGENT_PERIOD_NONE ? period : AGENT_PERIOD_DAY;
  return TRUE;
}

static gboolean
find_value (Plan *plan, const AgentToolCall *call, GError **error)
{
  const char *measure = agent_tool_text (call, "measure");
  const char *column = agent_tool_text (call, "column");
  if (g_strcmp0 (measure, "rows") == 0)
    return TRUE;
  plan->query.count_only = g_strcmp0 (measure, "filled") == 0;
  return find_column (plan, column, AGENT_TABLE_NUMBER, &plan->query.value, error);
}

static gboolean
find_filters (Plan *plan, const AgentToolCall *call, GError **error)
{
  AgentQuery *query = &plan->query;
  const char *filter = agent_tool_text (call, "filter");
  query->operand = agent_tool_text (call, "operand");
  query->compare = (AgentCompare) index_of (compares, G_N_ELEMENTS (compares),
                                            agent_tool_text (call, "compare"));
  query->year = (int) agent_tool_integer (call, "year", 0);
  query->month = (int) agent_tool_integer (call, "month", 0);
  if (filter != NULL && (query->operand == NULL || query->compare == AGENT_COMPARE_NONE))
    {
      g_set_error_literal (error, AGENT_ERROR, AGENT_ERROR_ARGUMENT,
                           "table: a filter needs “compare” and “operand”.");
      return FALSE;
    }
  if (filter != NULL && !find_column (plan, filter, AGENT_TABLE_TEXT, &query->filter, error))
    return FALSE;
  return (query->year == 0 && query->month == 0)
         || find_column (plan, NULL, AGENT_TABLE_DATE, &query->when, error);
}

static void
set_decimal (CardeaJson *object, const char *name, AgentDecimal value)
{
  g_autofree char *text = agent_decimal_format (value);
  cardea_json_set_string (object, name, text);
}

static CardeaJson *
new_group (const AgentQueryGroup *group, const char *unit, gboolean adds)
{
  CardeaJson *one = cardea_json_new_object ();
  cardea_json_set_string (one, "key", group->key);
  cardea_json_set_int (one, "rows", (gint64) group->rows);
  if (!adds)
    return one;
  g_autofree char *average = agent_query_average (group);
  cardea_json_set_string (one, "unit", group->unit[0] != '\0' ? group->unit : unit);
  cardea_json_set_string (one, "average", average);
  set_decimal (one, "total", group->sum);
  set_decimal (one, "min", group->min);
  set_decimal (one, "max", group->max);
  cardea_json_set_int (one, "min_line", (gint64) group->min_line);
  cardea_json_set_int (one, "max_line", (gint64) group->max_line);
  return one;
}

static CardeaJson *
new_groups (const GPtrArray *groups, const char *unit, gboolean adds, gint64 limit)
{
  CardeaJson *list = cardea_json_new_array ();
  for (guint i = 0; i < MIN (groups->len, (guint) limit); i++)
    cardea_json_append (list, new_group (groups->pdata[i], unit, adds));
  return list;
}

static void
set_name (const Plan *plan, CardeaJson *data, const char *field, int column)
{
  if (column < 0)
    return;
  g_autofree char *name = agent_table_show_name (plan->table, (guint) column);
  cardea_json_set_string (data, field, name);
}

static AgentToolResult *
make_result (const Plan *plan, const AgentContent *content, const AgentQueryResult *answer,
             gint64 limit)
{
  AgentToolResult *result = agent_tool_result_new ();
  CardeaJson *data = result->data;
  gboolean adds = plan->query.value >= 0 && !plan->query.count_only;
  set_name (plan, data, "column", plan->query.value);
  set_name (plan, data, "group", plan->query.group);
  set_name (plan, data, "when", plan->query.when);
  set_name (plan, data, "filter", plan->query.filter);
  if (plan->query.period != AGENT_PERIOD_NONE)
    cardea_json_set_string (data, "period", periods[plan->query.period]);
  cardea_json_set (data, "groups", new_groups (answer->groups, answer->unit, adds, limit));
  cardea_json_set (data, "totals", new_groups (answer->totals, answer->unit, adds, limit));
  cardea_json_set_int (data, "group_count", answer->groups->len);
  cardea_json_set_int (data, "rows", (gint64) answer->rows);
  cardea_json_set_int (data, "matched", (gint64) answer->matched);
  cardea_json_set_boolean (data, "mixed", answer->mixed);
  for (guint i = 0; i < content->notes->len; i++)
    g_ptr_array_insert (plan->notes, 0, g_strdup (content->notes->pdata[i]));
  agent_tool_result_set_notes (result, plan->notes, answer->notes);
  agent_tool_result_add_source (result, content->path);
  return result;
}

AgentToolResult *
agent_tool_table (const AgentToolCall *call, GError **error)
{
  g_autoptr (AgentContent) content
      = agent_content_open (call->link, agent_tool_text (call, "file"), call->cancellable, error);
  g_autoptr (AgentTable) table = NULL;
  if (content != NULL)
    table
        = agent_table_open (content->source, content->sheets ? '\t' : 0, call->cancellable, error);
  if (table == NULL)
    return NULL;

  g_autoptr (GPtrArray) notes = g_ptr_array_new_with_free_func (g_free);
  Plan plan = { table, AGENT_QUERY_INIT, notes };
  if (!find_value (&plan, call, error) || !find_group (&plan, call, error)
      || !find_filters (&plan, call, error))
    return NULL;
  g_autoptr (AgentQueryResult) answer
      = agent_query_run (table, &plan.query, call->cancellable, error);
  if (answer == NULL)
    return NULL;
  return make_result (&plan, content, answer, agent_tool_integer (call, "limit", GROUPS));
}
