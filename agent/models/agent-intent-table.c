/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/models/agent-intent.h"

#include <string.h>

/* "total Amount by Category where Shop is Aldi in March 2024 in bank.csv": each part takes its
 * words from the end; what stays is the column's name. */

/* Words that narrow a question in ways nothing here understands: better no answer than another. */
static const char restrictions[]
    = " except without excluding exclude only not last first top bottom since before after until "
      "between over under above below more less than if when who whose never times appear appears "
      "occur occurs mention mentions mentioned containing search grep save write store export put "
      "create make start overwrite append delete remove rename move replace ";

static const char rows_words[]
    = " rows row lines line records record entries entry transactions transaction items item "
      "bookings values ";

static const struct {
  const char *words;
  guint figure;
} figures[] = {
  { " total totals sum sums add altogether overall ", AGENT_FIGURE_TOTAL },
  { " average mean avg averages ", AGENT_FIGURE_AVERAGE },
  { " count counts number ", AGENT_FIGURE_COUNT },
  { " min minimum smallest lowest least ", AGENT_FIGURE_MIN },
  { " max maximum largest highest biggest greatest most ", AGENT_FIGURE_MAX },
  { " distinct different unique ", AGENT_FIGURE_DISTINCT },
  { " summarise summarize summarising summary breakdown figures statistics stats ",
    AGENT_FIGURE_SUMMARY },
};

static const struct {
  const char *words;
  AgentPeriod period;
} periods[] = {
  { " day days daily ", AGENT_PERIOD_DAY },
  { " week weeks weekly ", AGENT_PERIOD_WEEK },
  { " month months monthly ", AGENT_PERIOD_MONTH },
  { " quarter quarters quarterly ", AGENT_PERIOD_QUARTER },
  { " year years yearly annually annual ", AGENT_PERIOD_YEAR },
};

static const struct {
  const char *words; /* one to three, in this order */
  AgentCompare compare;
} comparisons[] = {
  { "is not", AGENT_COMPARE_IS_NOT },
  { "isn't", AGENT_COMPARE_IS_NOT },
  { "!=", AGENT_COMPARE_IS_NOT },
  { "is greater than", AGENT_COMPARE_ABOVE },
  { "is more than", AGENT_COMPARE_ABOVE },
  { "is less than", AGENT_COMPARE_BELOW },
  { "is above", AGENT_COMPARE_ABOVE },
  { "is over", AGENT_COMPARE_ABOVE },
  { "is below", AGENT_COMPARE_BELOW },
  { "is under", AGENT_COMPARE_BELOW },
  { "is after", AGENT_COMPARE_ABOVE },
  { "is before", AGENT_COMPARE_BELOW },
  { "contains", AGENT_COMPARE_CONTAINS },
  { "is", AGENT_COMPARE_IS },
  { "=", AGENT_COMPARE_IS },
  { "==", AGENT_COMPARE_IS },
  { "equals", AGENT_COMPARE_IS },
  { ">", AGENT_COMPARE_ABOVE },
  { "<", AGENT_COMPARE_BELOW },
  { "above", AGENT_COMPARE_ABOVE },
  { "below", AGENT_COMPARE_BELOW },
  { "over", AGENT_COMPARE_ABOVE },
  { "under", AGENT_COMPARE_BELOW },
};

static AgentPeriod
find_period (const char *word)
{
  for (gsize i = 0; i < G_N_ELEMENTS (periods); i++)
    if (agent_phrase_is_listed (periods[i].words, word))
      return periods[i].period;
  return AGENT_PERIOD_NONE;
}

/* The number of words of the comparison that stands at index, 0 when none does. */
static guint
comparison_at (AgentPhrase *phrase, guint index, const char *words)
{
  g_auto (GStrv) split = g_strsplit (words, " ", -1);
  guint count = 0;
  for (; split[count] != NULL; count++)
    {
      AgentToken *token = agent_phrase_nth (phrase, index + count);
      if (token == NULL || token->used || token->type != AGENT_TOKEN_WORD
          || strcmp (token->folded, split[count]) != 0)
        return 0;
    }
  return count;
}

static gboolean
read_comparison (AgentIntent *intent, AgentPhrase *phrase, guint where)
{
  for (guint i = where + 2; i < phrase->tokens->len; i++)
    for (gsize j = 0; j < G_N_ELEMENTS (comparisons); j++)
      {
        guint size = comparison_at (phrase, i, comparisons[j].words);
        if (size == 0)
          continue;
        for (guint k = 0; k < size; k++)
          agent_phrase_nth (phrase, i + k)->used = TRUE;
        intent->compare = comparisons[j].compare;
        intent->filter = agent_phrase_join (phrase, where + 1, i, " the ");
        intent->operand = agent_phrase_join (phrase, i + size, G_MAXUINT, " the in from ");
        return intent->filter != NULL && intent->operand != NULL;
      }
  return FALSE;
}

/* FALSE only when there is a "where" that is not understood. */
static gboolean
take_where (AgentIntent *intent, AgentPhrase *phrase)
{
  int where = agent_phrase_find (phrase, " where ");
  if (where < 0)
    return TRUE;
  agent_phrase_nth (phrase, (guint) where)->used = TRUE;
  return read_comparison (intent, phrase, (guint) where);
}

static int
year_of (const AgentToken *token)
{
  if (token == NULL || token->type != AGENT_TOKEN_WORD || strlen (token->folded) != 4
      || strspn (token->folded, "0123456789") != 4)
    return 0;
  int year = atoi (token->folded);
  return year >= 1800 && year <= 2199 ? year : 0;
}

/* "in March 2024", "for 2024", "during May". */
static void
take_when (AgentIntent *intent, AgentPhrase *phrase)
{
  for (guint i = 1; i < phrase->tokens->len; i++)
    {
      AgentToken *before = agent_phrase_nth (phrase, i - 1);
      AgentToken *token = agent_phrase_nth (phrase, i), *next = agent_phrase_nth (phrase, i + 1);
      if (before->used || !agent_phrase_is_listed (" in for during of from ", before->folded)
          || token->used || token->type != AGENT_TOKEN_WORD)
        continue;
      int month = agent_date_month_named (token->text, strlen (token->text));
      int year = month > 0 ? year_of (next) : year_of (token);
      if (month == 0 && year == 0)
        continue;
      intent->month = month;
      intent->year = year;
      before->used = token->used = TRUE;
      if (month > 0 && year > 0)
        next->used = TRUE;
      return;
    }
}

/* FALSE only when "by" is followed by nothing. */
static gboolean
take_group (AgentIntent *intent, AgentPhrase *phrase)
{
  guint grouped = agent_phrase_use (phrase, " group grouped ");
  int by = agent_phrase_find (phrase, " by per ");
  if (by < 0)
    by = agent_phrase_find (phrase, " each every ");
  if (by < 0 && grouped > 0)
    return FALSE;
  if (by < 0)
    return TRUE;
  guint from = (guint) by;
  AgentToken *token;
  while ((token = agent_phrase_nth (phrase, from)) != NULL && !token->used
         && agent_phrase_is_listed (" by per each every the ", token->folded))
    {
      token->used = TRUE;
      from++;
    }
  /* The name ends where words begin that belong to something else. */
  guint to = from;
  while ((token = agent_phrase_nth (phrase, to)) != NULL && !token->used
         && (token->type == AGENT_TOKEN_QUOTED || token->type == AGENT_TOKEN_WORD)
         && !agent_phrase_is_listed (" in from of for please ", token->folded))
    to++;
  g_autofree char *group = agent_phrase_join (phrase, from, to, " the column ");
  if (group == NULL)
    return FALSE;
  g_autofree char *folded = g_utf8_casefold (group, -1);
  intent->period = find_period (folded);
  intent->group = g_steal_pointer (&group);
  return TRUE;
}

/* "monthly totals". */
static void
take_adverb (AgentIntent *intent, AgentPhrase *phrase)
{
  int found = agent_phrase_find (phrase, " daily weekly monthly quarterly yearly annual annually ");
  if (found < 0 || intent->group != NULL)
    return;
  AgentToken *token = agent_phrase_nth (phrase, (guint) found);
  token->used = TRUE;
  intent->period = find_period (token->folded);
}

static void
take_figures (AgentIntent *intent, AgentPhrase *phrase)
{
  int how = agent_phrase_find (phrase, " how ");
  AgentToken *next = how >= 0 ? agent_phrase_nth (phrase, (guint) how + 1) : NULL;
  if (next != NULL && agent_phrase_is_listed (" many much ", next->folded))
    {
      intent->figures
          |= strcmp (next->folded, "many") == 0 ? AGENT_FIGURE_COUNT : AGENT_FIGURE_TOTAL;
      next->used = agent_phrase_nth (phrase, (guint) how)->used = TRUE;
    }
  for (gsize i = 0; i < G_N_ELEMENTS (figures); i++)
    if (agent_phrase_use (phrase, figures[i].words) > 0)
      intent->figures |= figures[i].figure;
  agent_phrase_use (phrase, " up calculate compute work and ");
}

gboolean
agent_intent_read_table (AgentIntent *intent, AgentPhrase *phrase)
{
  intent->kind = AGENT_INTENT_TABLE;
  agent_intent_take_files (intent, phrase);
  /* "add … to …" is not about adding up. */
  if (agent_phrase_find (phrase, " add ") >= 0 && agent_phrase_find (phrase, " to ") >= 0)
    return FALSE;
  if (!take_where (intent, phrase) || !take_group (intent, phrase))
    return FALSE;
  take_when (intent, phrase);
  take_adverb (intent, phrase);
  take_figures (intent, phrase);
  if (agent_phrase_find (phrase, restrictions) >= 0
      || agent_phrase_find (phrase, " files folder folders ") >= 0
      || agent_phrase_count (phrase, AGENT_TOKEN_FOLDER) > 0)
    return FALSE;

  guint rows = agent_phrase_use (phrase, rows_words);
  agent_phrase_use (phrase, " column ");
  intent->column = agent_phrase_join (phrase, 0, G_MAXUINT, agent_intent_fillers);
  /* "bank.csv by month" and "Amount by month" ask for the useful figures. */
  gboolean grouped = intent->group != NULL || intent->period != AGENT_PERIOD_NONE;
  if (intent->figures == 0 && grouped)
    intent->figures = AGENT_FIGURE_SUMMARY;
  return intent->figures != 0 && (intent->column == NULL || rows == 0 || intent->column[0] != '\0');
}
