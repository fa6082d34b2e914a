/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/content/agent-overview.h"
#include "agent/content/agent-query.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

/* A file of a stranger as a table: decoder, separators, rows, numbers and dates. The answer must
 * not depend on where a piece of the file ends. */

typedef struct {
  guint64 rows;
  guint64 fields;
} Count;

static gboolean
count_row (const AgentCsvRow *row, gpointer data)
{
  Count *count = data;
  FUZZ_CHECK (row->n_fields >= 1 && row->n_fields <= AGENT_CSV_LIMIT_FIELDS);
  count->rows++;
  count->fields += row->n_fields;
  for (guint i = 0; i < row->n_fields; i++)
    FUZZ_CHECK (g_utf8_validate (row->fields[i], -1, NULL));
  return TRUE;
}

static Count
count (GBytes *bytes, gsize piece)
{
  Count result = { 0, 0 };
  g_autoptr (AgentSource) source = agent_source_new_memory ("/f.csv", bytes, piece);
  g_autoptr (AgentTable) table = agent_table_open (source, 0, NULL, NULL);
  if (table != NULL && agent_table_scan (table, count_row, &result, NULL, NULL))
    FUZZ_CHECK (agent_table_names (table)->len >= 1);
  return result;
}

static void
ask (GBytes *bytes)
{
  g_autoptr (AgentSource) source = agent_source_new_memory ("/f.csv", bytes, 4096);
  g_autoptr (AgentTable) table = agent_table_open (source, 0, NULL, NULL);
  if (table == NULL)
    return;

  AgentQuery query = AGENT_QUERY_INIT;
  guint columns = agent_table_names (table)->len;
  query.value = (int) columns - 1;
  query.group = 0;
  query.period
      = agent_table_type (table, 0) == AGENT_TABLE_DATE ? AGENT_PERIOD_MONTH : AGENT_PERIOD_NONE;
  g_autoptr (GError) error = NULL;
  g_autoptr (AgentQueryResult) result = agent_query_run (table, &query, NULL, &error);
  FUZZ_CHECK ((result == NULL) == (error != NULL));
  for (guint i = 0; result != NULL && i < result->groups->len; i++)
    {
      const AgentQueryGroup *group = result->groups->pdata[i];
      FUZZ_CHECK (g_utf8_validate (group->key, -1, NULL) && strchr (group->key, '\n') == NULL);
      FUZZ_CHECK (group->rows > 0 && agent_decimal_compare (group->min, group->max) <= 0);
    }
  g_autoptr (AgentOverview) overview = agent_overview_run (table, NULL, NULL);
  FUZZ_CHECK (overview != NULL);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  Count whole = count (bytes, 1 << 20), small = count (bytes, 7);
  FUZZ_CHECK (whole.rows == small.rows && whole.fields == small.fields);
  ask (bytes);
  return 0;
}
