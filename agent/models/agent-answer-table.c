/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/models/agent-answer-private.h"

#include <string.h>

/* Which figures a question asked for, as columns in this order. */
static const struct {
  guint figures; /* any of these asks for it */
  const char *field;
  const char *title;
  gboolean amount;  /* has the column's unit */
  const char *line; /* the field that says where it stands */
} columns[] = {
  { AGENT_FIGURE_COUNT | AGENT_FIGURE_SUMMARY, "rows", "Rows", FALSE, NULL },
  { AGENT_FIGURE_TOTAL | AGENT_FIGURE_SUMMARY, "total", "Total", TRUE, NULL },
  { AGENT_FIGURE_AVERAGE | AGENT_FIGURE_SUMMARY, "average", "Average", TRUE, NULL },
  { AGENT_FIGURE_MIN | AGENT_FIGURE_SUMMARY, "min", "Smallest", TRUE, "min_line" },
  { AGENT_FIGURE_MAX | AGENT_FIGURE_SUMMARY, "max", "Largest", TRUE, "max_line" },
};

static const char *const months[]
    = { "January", "February", "March",     "April",   "May",      "June",
        "July",    "August",   "September", "October", "November", "December" };

/* Rows are always worth a column beside other figures. */
static guint
wanted_figures (const AgentIntent *intent)
{
  return intent->column == NULL && (intent->figures & ~(guint) AGENT_FIGURE_COUNT) == 0
             ? AGENT_FIGURE_COUNT
             : intent->figures | AGENT_FIGURE_COUNT;
}

static guint
shown_figures (const AgentIntent *intent, const CardeaJson *data)
{
  /* Of many groups the extremes are more than a summary. */
  guint figures = wanted_figures (intent);
  gboolean grouped = agent_answer_size (data, "groups") > 0;
  if (grouped && (figures & AGENT_FIGURE_SUMMARY) != 0)
    figures = (figures & ~(guint) AGENT_FIGURE_SUMMARY) | AGENT_FIGURE_TOTAL | AGENT_FIGURE_AVERAGE;
  return figures;
}

static void
append_unit (GString *out, const CardeaJson *group, gboolean amount)
{
  const char *unit = agent_answer_string (group, "unit");
  if (amount && unit[0] != '\0')
    g_string_append_printf (out, strcmp (unit, "%") == 0 ? "%s" : " %s", unit);
}

static void
append_value (GString *out, const CardeaJson *group, gsize column)
{
  const char *text = cardea_json_get_string (group, columns[column].field);
  if (text != NULL)
    g_string_append (out, text);
  else if (strcmp (columns[column].field, "rows") == 0)
    g_string_append_printf (out, "%" G_GINT64_FORMAT, agent_answer_number (group, "rows"));
  append_unit (out, group, columns[column].amount && text != NULL);
}

static void
append_heading (GString *out, const CardeaJson *data, guint figures)
{
  static const struct {
    const char *period;
    const char *title;
  } titles[] = { { "day", "Day" },
                 { "week", "Week" },
                 { "month", "Month" },
                 { "quarter", "Quarter" },
                 { "year", "Year" } };
  const char *period = agent_answer_string (data, "period");
  const char *title = agent_answer_string (data, "group");
  for (gsize i = 0; i < G_N_ELEMENTS (titles); i++)
    if (strcmp (titles[i].period, period) == 0)
      title = titles[i].title;

  g_string_append (out, "| ");
  agent_answer_append (out, title);
  for (gsize i = 0; i < G_N_ELEMENTS (columns); i++)
    if ((columns[i].figures & figures) != 0)
      g_string_append_printf (out, " | %s", columns[i].title);
  g_string_append (out, " |\n|---");
  for (gsize i = 0; i < G_N_ELEMENTS (columns); i++)
    if ((columns[i].figures & figures) != 0)
      g_string_append (out, "|---:");
  g_string_append (out, "|\n");
}

static void
append_row (GString *out, const CardeaJson *group, const char *key, gboolean strong, guint figures)
{
  const char *mark = strong ? "**" : "";
  g_string_append_printf (out, "| %s", mark);
  agent_answer_append (out, key);
  g_string_append (out, mark);
  for (gsize i = 0; i < G_N_ELEMENTS (columns); i++)
    if ((columns[i].figures & figures) != 0)
      {
        g_string_append_printf (out, " | %s", mark);
        append_value (out, group, i);
        g_string_append (out, mark);
      }
  g_string_append (out, " |\n");
}

static void
append_groups (GString *out, const CardeaJson *data, guint figures)
{
  const CardeaJson *groups = cardea_json_get (data, "groups");
  const CardeaJson *totals = cardea_json_get (data, "totals");
  guint count = agent_answer_size (data, "groups");
  append_heading (out, data, figures);
  for (guint i = 0; i < count; i++)
    {
      const CardeaJson *group = cardea_json_nth (groups, i);
      append_row (out, group, agent_answer_string (group, "key"), FALSE, figures);
    }
  for (guint i = 0; i < agent_answer_size (data, "totals"); i++)
    append_row (out, cardea_json_nth (totals, i), "All", TRUE, figures);
  if (agent_answer_number (data, "group_count") > count)
    g_string_append_printf (out,
                            "\n%" G_GINT64_FORMAT " more groups are not shown; “All” counts "
                            "them too.\n",
                            agent_answer_number (data, "group_count") - count);
}

static void
append_single (GString *out, const CardeaJson *total, const char *name, guint figures)
{
  for (gsize i = 0; i < G_N_ELEMENTS (columns); i++)
    {
      if ((columns[i].figures & figures) == 0 || strcmp (columns[i].field, "rows") == 0)
        continue;
      g_string_append_printf (out, "%s ", columns[i].title);
      agent_answer_append (out, name);
      g_string_append (out, ": **");
      append_value (out, total, i);
      g_string_append (out, "**");
      gint64 line = columns[i].line != NULL ? agent_answer_number (total, columns[i].line) : 0;
      if (line > 0)
        g_string_append_printf (out, " (line %" G_GINT64_FORMAT ")", line);
      g_string_append (out, "  \n");
    }
}

static void
append_totals (GString *out, const CardeaJson *data, guint figures)
{
  const CardeaJson *totals = cardea_json_get (data, "totals");
  const char *name = agent_answer_string (data, "column");
  guint count = agent_answer_size (data, "totals");
  if (count == 0)
    g_string_append (out, "No row fits.\n");
  for (guint i = 0; i < count; i++)
    {
      const CardeaJson *total = cardea_json_nth (totals, i);
      gint64 rows = agent_answer_number (total, "rows");
      append_single (out, total, name, figures);
      g_string_append_printf (out,
                              figures == AGENT_FIGURE_COUNT ? "**%" G_GINT64_FORMAT " row%s**\n"
                                                            : "over %" G_GINT64_FORMAT " row%s\n",
                              rows, rows == 1 ? "" : "s");
    }
}

/* "Amount by month, where Category is food, in March 2024" */
static void
append_title (GString *out, const AgentIntent *intent, const CardeaJson *data)
{
  static const char *const compares[] = { "", "is", "is not", "contains", "is above", "is below" };
  const char *column = agent_answer_string (data, "column");
  const char *group = agent_answer_string (data, "group");
  const char *period = agent_answer_string (data, "period");
  g_string_append (out, "**");
  agent_answer_append (out, column[0] != '\0' ? column : "Rows");
  if (group[0] != '\0')
    {
      g_string_append (out, " by ");
      if (period[0] != '\0')
        g_string_append_printf (out, "%s of ", period);
      agent_answer_append (out, group);
    }
  if (intent->filter != NULL)
    {
      g_string_append (out, " where ");
      agent_answer_append (out, agent_answer_string (data, "filter"));
      g_string_append_printf (out, " %s ", compares[intent->compare]);
      agent_answer_append (out, intent->operand);
    }
  if (intent->month > 0)
    g_string_append_printf (out, " in %s", months[intent->month - 1]);
  if (intent->year > 0)
    g_string_append_printf (out, "%s %d", intent->month > 0 ? "" : " in", intent->year);
  g_string_append (out, "**\n\n");
}

char *
agent_answer_table (const AgentIntent *intent, const AgentToolResult *result)
{
  const CardeaJson *data = result->data;
  guint figures = shown_figures (intent, data);
  gboolean mixed = FALSE;
  GString *out = g_string_new (NULL);

  append_title (out, intent, data);
  if ((intent->figures & AGENT_FIGURE_DISTINCT) != 0)
    {
      g_string_append_printf (out, "**%" G_GINT64_FORMAT " different values** of ",
                              agent_answer_number (data, "group_count"));
      agent_answer_append (out, agent_answer_string (data, "group"));
      g_string_append (out, "\n\n");
    }
  if (agent_answer_size (data, "groups") > 0)
    append_groups (out, data, figures);
  else
    append_totals (out, data, figures);
  if (cardea_json_get_boolean (data, "mixed", &mixed) && mixed)
    g_string_append (out, "\nAmounts of different currencies are never added together.\n");
  agent_answer_close (out, result);
  return g_string_free (out, FALSE);
}

/* --- as a report --- */

static void
add_figures (CardeaJson *arguments, const CardeaJson *group, const char *key, guint figures)
{
  const char *cells[G_N_ELEMENTS (columns) + 2] = { key };
  g_autofree char *rows
      = g_strdup_printf ("%" G_GINT64_FORMAT, agent_answer_number (group, "rows"));
  guint count = 1;
  for (gsize i = 0; i < G_N_ELEMENTS (columns); i++)
    if ((columns[i].figures & figures) != 0)
      cells[count++] = strcmp (columns[i].field, "rows") == 0
                           ? rows
                           : agent_answer_string (group, columns[i].field);
  cells[count++] = agent_answer_string (group, "unit");
  agent_answer_add_row (arguments, cells, count);
}

void
agent_answer_table_fill (const AgentIntent *intent, const CardeaJson *data, CardeaJson *arguments)
{
  guint figures = shown_figures (intent, data);
  const char *group = agent_answer_string (data, "group"),
             *name = agent_answer_string (data, "column");
  const char *list = agent_answer_size (data, "groups") > 0 ? "groups" : "totals";
  CardeaJson *titles = cardea_json_new_array ();
  cardea_json_append (titles, cardea_json_new_string (group[0] != '\0' ? group : "Of"));
  for (gsize i = 0; i < G_N_ELEMENTS (columns); i++)
    if ((columns[i].figures & figures) != 0)
      cardea_json_append (titles, cardea_json_new_string (columns[i].title));
  cardea_json_append (titles, cardea_json_new_string ("Unit"));
  cardea_json_set (arguments, "columns", titles);
  for (guint i = 0; i < agent_answer_size (data, list); i++)
    {
      const CardeaJson *one = cardea_json_nth (cardea_json_get (data, list), i);
      const char *key = agent_answer_string (one, "key");
      add_figures (arguments, one, key[0] != '\0' ? key : name[0] != '\0' ? name : "All", figures);
    }
}
