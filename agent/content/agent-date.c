/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/content/agent-date.h"

#include <string.h>

#define TEXT_MAX 64
#define YEAR_MIN 1800
#define YEAR_MAX 2199
#define PIVOT 69 /* two digits: 69 to 99 are 1969 to 1999 (as POSIX strptime) */
#define TOKENS_MAX 5

typedef enum { TOKEN_NUMBER, TOKEN_MONTH } TokenType;

typedef struct {
  TokenType type;
  int value;
  gsize digits;
  char before; /* the separator that stood before it: '/', '-', '.', ' ' or 0 */
} Token;

static const struct {
  int month;
  const char *names; /* lower case, full and short, between spaces */
} months[] = {
  { 1, " january jan januar jän januari janvier janv enero ene gennaio gen janeiro " },
  { 2, " february feb februar februari février fevrier févr fevr fév febrero febbraio fevereiro "
       "fev " },
  { 3, " march mar märz mär mrz maart mrt mars marzo março marco " },
  { 4, " april apr avril avr abril abr aprile " },
  { 5, " may mai mei mayo maggio mag maio " },
  { 6, " june jun juni juin junio giugno giu junho " },
  { 7, " july jul juli juillet juil julio luglio lug julho " },
  { 8, " august aug augustus août aout agosto ago " },
  { 9, " september sep sept septembre septiembre settembre set setembro " },
  { 10, " october oct oktober okt octobre octubre ottobre ott outubro out " },
  { 11, " november nov novembre noviembre novembro " },
  { 12, " december dec dezember dez décembre decembre déc diciembre dic dicembre dezembro " },
};

static const char weekdays[]
    = " monday mon tuesday tue tues wednesday wed thursday thu thur thurs friday fri saturday sat "
      "sunday sun montag mo dienstag di mittwoch mi donnerstag do freitag fr samstag sa sonntag so "
      "of de the ";

static gboolean
is_listed (const char *list, const char *word)
{
  g_autofree char *wanted = g_strconcat (" ", word, " ", NULL);
  return strstr (list, wanted) != NULL;
}

int
agent_date_month_named (const char *text, gsize size)
{
  if (size < 3 || size > 16)
    return 0;
  g_autofree char *lower = g_utf8_strdown (text, (gssize) size);
  for (gsize i = 0; i < G_N_ELEMENTS (months); i++)
    if (is_listed (months[i].names, lower))
      return months[i].month;
  return 0;
}

static gboolean
is_letter (const char *text)
{
  return g_ascii_isalpha (*text) || (guint8) *text >= 0x80;
}

/* "st", "nd", "rd", "th" directly after a day. */
static gsize
ordinal_at (const char *text)
{
  static const char *const endings[] = { "st", "nd", "rd", "th" };
  for (gsize i = 0; i < G_N_ELEMENTS (endings); i++)
    if (g_ascii_strncasecmp (text, endings[i], 2) == 0 && !is_letter (text + 2))
      return 2;
  return 0;
}

static gboolean
looks_like_time (const char *text)
{
  gsize digits = strspn (text, "0123456789");
  return digits > 0 && digits <= 2 && text[digits] == ':'
         && strspn (text, "0123456789:.,+-ZAPMUTCapm ") == strlen (text);
}

/* What may follow a date: a time of day with or without a zone. */
static gboolean
is_time (const char *text)
{
  gsize blanks = strspn (text, " ,");
  if (*text == 'T')
    return looks_like_time (text + 1);
  return blanks > 0 && looks_like_time (text + blanks);
}

static const char *
read_number (const char *text, Token *token)
{
  token->type = TOKEN_NUMBER;
  while (g_ascii_isdigit (*text) && token->digits < 9)
    {
      token->value = token->value * 10 + (*text++ - '0');
      token->digits++;
    }
  return text + ordinal_at (text);
}

/* NULL: a word that has no place in a date. ret_used FALSE: one to be passed over. */
static const char *
read_word (const char *text, Token *token, gboolean *ret_used)
{
  const char *end = text;
  while (is_letter (end))
    end++;
  token->type = TOKEN_MONTH;
  token->value = agent_date_month_named (text, (gsize) (end - text));
  *ret_used = token->value != 0;
  if (*ret_used)
    return end;
  if (end - text > 16)
    return NULL;
  g_autofree char *lower = g_utf8_strdown (text, end - text);
  return is_listed (weekdays, lower) ? end : NULL;
}

/* Returns the number of tokens, 0 when the text is no date. */
static gsize
tokenise (const char *text, Token tokens[TOKENS_MAX])
{
  gsize count = 0;
  char before = 0;

  while (*text != '\0')
    {
      gboolean used = TRUE;
      Token token = { .before = before };
      if (count >= 2 && is_time (text))
        break;
      if (strchr (" ,/.-", *text) != NULL)
        {
          /* Of several ("Mar. 5, 2024") the one that is not a blank says how it is written. */
          before = before == 0 || before == ' ' ? (*text == ',' ? ' ' : *text) : before;
          text++;
          continue;
        }
      if (count == TOKENS_MAX)
        return 0;
      if (g_ascii_isdigit (*text))
        text = read_number (text, &token);
      else if (is_letter (text))
        text = read_word (text, &token, &used);
      else
        return 0;
      if (text == NULL)
        return 0;
      before = 0;
      if (used)
        tokens[count++] = token;
    }
  return count;
}

static gboolean
set_year (AgentDate *date, const Token *token)
{
  if (token->digits == 4)
    date->year = token->value;
  else if (token->digits == 2)
    date->year = token->value + (token->value < PIVOT ? 2000 : 1900);
  return date->year != 0;
}

static gboolean
is_valid (const AgentDate *date)
{
  return date->year >= YEAR_MIN && date->year <= YEAR_MAX
         && g_date_valid_dmy ((GDateDay) CLAMP (date->day, 0, 99), (GDateMonth) date->month,
                              (GDateYear) date->year);
}

static gboolean
read_ordered (const Token t[3], AgentDateOrder assumed, AgentDate *date)
{
  if (!set_year (date, &t[2]) || t[0].digits > 2 || t[1].digits > 2)
    return FALSE;

  AgentDateOrder order = assumed;
  if (t[1].before == '.')
    order = AGENT_ORDER_DAY_FIRST;
  else if (t[0].value > 12)
    order = date->evidence = AGENT_ORDER_DAY_FIRST;
  else if (t[1].value > 12)
    order = date->evidence = AGENT_ORDER_MONTH_FIRST;
  else
    date->ambiguous = t[0].value != t[1].value;
  gboolean month_first = order == AGENT_ORDER_MONTH_FIRST;
  date->day = t[month_first ? 1 : 0].value;
  date->month = t[month_first ? 0 : 1].value;
  return TRUE;
}

static gboolean
read_three_numbers (const Token t[3], AgentDateOrder assumed, AgentDate *date)
{
  if (t[1].before != t[2].before || strchr ("/-.", t[1].before) == NULL || t[1].before == 0)
    return FALSE;
  if (t[0].digits != 4)
    return read_ordered (t, assumed, date);
  date->year = t[0].value;
  date->month = t[1].value;
  date->day = t[2].value;
  return t[1].digits <= 2 && t[2].digits <= 2;
}

static gboolean
read_with_name (const Token *t, gsize count, AgentDate *date)
{
  gsize name = 0;
  while (name < count && t[name].type != TOKEN_MONTH)
    name++;
  date->month = t[name].value;
  date->day = 1;
  if (count == 2)
    return name == 0 ? t[1].digits == 4 && set_year (date, &t[1])
                     : t[0].digits == 4 && set_year (date, &t[0]);

  const Token *first = &t[name == 0 ? 1 : 0], *second = &t[name == 2 ? 1 : 2];
  if (second->type != TOKEN_NUMBER || first->type != TOKEN_NUMBER || name == 2)
    return FALSE;
  gboolean year_first = first->digits == 4;
  date->day = year_first ? second->value : first->value;
  return set_year (date, year_first ? first : second)
         && (year_first ? second->digits : first->digits) <= 2;
}

static gboolean
read_compact (const Token *token, AgentDate *date)
{
  date->year = token->value / 10000;
  date->month = token->value / 100 % 100;
  date->day = token->value % 100;
  return token->digits == 8 && date->year >= 1900;
}

static gboolean
read_tokens (const Token *t, gsize count, AgentDateOrder assumed, AgentDate *date)
{
  gboolean named = FALSE;
  for (gsize i = 0; i < count; i++)
    named |= t[i].type == TOKEN_MONTH;

  if (named)
    return (count == 2 || count == 3) && read_with_name (t, count, date);
  if (count == 3)
    return read_three_numbers (t, assumed, date);
  if (count == 1)
    return read_compact (&t[0], date);
  if (count == 2 && t[0].digits == 4 && t[1].digits <= 2
      && (t[1].before == '-' || t[1].before == '/'))
    {
      *date = (AgentDate){ .year = t[0].value, .month = t[1].value, .day = 1 };
      return TRUE;
    }
  return FALSE;
}

gboolean
agent_date_parse (const char *text, AgentDateOrder assumed, AgentDate *ret_date)
{
  Token tokens[TOKENS_MAX];
  AgentDate date = { 0 };
  text += strspn (text, " \t");
  if (strnlen (text, TEXT_MAX + 1) > TEXT_MAX || strpbrk (text, "0123456789") == NULL)
    return FALSE;

  gsize count = tokenise (text, tokens);
  if (!read_tokens (tokens, count, assumed, &date) || !is_valid (&date))
    return FALSE;
  *ret_date = date;
  return TRUE;
}

char *
agent_date_format (const AgentDate *date, AgentPeriod period)
{
  switch (period)
    {
    case AGENT_PERIOD_YEAR:
      return g_strdup_printf ("%04d", date->year);
    case AGENT_PERIOD_QUARTER:
      return g_strdup_printf ("%04d-Q%d", date->year, (date->month + 2) / 3);
    case AGENT_PERIOD_MONTH:
      return g_strdup_printf ("%04d-%02d", date->year, date->month);
    case AGENT_PERIOD_WEEK:
      {
        GDate day;
        g_date_clear (&day, 1);
        g_date_set_dmy (&day, (GDateDay) date->day, (GDateMonth) date->month,
                        (GDateYear) date->year);
        guint week = g_date_get_iso8601_week_of_year (&day);
        int year = date->year + (week == 1 && date->month == 12) - (week >= 52 && date->month == 1);
        return g_strdup_printf ("%04d-W%02u", year, week);
      }
    default:
      return g_strdup_printf ("%04d-%02d-%02d", date->year, date->month, date->day);
    }
}
