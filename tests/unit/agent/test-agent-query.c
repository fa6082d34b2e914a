/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/content/agent-column-name.h"
#include "agent/content/agent-error.h"
#include "agent/content/agent-overview.h"
#include "agent/content/agent-query.h"

#include <string.h>

typedef enum { AS_IS, UTF8_BOM, UTF16_LE, UTF16_BE, UTF16_BARE, LATIN1 } Encoding;

typedef struct {
  const char *name;
  const char *text;
  Encoding encoding;
  const char *value; /* a column; NULL: rows are counted */
  const char *group;
  AgentPeriod period;
  const char *expected; /* "key=sum …|total", units after sums; "!words" of an error */
  const char *note;     /* part of a note that must be there */
} Case;

#define HEADER "Date,Description,Amount\n"

static const Case cases[] = {
  { "plain", HEADER "2024-01-05,a,10.10\n2024-01-06,b,20.20\n2024-02-01,c,5\n", AS_IS, "Amount",
    "Date", AGENT_PERIOD_MONTH, "2024-01=30.30 2024-02=5|35.30" },
  { "no newline at the end", HEADER "2024-01-05,a,1\n2024-01-06,b,2", AS_IS, "Amount", NULL, 0,
    "|3" },
  { "CRLF", "Date,Amount\r\n2024-01-05,1\r\n2024-02-05,2\r\n", AS_IS, "Amount", "Date",
    AGENT_PERIOD_MONTH, "2024-01=1 2024-02=2|3" },
  { "CR only", "Date,Amount\r2024-01-05,1\r2024-02-05,2\r", AS_IS, "Amount", "Date",
    AGENT_PERIOD_MONTH, "2024-01=1 2024-02=2|3" },
  { "UTF-8 with a mark", "Amount,Date\n1.50,2024-01-05\n", UTF8_BOM, "Amount", NULL, 0, "|1.50" },
  { "UTF-16 little end", "Betrag;Datum\n1,50;05.01.2024\n2,25;06.01.2024\n", UTF16_LE, "Betrag",
    NULL, 0, "|3.75" },
  { "UTF-16 big end", "Betrag\tDatum\n1,50\t05.01.2024\n", UTF16_BE, "betrag", NULL, 0, "|1.50" },
  { "UTF-16 without a mark",
    "Amount,Description\n1.50,this is a longer text for the guess\n2.50,x\n", UTF16_BARE, "Amount",
    NULL, 0, "|4.00" },
  { "Latin-1", "Catégorie;Montant\nCafé;12,50\nHôtel;100,00\nCafé;1,00\n", LATIN1, "Montant",
    "Catégorie", 0, "Hôtel=100.00 Café=13.50|113.50" },
  { "semicolons and commas", "Date;Text;Betrag\n05.01.2024;a, b;1.234,56\n06.02.2024;c;-34,56\n",
    AS_IS, "Betrag", "Date", AGENT_PERIOD_MONTH, "2024-01=1234.56 2024-02=-34.56|1200.00" },
  { "tabs", "Date\tAmount\n2024-01-05\t1,234.56\n2024-01-06\t1\n", AS_IS, "Amount", NULL, 0,
    "|1235.56" },
  { "pipes", "Date|Amount\n2024-01-05|3\n2024-01-06|4\n", AS_IS, "Amount", NULL, 0, "|7" },
  { "sep= line", "sep=;\nDate;Amount;X\n2024-01-05;1,5;a\n", AS_IS, "Amount", NULL, 0, "|1.5" },
  { "quoted separators", "Name,Amount\n\"Smith, John\",\"1,000.50\"\n\"x\",1\n", AS_IS, "Amount",
    "Name", 0, "Smith, John=1000.50 x=1|1001.50" },
  { "quoted newlines", "Note,Amount\n\"two\nlines\",1\n\"three\r\nmore\r\nlines\",2\n", AS_IS,
    "Amount", NULL, 0, "|3" },
  { "doubled quotes", "Note,Amount\n\"say \"\"hi\"\"\",1\nx,2\n", AS_IS, "Amount", "Note", 0,
    "x=2 say \"hi\"=1|3" },
  { "quote inside a field", "Note,Amount\n5\" pipe,1\n6\" pipe,2\n", AS_IS, "Amount", "Note", 0,
    "6\" pipe=2 5\" pipe=1|3" },
  { "quote never closed", "Note,Amount\na,1\n\"oops,2\nb,4\nc,8\n", AS_IS, "Amount", NULL, 0, "|13",
    "a quote is never closed" },
  { "European points", "Name;Betrag\na;1.000,00\nb;2.500\n", AS_IS, "Betrag", NULL, 0, "|3500.00" },
  { "spaces as groups", "Name;Montant\na;1 234,56\nb;12 000,00\n", AS_IS, "Montant", NULL, 0,
    "|13234.56" },
  { "no-break spaces", "Name;Montant\na;1\u202f234,56\nb;12\u00a0000,00\n", AS_IS, "Montant", NULL,
    0, "|13234.56" },
  { "accountants", "Name,Amount\na,(12.50)\nb,100.00-\nc,50\n", AS_IS, "Amount", NULL, 0,
    "|-62.50" },
  { "one currency", "Name,Amount\na,$1.50\nb,\"$1,000.00\"\nc,-$0.50\n", AS_IS, "Amount", NULL, 0,
    "|1001.00" },
  { "mixed currencies", "Name,Amount\na,10 EUR\nb,20 USD\nc,5 EUR\n", AS_IS, "Amount", NULL, 0,
    "|20 USD,15 EUR" },
  { "mixed currencies by name", "Name,Amount\na,10 EUR\na,20 USD\nb,5 EUR\n", AS_IS, "Amount",
    "Name", 0, "a=20 USD a=10 EUR b=5 EUR|20 USD,15 EUR" },
  { "percent", "Name,Rate\na,10%\nb,5.5 %\n", AS_IS, "Rate", NULL, 0, "|15.5" },
  { "day first is proven", "Date,Amount\n05/03/2024,1\n25/03/2024,2\n01/04/2024,4\n", AS_IS,
    "Amount", "Date", AGENT_PERIOD_MONTH, "2024-03=3 2024-04=4|7" },
  { "month first is proven", "Date,Amount\n03/05/2024,1\n03/25/2024,2\n04/01/2024,4\n", AS_IS,
    "Amount", "Date", AGENT_PERIOD_MONTH, "2024-03=3 2024-04=4|7" },
  { "month first by the order of time",
    "Date,Amount\n01/02/2024,1\n01/12/2024,2\n02/03/2024,4\n03/01/2024,8\n", AS_IS, "Amount",
    "Date", AGENT_PERIOD_MONTH, "2024-01=3 2024-02=4 2024-03=8|15", "order of time" },
  { "ambiguous dates", "Date,Amount\n01/02/2024,1\n", AS_IS, "Amount", "Date", AGENT_PERIOD_MONTH,
    "2024-02=1|1", "assumption" },
  { "points in dates", "Datum;Betrag\n01.02.2024;1,00\n12.11.2024;2,00\n", AS_IS, "Betrag", "Datum",
    AGENT_PERIOD_MONTH, "2024-02=1.00 2024-11=2.00|3.00" },
  { "names of months", "Date,Amount\n\"Jan 5, 2024\",1\n6 February 2024,2\n7-Feb-24,4\n", AS_IS,
    "Amount", "Date", AGENT_PERIOD_MONTH, "2024-01=1 2024-02=6|7" },
  { "compact dates", "Date,Amount\n20240105,1\n20240206,2\n", AS_IS, "Amount", "Date",
    AGENT_PERIOD_MONTH, "2024-01=1 2024-02=2|3" },
  { "times of day", "When,Amount\n2024-01-31T23:59:59Z,1\n2024-02-01 00:00:01,2\n", AS_IS, "Amount",
    "When", AGENT_PERIOD_MONTH, "2024-01=1 2024-02=2|3" },
  { "by year", "Date,Amount\n2023-01-05,1\n2024-02-01,2\n2024-03-01,4\n", AS_IS, "Amount", "Date",
    AGENT_PERIOD_YEAR, "2023=1 2024=6|7" },
  { "by quarter", "Date,Amount\n2024-01-05,1\n2024-04-01,2\n", AS_IS, "Amount", "Date",
    AGENT_PERIOD_QUARTER, "2024-Q1=1 2024-Q2=2|3" },
  { "empty cells", HEADER "2024-01-05,a,\n2024-01-06,b,2\n,c,4\n", AS_IS, "Amount", "Date",
    AGENT_PERIOD_MONTH, "2024-01=2|2", "1 row was left out: “Amount” is empty (line 2)" },
  { "text among numbers", HEADER "2024-01-05,a,n/a\n2024-01-06,b,2\n2024-01-06,b,n/a\n", AS_IS,
    "Amount", NULL, 0, "|2",
    "2 rows were left out: “Amount” is not a number (first at line 2: “n/a”)" },
  { "bad dates", "Date,Amount\n2024-02-30,1\n2024-02-28,2\nsoon,4\n", AS_IS, "Amount", "Date",
    AGENT_PERIOD_MONTH, "2024-02=2|2", "2 rows were left out: “Date” is not a date" },
  { "short rows", "A,B,Amount\nx,y,1\nx\nx,y,2\n", AS_IS, "Amount", NULL, 0, "|3",
    "1 row was left out: “Amount” is empty" },
  { "wide rows", "A,Amount\nx,1\ny,1,234\nz,4\n", AS_IS, "Amount", NULL, 0, "|5",
    "1 row was left out: more cells" },
  { "trailing separators", "A,Amount\nx,1,\ny,2,,\n", AS_IS, "Amount", NULL, 0, "|3" },
  { "blank lines", "A,Amount\n\nx,1\n   \n,\ny,2\n\n\n", AS_IS, "Amount", NULL, 0, "|3" },
  { "text above",
    "Account statement\n"
    "Number: 12345\n\n"
    "Date,Text,Amount\n2024-01-05,a,1\n"
    "2024-01-06,b,2\n",
    AS_IS, "Amount", NULL, 0, "|3", "begins below 2 lines" },
  { "padded text above", "Statement,,,\n,,,\nDate,Text,Amount,Balance\n2024-01-05,a,1,5\n", AS_IS,
    "Amount", NULL, 0, "|1", "begins below 1 line" },
  { "no header", "2024-01-05,a,1\n2024-02-06,b,2\n", AS_IS, "column 3", "column 1",
    AGENT_PERIOD_MONTH, "2024-01=1 2024-02=2|3" },
  { "no header, a guess", "2024-01-05,a,1\n2024-02-06,b,2\n", AS_IS, "Amount", NULL, 0, "|3" },
  { "years as names", "Name,2023,2024\na,1,2\nb,3,4\n", AS_IS, "2024", NULL, 0, "|6" },
  { "a total at the end", HEADER "2024-01-05,a,10\n2024-01-06,b,20\n,Total,30\n", AS_IS, "Amount",
    NULL, 0, "|30", "repeats the total" },
  { "a category called Total", "Category,Amount\nfood,10\nTotal,5\nrent,20\n", AS_IS, "Amount",
    NULL, 0, "|35" },
  { "another spelling", "Date,Amounnt\n2024-01-05,3\n", AS_IS, "Amount", NULL, 0, "|3" },
  { "part of the name", "Date,Amount (EUR)\n2024-01-05,3\n", AS_IS, "amount", NULL, 0, "|3" },
  { "case", "DATE,AMOUNT\n2024-01-05,3\n", AS_IS, "amount", NULL, 0, "|3" },
  { "groups largest first", "C,V\na,1\nb,5\nc,-9\na,1\n", AS_IS, "V", "C", 0, "c=-9 b=5 a=2|-2" },
  { "empty group", "C,V\n,1\nb,5\n", AS_IS, "V", "C", 0, "b=5 (empty)=1|6" },
  { "count rows", "C,V\na,1\nb,\na,3\n", AS_IS, NULL, NULL, 0, "|3 rows" },
  { "count by", "C,V\na,1\nb,\na,3\n", AS_IS, NULL, "C", 0, "a=2 rows b=1 rows|3 rows" },
  { "cents add up", "V,W\n0.1,x\n0.2,x\n0.3,x\n", AS_IS, "V", NULL, 0, "|0.6" },
  { "many digits", "V,W\n999999999999999999,x\n0.000000000000000001,x\n", AS_IS, "V", NULL, 0,
    "|999999999999999999.000000000000000001" },
  { "too large", "V,W\n99999999999999999999,x\n1,x\n", AS_IS, "V", NULL, 0, "|1",
    "is not a number" },
  { "assumed thousands", "N;V\na;1.234\nb;2.345\n", AS_IS, "V", NULL, 0, "|3579",
    "Nothing in “V” says" },
  { "assumed decimals", "N,V\na,1.234\nb,2.345\n", AS_IS, "V", NULL, 0, "|3.579",
    "Nothing in “V” says" },
  { "mixed marks", "N;V\na;1.234,50\nb;2,345.50\nc;1\n", AS_IS, "V", NULL, 0, "|3581.00", "mixes" },
  { "no such column", "A,B\n1,2\n", AS_IS, "Amount", NULL, 0, "!has no column “Amount”" },
  { "several such columns", "Amount in,Amount out\n1,2\n", AS_IS, "Amount", NULL, 0,
    "!Several columns" },
  { "no numbers", "A,B\nx,y\nz,w\n", AS_IS, "B", NULL, 0, "!holds no numbers" },
  { "no dates", "A,B\nx,1\nz,2\n", AS_IS, "B", "A", AGENT_PERIOD_MONTH, "!holds no dates" },
  { "empty file", "", AS_IS, "A", NULL, 0, "!holds no rows" },
  { "header only", "Date,Amount\n", AS_IS, "Amount", NULL, 0, "!holds no numbers" },
  { "one column", "Amount\n1\n2\n", AS_IS, "Amount", NULL, 0, "|3" },
  { "prose in a .csv", "Dear Sir, I write to you.\nYours, me\n", AS_IS, "Amount", NULL, 0,
    "!has no column" },
};

static GBytes *
encode (const Case *c)
{
  gsize size;
  g_autoptr (GError) error = NULL;
  const char *to[] = { NULL, NULL, "UTF-16LE", "UTF-16BE", "UTF-16LE", "ISO-8859-1" };
  const char *mark[] = { "", "\xef\xbb\xbf", "\xff\xfe", "\xfe\xff", "", "" };
  g_autofree char *converted = to[c->encoding] != NULL ? g_convert (c->text, -1, to[c->encoding],
                                                                    "UTF-8", NULL, &size, &error)
                                                       : g_strdup (c->text);
  g_assert_no_error (error);
  if (to[c->encoding] == NULL)
    size = strlen (c->text);

  GByteArray *bytes = g_byte_array_new ();
  g_byte_array_append (bytes, (const guint8 *) mark[c->encoding],
                       (guint) strlen (mark[c->encoding]));
  g_byte_array_append (bytes, (const guint8 *) converted, (guint) size);
  return g_byte_array_free_to_bytes (bytes);
}

static void
append_amount (GString *out, const AgentQueryGroup *group, gboolean counted)
{
  g_autofree char *sum = agent_decimal_format (group->sum);
  if (counted)
    g_string_append_printf (out, "%" G_GUINT64_FORMAT " rows", group->rows);
  else
    g_string_append_printf (out, "%s%s%s", sum, group->unit[0] != '\0' ? " " : "", group->unit);
}

static char *
show (const AgentQueryResult *result, gboolean counted)
{
  GString *out = g_string_new (NULL);
  for (guint i = 0; i < result->groups->len; i++)
    {
      const AgentQueryGroup *group = result->groups->pdata[i];
      g_string_append_printf (out, "%s%s=", i > 0 ? " " : "", group->key);
      append_amount (out, group, counted);
    }
  g_string_append_c (out, '|');
  for (guint i = 0; i < result->totals->len; i++)
    {
      if (i > 0)
        g_string_append_c (out, ',');
      append_amount (out, result->totals->pdata[i], counted);
    }
  return g_string_free (out, FALSE);
}

static gboolean
has_note (const AgentQueryResult *result, const char *wanted)
{
  for (guint i = 0; i < result->notes->len; i++)
    {
      g_test_message ("note: %s", (char *) result->notes->pdata[i]);
      if (strstr (result->notes->pdata[i], wanted) != NULL)
        return TRUE;
    }
  return FALSE;
}

static gboolean
find (const AgentTable *table, const char *name, AgentTableType type, int *ret, GError **error)
{
  guint column;
  g_autofree char *note = NULL;
  if (name == NULL)
    return TRUE;
  if (!agent_table_find_column (table, name, type, &column, &note, error))
    return FALSE;
  *ret = (int) column;
  return TRUE;
}

static AgentQueryResult *
run (AgentSource *source, const Case *c, GError **error)
{
  g_autoptr (AgentTable) table = agent_table_open (source, 0, NULL, error);
  AgentQuery query = AGENT_QUERY_INIT;
  query.period = c->period;
  if (table == NULL || !find (table, c->value, AGENT_TABLE_NUMBER, &query.value, error)
      || !find (table, c->group, AGENT_TABLE_DATE, &query.group, error))
    return NULL;
  return agent_query_run (table, &query, NULL, error);
}

/* Every case in pieces of several sizes: where a piece ends must never matter. */
static void
test_case (gconstpointer data)
{
  const Case *c = data;
  static const gsize sizes[] = { 1 << 20, 1, 2, 3, 7, 64 };
  g_autoptr (GBytes) bytes = encode (c);
  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (AgentSource) source = agent_source_new_memory ("/home/u/t.csv", bytes, sizes[i]);
      g_autoptr (AgentQueryResult) result = run (source, c, &error);
      if (c->expected[0] == '!')
        {
          g_assert_null (result);
          g_assert_nonnull (strstr (error->message, c->expected + 1));
          continue;
        }
      g_assert_no_error (error);
      g_autofree char *shown = show (result, c->value == NULL);
      g_assert_cmpstr (shown, ==, c->expected);
      if (c->note != NULL)
        g_assert_true (has_note (result, c->note));
    }
}

static AgentSource *
text_source (const char *path, const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  return agent_source_new_memory (path, bytes, 4096);
}

static void
test_filter (void)
{
  const struct {
    const char *column;
    AgentCompare compare;
    const char *operand;
    const char *expected;
  } filters[] = {
    { "Category", AGENT_COMPARE_IS, "FOOD", "|3" },
    { "Category", AGENT_COMPARE_IS_NOT, "food", "|4" },
    { "Category", AGENT_COMPARE_CONTAINS, "oo", "|3" },
    { "Amount", AGENT_COMPARE_ABOVE, "1.5", "|6" },
    { "Amount", AGENT_COMPARE_BELOW, "2", "|1" },
    { "Amount", AGENT_COMPARE_IS, "2.00", "|2" },
    { "Date", AGENT_COMPARE_ABOVE, "2024-01-31", "|6" },
  };
  g_autoptr (AgentSource) source = text_source (
      "/t.csv", "Date,Category,Amount\n2024-01-31,food,1\n2024-02-01,Food,2\n2024-02-02,rent,4\n");
  for (gsize i = 0; i < G_N_ELEMENTS (filters); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (AgentTable) table = agent_table_open (source, 0, NULL, &error);
      AgentQuery query = AGENT_QUERY_INIT;
      query.compare = filters[i].compare;
      query.operand = filters[i].operand;
      g_assert_true (find (table, "Amount", AGENT_TABLE_NUMBER, &query.value, &error));
      g_assert_true (find (table, filters[i].column, AGENT_TABLE_TEXT, &query.filter, &error));
      g_autoptr (AgentQueryResult) result = agent_query_run (table, &query, NULL, &error);
      g_assert_no_error (error);
      g_autofree char *shown = show (result, FALSE);
      g_assert_cmpstr (shown, ==, filters[i].expected);
    }
}

static void
test_when (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AgentSource) source
      = text_source ("/t.csv", "Date,Amount\n2023-03-31,1\n2024-03-01,2\n2024-04-02,4\nx,8\n");
  g_autoptr (AgentTable) table = agent_table_open (source, 0, NULL, &error);
  AgentQuery query = AGENT_QUERY_INIT;
  query.value = 1;
  query.when = 0;
  query.month = 3;
  g_autoptr (AgentQueryResult) march = agent_query_run (table, &query, NULL, &error);
  g_autofree char *both = show (march, FALSE);
  g_assert_cmpstr (both, ==, "|3");
  g_assert_true (has_note (march, "“Date” is not a date"));
  query.year = 2024;
  g_autoptr (AgentQueryResult) one = agent_query_run (table, &query, NULL, &error);
  g_autofree char *single = show (one, FALSE);
  g_assert_cmpstr (single, ==, "|2");
}

static void
test_extremes (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AgentSource) source = text_source ("/t.csv", "V,W\n3,x\n-1.5,x\n10,x\n");
  g_autoptr (AgentTable) table = agent_table_open (source, 0, NULL, &error);
  AgentQuery query = AGENT_QUERY_INIT;
  query.value = 0;
  g_autoptr (AgentQueryResult) result = agent_query_run (table, &query, NULL, &error);
  const AgentQueryGroup *total = result->totals->pdata[0];
  g_autofree char *min = agent_decimal_format (total->min);
  g_autofree char *max = agent_decimal_format (total->max);
  g_autofree char *average = agent_query_average (total);
  g_assert_cmpstr (min, ==, "-1.5");
  g_assert_cmpstr (max, ==, "10");
  g_assert_cmpint (total->min_line, ==, 3);
  g_assert_cmpint (total->max_line, ==, 4);
  g_assert_cmpstr (average, ==, "3.83");
}

static void
test_too_many_groups (void)
{
  g_autoptr (GString) text = g_string_new ("K,V\n");
  for (guint i = 0; i <= AGENT_QUERY_GROUPS_MAX; i++)
    g_string_append_printf (text, "k%u,1\n", i);
  g_autoptr (GError) error = NULL;
  g_autoptr (AgentSource) source = text_source ("/t.csv", text->str);
  g_autoptr (AgentTable) table = agent_table_open (source, 0, NULL, &error);
  AgentQuery query = AGENT_QUERY_INIT;
  query.group = 0;
  g_assert_null (agent_query_run (table, &query, NULL, &error));
  g_assert_error (error, AGENT_ERROR, AGENT_ERROR_LIMIT);
}

static void
test_not_a_table (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AgentSource) prose
      = text_source ("/t.txt", "Hello there.\nThis is a text, no table\n");
  g_assert_null (agent_table_open (prose, 0, NULL, &error));
  g_assert_error (error, AGENT_ERROR, AGENT_ERROR_UNSUITABLE);
  g_clear_error (&error);

  guint8 noise[4096];
  for (gsize i = 0; i < sizeof noise; i++)
    noise[i] = (guint8) (i * 7919 >> 3);
  g_autoptr (GBytes) bytes = g_bytes_new (noise, sizeof noise);
  g_autoptr (AgentSource) picture = agent_source_new_memory ("/p.csv", bytes, 512);
  g_assert_null (agent_table_open (picture, 0, NULL, &error));
  g_assert_error (error, AGENT_ERROR, AGENT_ERROR_UNSUITABLE);
}

static void
test_cancelled (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (AgentSource) source = text_source ("/t.csv", "V,W\n3,x\n");
  g_cancellable_cancel (cancellable);
  g_assert_null (agent_table_open (source, 0, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_column_names (void)
{
  const struct {
    const char *names;
    const char *wanted;
    AgentColumnMatch match;
    guint index;
  } names[] = {
    { "Date|Amount", "amount", AGENT_COLUMN_EXACT, 1 },
    { "Date| Amount ", "Amount", AGENT_COLUMN_EXACT, 1 },
    { "Date|amount_eur", "Amount EUR", AGENT_COLUMN_CLOSE, 1 },
    { "Date|Amount (EUR)", "amount", AGENT_COLUMN_CLOSE, 1 },
    { "Date|Amounts", "amount", AGENT_COLUMN_CLOSE, 1 },
    { "Date|Category", "categories", AGENT_COLUMN_NONE, 0 },
    { "Date|Amount", "amuont", AGENT_COLUMN_CLOSE, 1 },
    { "Date|Amount", "price", AGENT_COLUMN_NONE, 0 },
    { "Amount in|Amount out", "amount", AGENT_COLUMN_SEVERAL, 0 },
    { "Amount|Amount EUR", "amount", AGENT_COLUMN_EXACT, 0 },
    { "a|b|c", "column 2", AGENT_COLUMN_EXACT, 1 },
    { "a|b|c", "3rd column", AGENT_COLUMN_EXACT, 2 },
    { "a|b|c", "column 4", AGENT_COLUMN_NONE, 0 },
    { "Größe|b", "GRÖSSE", AGENT_COLUMN_EXACT, 0 },
    { "tag|tax", "tap", AGENT_COLUMN_NONE, 0 },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_auto (GStrv) split = g_strsplit (names[i].names, "|", -1);
      g_autoptr (GPtrArray) list = g_ptr_array_new ();
      for (char **name = split; *name != NULL; name++)
        g_ptr_array_add (list, *name);
      guint index = 0;
      g_test_message ("%s: %s", names[i].names, names[i].wanted);
      AgentColumnMatch match = agent_column_name_find (list, names[i].wanted, &index);
      g_assert_cmpint (match, ==, names[i].match);
      if (match == AGENT_COLUMN_EXACT || match == AGENT_COLUMN_CLOSE)
        g_assert_cmpuint (index, ==, names[i].index);
    }
}

static void
test_overview (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AgentSource) source
      = text_source ("/t.csv", "Date,Name,Amount\n2024-01-31,a,1.50\n2023-02-01,b,$2\n,c,\n");
  g_autoptr (AgentTable) table = agent_table_open (source, 0, NULL, &error);
  g_autoptr (AgentOverview) overview = agent_overview_run (table, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (overview->rows, ==, 3);
  g_assert_cmpuint (overview->columns->len, ==, 3);
  const AgentOverviewColumn *date = overview->columns->pdata[0];
  const AgentOverviewColumn *amount = overview->columns->pdata[2];
  g_assert_cmpuint (date->first, ==, 20230201);
  g_assert_cmpuint (date->last, ==, 20240131);
  g_assert_true (amount->summed);
  g_autofree char *sum = agent_decimal_format (amount->sum);
  g_assert_cmpstr (sum, ==, "3.50");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/agent/query/", cases[i].name, NULL);
      g_test_add_data_func (path, &cases[i], test_case);
    }
  g_test_add_func ("/agent/query-filter", test_filter);
  g_test_add_func ("/agent/query-when", test_when);
  g_test_add_func ("/agent/query-extremes", test_extremes);
  g_test_add_func ("/agent/query-too-many-groups", test_too_many_groups);
  g_test_add_func ("/agent/table/not-a-table", test_not_a_table);
  g_test_add_func ("/agent/table/cancelled", test_cancelled);
  g_test_add_func ("/agent/column-name/find", test_column_names);
  g_test_add_func ("/agent/overview/columns", test_overview);
  return g_test_run ();
}
