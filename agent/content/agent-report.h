/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* A report as the text of a file. All texts are untrusted UTF-8: cells are kept from being taken
 * for Markdown, and from being taken for formulas by the program that opens a table. */

typedef struct {
  const char *title; /* a heading; NULL: none */
  const char *text;  /* Markdown, as it is; NULL: none */
  char **columns;    /* NULL: no table */
  GPtrArray *rows;   /* of GStrv; NULL: none */
} AgentReport;

/* Ends with a newline. The caller owns them. */
char *agent_report_write_markdown (const AgentReport *report);
/* RFC 4180 with "\n": the table alone. */
char *agent_report_write_table (const AgentReport *report, char separator);
