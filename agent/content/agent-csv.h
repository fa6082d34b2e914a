/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* Rows of separated values, RFC 4180 and what is found in the wild: any of four separators, LF,
 * CRLF or CR, newlines inside quotes, quotes in the middle of a field, ragged rows, a quote that is
 * never closed. Input is untrusted UTF-8 without NUL; memory is bounded by the limits below. */

#define AGENT_CSV_LIMIT_FIELD                                                                      \
  (256u * 1024u) /* bytes; also what one forgotten quote can swallow                               \
                  */
#define AGENT_CSV_LIMIT_ROW (2u * 1024u * 1024u)
#define AGENT_CSV_LIMIT_FIELDS 2000u

typedef struct {
  const char *const *fields; /* NUL-terminated, valid during the call */
  guint n_fields;
  guint64 line;     /* where it begins; the first is 1 */
  gboolean damaged; /* a limit cut it, or its quote was never closed */
} AgentCsvRow;

/* FALSE stops the parser. */
typedef gboolean (*AgentCsvRowFunc) (const AgentCsvRow *row, gpointer user_data);

typedef struct _AgentCsv AgentCsv;

AgentCsv *agent_csv_new (char separator, AgentCsvRowFunc func, gpointer user_data);
void agent_csv_free (AgentCsv *csv);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgentCsv, agent_csv_free)

/* FALSE once func has stopped it. */
gboolean agent_csv_feed (AgentCsv *csv, const char *text, gsize size);
gboolean agent_csv_finish (AgentCsv *csv);

/* The separator of a file from its first bytes (UTF-8); 0 when it does not look like rows of
 * values. complete: the sample is the whole file. */
char agent_csv_detect (const char *sample, gsize size, gboolean complete);
/* A row whose fields are all blank. */
gboolean agent_csv_row_is_blank (const AgentCsvRow *row);
