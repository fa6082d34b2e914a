/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* What stands in a cell and means a day: "2024-03-05", "2024-03-05T10:00:00Z", "20240305",
 * "5/3/2024", "3/5/24", "5.3.2024", "5 March 2024", "Mar 5, 2024", "5-Mar-24", "March 2024",
 * "2024-03"; month names in English, German, French, Spanish, Italian, Dutch and Portuguese. */

typedef enum {
  AGENT_ORDER_UNKNOWN,
  AGENT_ORDER_DAY_FIRST,
  AGENT_ORDER_MONTH_FIRST,
} AgentDateOrder;

typedef struct {
  int year;
  int month;
  int day;                 /* 1 when only the month is written */
  AgentDateOrder evidence; /* what this text proves by itself */
  gboolean ambiguous;      /* "3/5/2024": the reading followed assumed */
} AgentDate;

typedef enum {
  AGENT_PERIOD_NONE,
  AGENT_PERIOD_DAY,
  AGENT_PERIOD_WEEK, /* ISO 8601 */
  AGENT_PERIOD_MONTH,
  AGENT_PERIOD_QUARTER,
  AGENT_PERIOD_YEAR,
} AgentPeriod;

/* text is untrusted UTF-8. UNKNOWN reads as DAY_FIRST. A time of day after the date is accepted and
 * ignored. FALSE: not a date between the years 1800 and 2199. */
gboolean agent_date_parse (const char *text, AgentDateOrder assumed, AgentDate *ret_date);

/* Sortable: "2024-03-05", "2024-W10", "2024-03", "2024-Q1", "2024". The caller owns it. */
char *agent_date_format (const AgentDate *date, AgentPeriod period);

/* "march", "Mar", "mars" → 3; 0 when it is no month's name. size bytes of text. */
int agent_date_month_named (const char *text, gsize size);
