/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* Exact decimal numbers: mantissa / 10^scale with 128 bits. No binary fractions anywhere, so that
 * a sum of money is the sum. Every operation says when the result does not fit. */
typedef struct {
  __int128 mantissa;
  guint scale; /* digits after the decimal point, at most AGENT_DECIMAL_SCALE_MAX */
} AgentDecimal;

#define AGENT_DECIMAL_SCALE_MAX 18
#define AGENT_DECIMAL_ZERO ((AgentDecimal){ 0, 0 })

/* The result has the larger of the two scales. FALSE: it does not fit, ret is untouched. */
gboolean agent_decimal_add (AgentDecimal a, AgentDecimal b,
                            AgentDecimal *ret) G_GNUC_WARN_UNUSED_RESULT;
int agent_decimal_compare (AgentDecimal a, AgentDecimal b);
/* a / count with scale digits, rounded half away from zero. count > 0. */
gboolean agent_decimal_divide (AgentDecimal a, guint64 count, guint scale,
                               AgentDecimal *ret) G_GNUC_WARN_UNUSED_RESULT;
/* Plain digits, "-1234.50": no grouping, the scale kept. The caller owns it. */
char *agent_decimal_format (AgentDecimal value);
