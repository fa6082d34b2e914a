/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/content/agent-query.h"

#include "agent/content/agent-error.h"
#include "agent/content/agent-text.h"

#include <string.h>

#define AVERAGE_SCALE_MIN 2
#define EXAMPLE_CHARACTERS 24

typedef enum {
  SKIP_DAMAGED,
  SKIP_WIDE,
  SKIP_VALUE_EMPTY,
  SKIP_VALUE_OTHER,
  SKIP_GROUP_EMPTY,
  SKIP_GROUP_OTHER,
  SKIP_WHEN,
  SKIP_TOTAL,
  N_SKIPS,
} Skip;

typedef struct {
  guint64 count;
  guint64 line;
  char *example;
} Skipped;

typedef struct {
  const AgentTable *table;
  const AgentQuery *query;
  AgentQueryResult *result;
  GHashTable *groups; /* key → AgentQueryGroup, borrowed */
  GHashTable *totals; /* unit → AgentQueryGroup, borrowed */
  Skipped skipped[N_SKIPS];
  AgentDecimalMark value_mark, filter_mark;
  AgentDateOrder group_order, when_order, filter_order;
  guint columns;
  gboolean overflow;
  gboolean too_many;
} Run;

typedef struct {
  const AgentQuery *query;
  AgentProfile value, group, when, filter;
} Pass;

static void
group_free (gpointer data)
{
  AgentQueryGroup *group = data;
  g_free (group->key);
  g_free (group);
}

void
agent_query_result_free (AgentQueryResult *result)
{
  g_ptr_array_unref (result->groups);
  g_ptr_array_unref (result->totals);
  g_ptr_array_unref (result->notes);
  g_free (result);
}

/* --- first pass --- */

static gboolean
profile_row (const AgentCsvRow *row, gpointer user_data)
{
  Pass *pass = user_data;
  const struct {
    int column;
    AgentProfile *profile;
  } wanted[] = {
    { pass->query->value, &pass->value },
    { pass->query->group, &pass->group },
    { pass->query->when, &pass->when },
    { pass->query->filter, &pass->filter },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (wanted); i++)
    if (wanted[i].column >= 0)
      agent_profile_add (wanted[i].profile, agent_table_cell (row, (guint) wanted[i].column));
  return TRUE;
}

static AgentDecimalMark
settle_mark (Run *run, int column, const AgentProfile *profile, gboolean said)
{
  if (column < 0)
    return AGENT_MARK_UNKNOWN;
  g_autoptr (GPtrArray) unsaid = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *name = agent_table_show_name (run->table, (guint) column);
  return agent_profile_mark (profile, name, agent_table_mark (run->table),
                             agent_table_separator (run->table) == ';',
                             said ? run->result->notes : unsaid);
}

static AgentDateOrder
settle_order (Run *run, int column, const AgentProfile *profile, gboolean said)
{
  if (column < 0)
    return AGENT_ORDER_UNKNOWN;
  g_autoptr (GPtrArray) unsaid = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *name = agent_table_show_name (run->table, (guint) column);
  return agent_profile_order (profile, name, said ? run->result->notes : unsaid);
}

static gboolean
check_kind (Run *run, int column, gboolean good, const char *what, GError **error)
{
  if (good)
    return TRUE;
  g_autofree char *name = agent_table_show_name (run->table, (guint) column);
  g_set_error (error, AGENT_ERROR, AGENT_ERROR_UNSUITABLE, "The column “%s” holds no %s.", name,
               what);
  return FALSE;
}

static gboolean
learn (Run *run, AgentTable *table, GCancellable *cancellable, GError **error)
{
  const AgentQuery *query = run->query;
  g_autofree Pass *pass = g_new0 (Pass, 1);
  pass->query = query;
  if (!agent_table_scan (table, profile_row, pass, cancellable, error))
    return FALSE;

  gboolean adds = query->value >= 0 && !query->count_only;
  gboolean dated = query->group >= 0 && query->period != AGENT_PERIOD_NONE;
  if (!check_kind (run, query->value, !adds || pass->value.numbers > 0, "numbers", error)
      || !check_kind (run, query->group, !dated || pass->group.dates > 0, "dates", error)
      || !check_kind (run, query->when, query->when < 0 || pass->when.dates > 0, "dates", error))
    return FALSE;
  run->value_mark = settle_mark (run, query->value, &pass->value, adds);
  run->filter_mark = settle_mark (run, query->filter, &pass->filter, FALSE);
  run->group_order = settle_order (run, query->group, &pass->group, dated);
  run->when_order
      = settle_order (run, query->when, &pass->when, !dated || query->when != query->group);
  run->filter_order = settle_order (run, query->filter, &pass->filter, FALSE);
  run->result->mixed = adds && agent_profile_is_mixed (&pass->value);
  g_strlcpy (run->result->unit, agent_profile_unit (&pass->value), sizeof run->result->unit);
  return TRUE;
}

/* --- second pass --- */

static gboolean
skip (Run *run, Skip why, const AgentCsvRow *row, const char *example)
{
  Skipped *skipped = &run->skipped[why];
  run->result->left_out++;
  if (skipped->count++ == 0)
    {
      skipped->line = row->line;
      skipped->example = example != NULL ? agent_text_show (example, EXAMPLE_CHARACTERS) : NULL;
    }
  return TRUE;
}

static int
compare_values (const Run *run, const char *cell, const char *operand, gboolean *ret_comparable)
{
  AgentNumber a, b;
  AgentDate x, y;
  *ret_comparable = TRUE;
  if (agent_number_parse (cell, run->filter_mark, &a)
      && agent_number_parse (operand, AGENT_MARK_POINT, &b))
    return agent_decimal_compare (a.value, b.value);
  if (agent_date_parse (cell, run->filter_order, &x)
      && agent_date_parse (operand, run->filter_order, &y))
    return (x.year * 10000 + x.month * 100 + x.day) - (y.year * 10000 + y.month * 100 + y.day);
  *ret_comparable = FALSE;
  return 0;
}

static gboolean
passes_filter (const Run *run, const AgentCsvRow *row)
{
  const AgentQuery *query = run->query;
  if (query->filter < 0)
    return TRUE;

  const char *cell = agent_table_cell (row, (guint) query->filter);
  g_autofree char *folded = agent_text_fold (cell);
  g_autofree char *operand = agent_text_fold (query->operand);
  if (query->compare == AGENT_COMPARE_CONTAINS)
    return strstr (folded, operand) != NULL;

  gboolean comparable;
  int order = compare_values (run, cell, query->operand, &comparable);
  gboolean equal = comparable ? order == 0 : strcmp (folded, operand) == 0;
  switch (query->compare)
    {
    case AGENT_COMPARE_IS:
      return equal;
    case AGENT_COMPARE_IS_NOT:
      return !equal;
    case AGENT_COMPARE_ABOVE:
      return comparable && order > 0;
    case AGENT_COMPARE_BELOW:
      return comparable && order < 0;
    default:
      return FALSE;
    }
}

/* FALSE also when it cannot be told: that row is counted as left out. */
static gboolean
passes_when (Run *run, const AgentCsvRow *row)
{
  const AgentQuery *query = run->query;
  AgentDate date;
  if (query->when < 0)
    return TRUE;
  const char *cell = agent_table_cell (row, (guint) query->when);
  if (!agent_date_parse (cell, run->when_order, &date))
    {
      skip (run, SKIP_WHEN, row, cell);
      return FALSE;
    }
  return (query->year == 0 || query->year == date.year)
         && (query->month == 0 || query->month == date.month);
}

static gboolean
is_wide (const Run *run, const AgentCsvRow *row)
{
  for (guint i = run->columns; i < row->n_fields; i++)
    if (row->fields[i][strspn (row->fields[i], " \t")] != '\0')
      return TRUE;
  return FALSE;
}

static gboolean
add_to (AgentQueryGroup *group, const AgentNumber *number, guint64 line)
{
  gboolean first = group->rows++ == 0;
  if (number == NULL)
    return TRUE;
  if (first || agent_decimal_compare (number->value, group->min) < 0)
    {
      group->min = number->value;
      group->min_line = line;
    }
  if (first || agent_decimal_compare (number->value, group->max) > 0)
    {
      group->max = number->value;
      group->max_line = line;
    }
  return agent_decimal_add (group->sum, number->value, &group->sum);
}

static AgentQueryGroup *
find_group (GHashTable *table, GPtrArray *list, const char *key, const char *unit, gboolean mixed)
{
  g_autofree char *id = g_strconcat (mixed ? unit : "", "\x1f", key, NULL);
  AgentQueryGroup *group = g_hash_table_lookup (table, id);
  if (group != NULL)
    return group;

  group = g_new0 (AgentQueryGroup, 1);
  group->key = agent_text_show (key, AGENT_QUERY_KEY_MAX);
  g_strlcpy (group->unit, mixed ? unit : "", sizeof group->unit);
  g_hash_table_insert (table, g_steal_pointer (&id), group);
  g_ptr_array_add (list, group);
  return group;
}

/* The last row of many tables is their total; counting it would double everything. It is one when
 * it is called so and repeats the sum of what stood above. */
static gboolean
repeats_total (const Run *run, const AgentCsvRow *row, const AgentNumber *number)
{
  static const char *const words[]
      = { "total", "totals", "grand total", "sum", "total:", "sum:", "summe", "gesamt", "suma" };
  const AgentQueryGroup *total
      = run->result->totals->len == 1 ? run->result->totals->pdata[0] : NULL;
  if (total == NULL || total->rows < 2 || run->query->filter >= 0 || run->query->when >= 0
      || agent_decimal_compare (total->sum, number->value) != 0)
    return FALSE;
  for (guint i = 0; i < MIN (row->n_fields, run->columns); i++)
    for (gsize j = 0; j < G_N_ELEMENTS (words); j++)
      if (g_ascii_strcasecmp (row->fields[i] + strspn (row->fields[i], " "), words[j]) == 0)
        return TRUE;
  return FALSE;
}

/* FALSE: the row was left out. number stays NULL where only rows are counted. */
static gboolean
read_value (Run *run, const AgentCsvRow *row, AgentNumber *store, const AgentNumber **ret_number)
{
  const AgentQuery *query = run->query;
  *ret_number = NULL;
  if (query->value < 0)
    return TRUE;

  const char *cell = agent_table_cell (row, (guint) query->value);
  if (cell[strspn (cell, " \t\r\n")] == '\0')
    {
      skip (run, SKIP_VALUE_EMPTY, row, NULL);
      return FALSE;
    }
  if (query->count_only)
    return TRUE;
  if (!agent_number_parse (cell, run->value_mark, store))
    {
      skip (run, SKIP_VALUE_OTHER, row, cell);
      return FALSE;
    }
  if (repeats_total (run, row, store))
    {
      skip (run, SKIP_TOTAL, row, NULL);
      return FALSE;
    }
  *ret_number = store;
  return TRUE;
}

static char *
read_key (Run *run, const AgentCsvRow *row)
{
  const AgentQuery *query = run->query;
  if (query->group < 0)
    return g_strdup ("");

  AgentDate date;
  gsize size;
  const char *cell = agent_text_trim (agent_table_cell (row, (guint) query->group), &size);
  if (query->period == AGENT_PERIOD_NONE)
    return size > 0 ? g_strndup (cell, MIN (size, AGENT_QUERY_KEY_MAX * 4)) : g_strdup ("(empty)");
  if (agent_date_parse (cell, run->group_order, &date))
    return agent_date_format (&date, query->period);
  skip (run, size > 0 ? SKIP_GROUP_OTHER : SKIP_GROUP_EMPTY, row, cell);
  return NULL;
}

static gboolean
add_row (const AgentCsvRow *row, gpointer user_data)
{
  Run *run = user_data;
  AgentNumber store;
  const AgentNumber *number;

  run->result->rows++;
  if (row->damaged)
    return skip (run, SKIP_DAMAGED, row, NULL);
  if (is_wide (run, row))
    return skip (run, SKIP_WIDE, row, NULL);
  if (!passes_filter (run, row) || !passes_when (run, row))
    return TRUE;
  run->result->matched++;
  if (!read_value (run, row, &store, &number))
    return TRUE;
  g_autofree char *key = read_key (run, row);
  if (key == NULL)
    return TRUE;

  gboolean mixed = run->result->mixed;
  const char *unit = number != NULL ? number->unit : "";
  AgentQueryGroup *total = find_group (run->totals, run->result->totals, "", unit, mixed);
  run->overflow |= !add_to (total, number, row->line);
  if (run->query->group >= 0)
    {
      AgentQueryGroup *group = find_group (run->groups, run->result->groups, key, unit, mixed);
      run->overflow |= !add_to (group, number, row->line);
      run->too_many = run->result->groups->len > AGENT_QUERY_GROUPS_MAX;
    }
  return !run->overflow && !run->too_many;
}

/* --- the result --- */

static int
compare_keys (gconstpointer a, gconstpointer b)
{
  const AgentQueryGroup *x = *(AgentQueryGroup *const *) a, *y = *(AgentQueryGroup *const *) b;
  int order = strcmp (x->key, y->key);
  return order != 0 ? order : strcmp (x->unit, y->unit);
}

static AgentDecimal
magnitude (AgentDecimal value)
{
  if (value.mantissa < 0)
    value.mantissa = -value.mantissa;
  return value;
}

static int
compare_sizes (gconstpointer a, gconstpointer b)
{
  const AgentQueryGroup *x = *(AgentQueryGroup *const *) a, *y = *(AgentQueryGroup *const *) b;
  int order = agent_decimal_compare (magnitude (y->sum), magnitude (x->sum));
  if (order == 0)
    order = (y->rows > x->rows) - (y->rows < x->rows);
  return order != 0 ? order : compare_keys (a, b);
}

static void
note_skipped (Run *run, Skip why, const char *reason, int column)
{
  const Skipped *skipped = &run->skipped[why];
  if (skipped->count == 0)
    return;
  g_autofree char *name
      = column >= 0 ? agent_table_show_name (run->table, (guint) column) : g_strdup ("");
  g_autofree char *which = column >= 0 ? g_strdup_printf ("“%s” ", name) : g_strdup ("");
  g_autofree char *example = skipped->example != NULL && skipped->example[0] != '\0'
                                 ? g_strdup_printf (": “%s”", skipped->example)
                                 : g_strdup ("");
  gboolean one = skipped->count == 1;
  g_ptr_array_add (run->result->notes,
                   g_strdup_printf ("%" G_GUINT64_FORMAT " row%s left out: %s%s (%sline "
                                    "%" G_GUINT64_FORMAT "%s).",
                                    skipped->count, one ? " was" : "s were", which, reason,
                                    one ? "" : "first at ", skipped->line, example));
}

static void
note_all_skipped (Run *run)
{
  const AgentQuery *query = run->query;
  note_skipped (run, SKIP_DAMAGED, "a quote is never closed, or a cell is too long", -1);
  note_skipped (run, SKIP_WIDE, "more cells than the table has columns", -1);
  note_skipped (run, SKIP_VALUE_EMPTY, "is empty", query->value);
  note_skipped (run, SKIP_VALUE_OTHER, "is not a number", query->value);
  note_skipped (run, SKIP_GROUP_EMPTY, "is empty", query->group);
  note_skipped (run, SKIP_GROUP_OTHER, "is not a date", query->group);
  note_skipped (run, SKIP_WHEN, "is not a date", query->when);
  note_skipped (run, SKIP_TOTAL, "it repeats the total of the rows above", -1);
  if (agent_table_preamble (run->table) > 0)
    g_ptr_array_add (run->result->notes,
                     g_strdup_printf ("The table begins below %u line%s of other text.",
                                      agent_table_preamble (run->table),
                                      agent_table_preamble (run->table) == 1 ? "" : "s"));
}

static gboolean
check_run (const Run *run, GError **error)
{
  if (run->overflow)
    {
      g_autofree char *name = agent_table_show_name (run->table, (guint) run->query->value);
      g_set_error (error, AGENT_ERROR, AGENT_ERROR_LIMIT,
                   "The numbers in “%s” are too large to be added exactly.", name);
    }
  else if (run->too_many)
    {
      g_autofree char *name = agent_table_show_name (run->table, (guint) run->query->group);
      g_set_error (error, AGENT_ERROR, AGENT_ERROR_LIMIT,
                   "“%s” has more than %u different values; group by something coarser.", name,
                   AGENT_QUERY_GROUPS_MAX);
    }
  return !run->overflow && !run->too_many;
}

static gboolean
add_up (Run *run, AgentTable *table, GCancellable *cancellable, GError **error)
{
  if (!agent_table_scan (table, add_row, run, cancellable, error) || !check_run (run, error))
    return FALSE;
  g_ptr_array_sort (run->result->groups,
                    run->query->period != AGENT_PERIOD_NONE ? compare_keys : compare_sizes);
  g_ptr_array_sort (run->result->totals, compare_sizes);
  note_all_skipped (run);
  return TRUE;
}

AgentQueryResult *
agent_query_run (AgentTable *table, const AgentQuery *query, GCancellable *cancellable,
                 GError **error)
{
  g_autoptr (AgentQueryResult) result = g_new0 (AgentQueryResult, 1);
  result->groups = g_ptr_array_new_with_free_func (group_free);
  result->totals = g_ptr_array_new_with_free_func (group_free);
  result->notes = g_ptr_array_new_with_free_func (g_free);

  g_autoptr (GHashTable) groups = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) totals = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Run run = { .table = table,
              .query = query,
              .result = result,
              .groups = groups,
              .totals = totals,
              .columns = agent_table_names (table)->len };
  gboolean ok = learn (&run, table, cancellable, error) && add_up (&run, table, cancellable, error);
  for (gsize i = 0; i < N_SKIPS; i++)
    g_free (run.skipped[i].example);
  return ok ? g_steal_pointer (&result) : NULL;
}

char *
agent_query_average (const AgentQueryGroup *group)
{
  AgentDecimal average;
  guint scale = MAX (group->sum.scale, AVERAGE_SCALE_MIN);
  if (group->rows == 0 || !agent_decimal_divide (group->sum, group->rows, scale, &average))
    return g_strdup ("");
  return agent_decimal_format (average);
}
