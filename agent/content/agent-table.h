/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "agent/content/agent-csv.h"
#include "agent/content/agent-date.h"
#include "agent/content/agent-number.h"
#include "agent/content/agent-source.h"

/* A source read as a table: its separator, where its rows begin, and what its columns are called.
 * Rows are never kept; every question is a scan. */
typedef struct _AgentTable AgentTable;

#define AGENT_TABLE_COLUMNS_MAX 512

/* What the first rows say about a column; a scan may find otherwise. */
typedef enum {
  AGENT_TABLE_TEXT,
  AGENT_TABLE_NUMBER,
  AGENT_TABLE_DATE,
  AGENT_TABLE_EMPTY,
} AgentTableType;

/* source must outlive the table. separator 0: found out. AGENT_ERROR_UNSUITABLE when it is not a
 * table or not text. */
AgentTable *agent_table_open (AgentSource *source, char separator, GCancellable *cancellable,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;
void agent_table_free (AgentTable *table);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgentTable, agent_table_free)

const GPtrArray *agent_table_names (const AgentTable *table); /* of char *, untrusted text */
AgentTableType agent_table_type (const AgentTable *table, guint column);
gboolean agent_table_has_header (const AgentTable *table);
guint agent_table_preamble (const AgentTable *table); /* rows that stand above the table */
char agent_table_separator (const AgentTable *table);
/* What the numbers of all columns in the first rows prove; UNKNOWN when nothing does. */
AgentDecimalMark agent_table_mark (const AgentTable *table);

/* Every row below the header that is not blank. */
gboolean agent_table_scan (AgentTable *table, AgentCsvRowFunc func, gpointer user_data,
                           GCancellable *cancellable, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The column a person means. Sets *ret_note (NULL, or a sentence about which one was taken). The
 * error names the columns there are. wanted NULL: the only one of that type. */
gboolean agent_table_find_column (const AgentTable *table, const char *wanted, AgentTableType type,
                                  guint *ret_column, char **ret_note,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* A column's name as it may be shown; the caller owns it. */
char *agent_table_show_name (const AgentTable *table, guint column);
/* A cell's text, "" when the row is too short. */
const char *agent_table_cell (const AgentCsvRow *row, guint column);
