/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "agent/content/agent-decimal.h"

/* What people and programs write in a cell and mean a number: "1.234,56", "1,234.56", "1 234,56",
 * "1'234.50", "12,34,567.00", "(12.50)", "12.50-", "−5", "€ 3,20", "3.20 EUR", "12 %", "1.5E+3". */

typedef enum {
  AGENT_MARK_UNKNOWN,
  AGENT_MARK_POINT, /* "1,234.56" */
  AGENT_MARK_COMMA, /* "1.234,56" */
} AgentDecimalMark;

#define AGENT_NUMBER_UNIT_SIZE 8
#define AGENT_NUMBER_TEXT_MAX 64 /* bytes; a longer cell is not a number */

typedef struct {
  AgentDecimal value;
  AgentDecimalMark evidence;         /* what this text proves by itself */
  gboolean ambiguous;                /* "1.234": the reading followed assumed */
  char unit[AGENT_NUMBER_UNIT_SIZE]; /* "EUR", "$", "%", or "" */
} AgentNumber;

/* text is untrusted UTF-8. assumed decides what is ambiguous; UNKNOWN reads as POINT. FALSE: not a
 * number, or one with more than 18 digits on either side of the decimal mark. */
gboolean agent_number_parse (const char *text, AgentDecimalMark assumed, AgentNumber *ret_number);
