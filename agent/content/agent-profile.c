/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/content/agent-profile.h"

#include "agent/content/agent-text.h"

#include <string.h>

static void
add_unit (AgentProfile *profile, const char *unit)
{
  if (unit[0] == '\0')
    return;
  for (guint i = 0; i < profile->n_units; i++)
    if (strcmp (profile->units[i], unit) == 0)
      return;
  if (profile->n_units == AGENT_PROFILE_UNITS_MAX)
    profile->more_units = TRUE;
  else
    g_strlcpy (profile->units[profile->n_units++], unit, AGENT_NUMBER_UNIT_SIZE);
}

static void
keep_example (char example[AGENT_PROFILE_EXAMPLE], const char *cell)
{
  if (example[0] != '\0')
    return;
  g_autofree char *shown = agent_text_show (cell, AGENT_PROFILE_EXAMPLE / 4);
  g_strlcpy (example, shown, AGENT_PROFILE_EXAMPLE);
}

/* Exports are written in the order of time: the wrong reading of a date jumps back and forth. */
static void
follow (AgentProfile *profile, AgentDateOrder order, int year, int month, int day)
{
  guint32 now = (guint32) (year * 10000 + month * 100 + day);
  guint32 before = profile->last[order];
  if (before != 0 && now != before)
    profile->breaks[order][now > before]++;
  profile->last[order] = now;
}

static void
add_date (AgentProfile *profile, const AgentDate *date, const char *cell)
{
  profile->dates++;
  profile->orders[date->evidence]++;
  if (date->ambiguous)
    {
      profile->ambiguous_dates++;
      keep_example (profile->ambiguous_date, cell);
    }
  gboolean swap = date->ambiguous;
  follow (profile, AGENT_ORDER_DAY_FIRST, date->year, date->month, date->day);
  follow (profile, AGENT_ORDER_MONTH_FIRST, date->year, swap ? date->day : date->month,
          swap ? date->month : date->day);
}

void
agent_profile_add (AgentProfile *profile, const char *cell)
{
  AgentNumber number;
  AgentDate date;
  if (cell[strspn (cell, " \t")] == '\0')
    return;

  profile->filled++;
  if (agent_number_parse (cell, AGENT_MARK_UNKNOWN, &number))
    {
      profile->numbers++;
      profile->marks[number.evidence]++;
      profile->ambiguous_numbers += number.ambiguous;
      if (number.ambiguous)
        keep_example (profile->ambiguous_number, cell);
      add_unit (profile, number.unit);
    }
  if (agent_date_parse (cell, AGENT_ORDER_DAY_FIRST, &date))
    add_date (profile, &date, cell);
}

static AgentDecimalMark
settle_mark (const AgentProfile *profile, AgentDecimalMark elsewhere, gboolean comma_likely)
{
  guint64 point = profile->marks[AGENT_MARK_POINT], comma = profile->marks[AGENT_MARK_COMMA];
  if (point != comma)
    return point > comma ? AGENT_MARK_POINT : AGENT_MARK_COMMA;
  if (elsewhere != AGENT_MARK_UNKNOWN)
    return elsewhere;
  return comma_likely ? AGENT_MARK_COMMA : AGENT_MARK_POINT;
}

AgentDecimalMark
agent_profile_mark (const AgentProfile *profile, const char *name, AgentDecimalMark elsewhere,
                    gboolean comma_likely, GPtrArray *notes)
{
  guint64 point = profile->marks[AGENT_MARK_POINT], comma = profile->marks[AGENT_MARK_COMMA];
  AgentDecimalMark mark = settle_mark (profile, elsewhere, comma_likely);

  if (point > 0 && comma > 0)
    g_ptr_array_add (
        notes,
        g_strdup_printf (
            "“%s” mixes “1,234.56” and “1.234,56”; each number was read as it is written%s.", name,
            profile->ambiguous_numbers > 0 ? ", unclear ones as most of the others" : ""));
  else if (point == 0 && comma == 0 && profile->ambiguous_numbers > 0)
    {
      AgentNumber number = { 0 };
      gboolean read = agent_number_parse (profile->ambiguous_number, mark, &number);
      g_autofree char *value = read ? agent_decimal_format (number.value) : g_strdup ("a number");
      g_ptr_array_add (notes, g_strdup_printf ("Nothing in “%s” says whether “%s” is written with "
                                               "a decimal point or comma; I read it "
                                               "as %s.",
                                               name, profile->ambiguous_number, value));
    }
  return mark;
}

static gboolean
is_in_order (const AgentProfile *profile, AgentDateOrder order)
{
  return profile->breaks[order][0] == 0 || profile->breaks[order][1] == 0;
}

AgentDateOrder
agent_profile_order (const AgentProfile *profile, const char *name, GPtrArray *notes)
{
  guint64 day = profile->orders[AGENT_ORDER_DAY_FIRST];
  guint64 month = profile->orders[AGENT_ORDER_MONTH_FIRST];
  if (day != month || day > 0)
    {
      if (day > 0 && month > 0)
        g_ptr_array_add (
            notes,
            g_strdup_printf ("“%s” mixes day/month and month/day; unclear dates were read as %s.",
                             name, day >= month ? "day/month" : "month/day"));
      return day >= month ? AGENT_ORDER_DAY_FIRST : AGENT_ORDER_MONTH_FIRST;
    }
  if (profile->ambiguous_dates == 0)
    return AGENT_ORDER_DAY_FIRST;

  gboolean day_ordered = is_in_order (profile, AGENT_ORDER_DAY_FIRST);
  gboolean month_ordered = is_in_order (profile, AGENT_ORDER_MONTH_FIRST);
  gboolean month_first = month_ordered && !day_ordered;
  g_ptr_array_add (
      notes, g_strdup_printf ("“%s” was read as %s/year (“%s”)%s.", name,
                              month_first ? "month/day" : "day/month", profile->ambiguous_date,
                              day_ordered != month_ordered
                                  ? ", because the rows then stand in the order of time"
                                  : "; this is an assumption, no date in the column proves it"));
  return month_first ? AGENT_ORDER_MONTH_FIRST : AGENT_ORDER_DAY_FIRST;
}

gboolean
agent_profile_is_mixed (const AgentProfile *profile)
{
  return profile->n_units > 1;
}

const char *
agent_profile_unit (const AgentProfile *profile)
{
  return profile->n_units == 1 ? profile->units[0] : "";
}
