/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/content/agent-date.h"
#include "agent/content/agent-number.h"

#include <string.h>

typedef struct {
  const char *text;
  const char *value; /* NULL: not a number */
  const char *unit;
  AgentDecimalMark assumed;
} NumberCase;

static const NumberCase numbers[] = {
  { "0", "0", "" },
  { "12", "12", "" },
  { "-12", "-12", "" },
  { "+12", "12", "" },
  { " 12 ", "12", "" },
  { "\u00a012\u00a0", "12", "" },
  { "12.50", "12.50", "" },
  { "12,50", "12.50", "" },
  { "1,234.56", "1234.56", "" },
  { "1.234,56", "1234.56", "" },
  { "1 234,56", "1234.56", "" },
  { "1\u00a0234,56", "1234.56", "" },
  { "1\u202f234,56", "1234.56", "" },
  { "1'234.50", "1234.50", "" },
  { "1\u2019234.50", "1234.50", "" },
  { "1.234.567", "1234567", "" },
  { "1,234,567", "1234567", "" },
  { "1,234,567.8", "1234567.8", "" },
  { "12,34,567.00", "1234567.00", "" },
  { "1 234 567", "1234567", "" },
  { "1.234", "1.234", "", AGENT_MARK_POINT },
  { "1.234", "1.234", "", AGENT_MARK_UNKNOWN },
  { "1.234", "1234", "", AGENT_MARK_COMMA },
  { "1,234", "1234", "", AGENT_MARK_POINT },
  { "1,234", "1.234", "", AGENT_MARK_COMMA },
  { "0.125", "0.125", "", AGENT_MARK_COMMA },
  { "0,125", "0.125", "", AGENT_MARK_POINT },
  { "1234.567", "1234.567", "", AGENT_MARK_COMMA },
  { ".5", "0.5", "" },
  { "5.", "5", "" },
  { "(12.50)", "-12.50", "" },
  { "($1,234.56)", "-1234.56", "$" },
  { "$(1,234.56)", "-1234.56", "$" },
  { "12.50-", "-12.50", "" },
  { "\u2212"
    "12",
    "-12", "" },
  { "-€12,50", "-12.50", "EUR" },
  { "€ -12,50", "-12.50", "EUR" },
  { "12,50 €", "12.50", "EUR" },
  { "EUR 12.50", "12.50", "EUR" },
  { "12.50EUR", "12.50", "EUR" },
  { "CHF 1'000.00", "1000.00", "CHF" },
  { "US$5", "5", "USD" },
  { "R$ 1.234,00", "1234.00", "BRL" },
  { "£3.20", "3.20", "GBP" },
  { "1 000 kr", "1000", "kr" },
  { "12 %", "12", "%" },
  { "12.5%", "12.5", "%" },
  { "1.5E+3", "1500", "" },
  { "1.5e-3", "0.0015", "" },
  { "1e3", "1000", "" },
  { "1.234e2", "123.4", "", AGENT_MARK_COMMA },
  { "999999999999999999", "999999999999999999", "" },
  { "0.123456789012345678", "0.123456789012345678", "" },
  { "123456789012345678901234567890", NULL },
  { "", NULL },
  { " ", NULL },
  { "-", NULL },
  { ".", NULL },
  { "abc", NULL },
  { "n/a", NULL },
  { "12abc", NULL },
  { "1.2.3", NULL },
  { "1.2.2024", NULL },
  { "192.168.0.1", NULL },
  { "1,23,4", NULL },
  { "1.234,567.8", NULL },
  { "1,234.567,8", NULL },
  { "12 34", NULL },
  { "2024-03-05", NULL },
  { "5/3/2024", NULL },
  { "(12.50", NULL },
  { "12.50)", NULL },
  { "--12", NULL },
  { "-(12)", NULL },
  { "€12 USD", NULL },
  { "EUR", NULL },
  { "$", NULL },
  { "1e999", NULL },
  { "1e", NULL },
  { "e5", NULL },
  { "1,,2", NULL },
  { "٣", NULL },
  { "1.000.000.000.000.000.000.000.000.000.000.000.000.000.000.000.000.000.000", NULL },
};

static void
test_numbers (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      AgentNumber number;
      gboolean read = agent_number_parse (numbers[i].text, numbers[i].assumed, &number);
      g_test_message ("“%s”", numbers[i].text);
      g_assert_cmpint (read, ==, numbers[i].value != NULL);
      if (!read)
        continue;
      g_autofree char *value = agent_decimal_format (number.value);
      g_assert_cmpstr (value, ==, numbers[i].value);
      g_assert_cmpstr (number.unit, ==, numbers[i].unit);
    }
}

static void
test_evidence (void)
{
  const struct {
    const char *text;
    AgentDecimalMark evidence;
    gboolean ambiguous;
  } cases[] = {
    { "12", AGENT_MARK_UNKNOWN, FALSE },      { "12.5", AGENT_MARK_POINT, FALSE },
    { "12,5", AGENT_MARK_COMMA, FALSE },      { "1.234", AGENT_MARK_UNKNOWN, TRUE },
    { "1,234", AGENT_MARK_UNKNOWN, TRUE },    { "1.234.567", AGENT_MARK_COMMA, FALSE },
    { "1,234,567", AGENT_MARK_POINT, FALSE }, { "1.234,5", AGENT_MARK_COMMA, FALSE },
    { "1 234", AGENT_MARK_UNKNOWN, FALSE },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      AgentNumber number;
      g_test_message ("“%s”", cases[i].text);
      g_assert_true (agent_number_parse (cases[i].text, AGENT_MARK_UNKNOWN, &number));
      g_assert_cmpint (number.evidence, ==, cases[i].evidence);
      g_assert_cmpint (number.ambiguous, ==, cases[i].ambiguous);
    }
}

static const struct {
  const char *text;
  const char *day; /* NULL: not a date */
  AgentDateOrder assumed;
} dates[] = {
  { "2024-03-05", "2024-03-05" },
  { "2024/3/5", "2024-03-05" },
  { "2024.03.05", "2024-03-05" },
  { "20240305", "2024-03-05" },
  { "2024-03", "2024-03-01" },
  { "2024-03-05T10:11:12Z", "2024-03-05" },
  { "2024-03-05 10:11:12.123+01:00", "2024-03-05" },
  { "2024-03-05 10:11", "2024-03-05" },
  { "5/3/2024", "2024-03-05" },
  { "5/3/2024", "2024-05-03", AGENT_ORDER_MONTH_FIRST },
  { "5/3/2024", "2024-03-05", AGENT_ORDER_DAY_FIRST },
  { "05/03/2024 10:11 AM", "2024-03-05" },
  { "25/3/2024", "2024-03-25", AGENT_ORDER_MONTH_FIRST },
  { "3/25/2024", "2024-03-25", AGENT_ORDER_DAY_FIRST },
  { "5-3-2024", "2024-03-05" },
  { "5.3.2024", "2024-03-05", AGENT_ORDER_MONTH_FIRST },
  { "05.03.24", "2024-03-05" },
  { "5/3/99", "1999-03-05" },
  { "5 March 2024", "2024-03-05" },
  { "5th of March, 2024", "2024-03-05" },
  { "March 5, 2024", "2024-03-05" },
  { "Mar. 5, 2024", "2024-03-05" },
  { "5-Mar-24", "2024-03-05" },
  { "05-MAR-2024", "2024-03-05" },
  { "2024-Mar-05", "2024-03-05" },
  { "Tue, 5 Mar 2024 10:00:00", "2024-03-05" },
  { "March 2024", "2024-03-01" },
  { "2024 March", "2024-03-01" },
  { "5. März 2024", "2024-03-05" },
  { "5 août 2024", "2024-08-05" },
  { "29/2/2024", "2024-02-29" },
  { "29/2/2023", NULL },
  { "31.4.2024", NULL },
  { "13/13/2024", NULL },
  { "0/1/2024", NULL },
  { "2024-13-01", NULL },
  { "2024", NULL },
  { "12.05", NULL },
  { "5/3", NULL },
  { "1/2-2024", NULL },
  { "99999999", NULL },
  { "3000-01-01", NULL },
  { "hello", NULL },
  { "", NULL },
  { "May", NULL },
  { "5 bananas 2024", NULL },
  { "12 34 5678", NULL },
  { "1-2-3-4-5-6", NULL },
};

static void
test_dates (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (dates); i++)
    {
      AgentDate date;
      g_test_message ("“%s”", dates[i].text);
      gboolean read = agent_date_parse (dates[i].text, dates[i].assumed, &date);
      g_assert_cmpint (read, ==, dates[i].day != NULL);
      if (!read)
        continue;
      g_autofree char *day = agent_date_format (&date, AGENT_PERIOD_DAY);
      g_assert_cmpstr (day, ==, dates[i].day);
    }
}

static void
test_periods (void)
{
  const struct {
    const char *text;
    const char *week;
    const char *quarter;
  } cases[] = {
    { "2024-12-30", "2025-W01", "2024-Q4" },
    { "2021-01-03", "2020-W53", "2021-Q1" },
    { "2024-03-05", "2024-W10", "2024-Q1" },
    { "2024-04-01", "2024-W14", "2024-Q2" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      AgentDate date;
      g_assert_true (agent_date_parse (cases[i].text, AGENT_ORDER_UNKNOWN, &date));
      g_autofree char *week = agent_date_format (&date, AGENT_PERIOD_WEEK);
      g_autofree char *quarter = agent_date_format (&date, AGENT_PERIOD_QUARTER);
      g_autofree char *month = agent_date_format (&date, AGENT_PERIOD_MONTH);
      g_autofree char *year = agent_date_format (&date, AGENT_PERIOD_YEAR);
      g_assert_cmpstr (week, ==, cases[i].week);
      g_assert_cmpstr (quarter, ==, cases[i].quarter);
      g_assert_true (g_str_has_prefix (month, year));
    }
}

static AgentDecimal
decimal (const char *text)
{
  AgentNumber number;
  g_assert_true (agent_number_parse (text, AGENT_MARK_POINT, &number));
  return number.value;
}

static void
test_decimals (void)
{
  AgentDecimal sum = AGENT_DECIMAL_ZERO, average;
  for (int i = 0; i < 1000; i++)
    g_assert_true (agent_decimal_add (sum, decimal ("0.10"), &sum));
  g_autofree char *text = agent_decimal_format (sum);
  g_assert_cmpstr (text, ==, "100.00");

  g_assert_true (agent_decimal_divide (decimal ("10"), 3, 2, &average));
  g_autofree char *third = agent_decimal_format (average);
  g_assert_cmpstr (third, ==, "3.33");
  g_assert_true (agent_decimal_divide (decimal ("-0.05"), 10, 2, &average));
  g_autofree char *half = agent_decimal_format (average);
  g_assert_cmpstr (half, ==, "-0.01");
  g_assert_false (agent_decimal_divide (sum, 0, 2, &average));

  g_assert_cmpint (agent_decimal_compare (decimal ("1.50"), decimal ("1.5")), ==, 0);
  g_assert_cmpint (agent_decimal_compare (decimal ("-2"), decimal ("1.5")), <, 0);
  g_assert_cmpint (
      agent_decimal_compare (decimal ("999999999999999999"), decimal ("0.000000000000000001")), >,
      0);
}

static void
test_overflow (void)
{
  AgentDecimal sum = decimal ("999999999999999999.999999999999999999");
  gboolean fits = TRUE;
  for (int i = 0; i < 64 && fits; i++)
    fits = agent_decimal_add (sum, sum, &sum);
  g_assert_false (fits);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/agent/number/parse", test_numbers);
  g_test_add_func ("/agent/number/evidence", test_evidence);
  g_test_add_func ("/agent/date/parse", test_dates);
  g_test_add_func ("/agent/date/periods", test_periods);
  g_test_add_func ("/agent/decimal/arithmetic", test_decimals);
  g_test_add_func ("/agent/decimal/overflow", test_overflow);
  return g_test_run ();
}
